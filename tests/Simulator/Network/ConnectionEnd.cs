namespace PaxosShard.Simulator.Network;

/// <summary>One end of a simulated TCP connection: an ordered stream of bytes away from it, and one towards it.</summary>
public sealed class ConnectionEnd
{
    internal ConnectionEnd(long connection, int address)
    {
        Connection = connection;
        Address = address;
    }

    /// <summary>Number of the connection, its epoch: never used twice.</summary>
    public long Connection { get; }

    /// <summary>Who holds this end.</summary>
    public int Address { get; }

    /// <summary>The other end.</summary>
    public ConnectionEnd Other { get; internal set; } = null!;

    /// <summary>This end may send and receive.</summary>
    public bool IsOpen { get; internal set; }

    /// <summary>What the holder keeps with its end, for example the frames it is putting together.</summary>
    public object? State { get; set; }

    /// <summary>Everything sent from here vanishes: the way is dead and this end does not know.</summary>
    internal bool IsBlackHole { get; set; }

    internal bool IsDialling { get; set; }

    internal Queue<Piece> Waiting { get; } = new();

    internal Queue<Piece> UnderWay { get; } = new();

    internal int WaitingBytes { get; set; }

    internal int UnderWayBytes { get; set; }

    internal long LastArrival { get; set; }
}
