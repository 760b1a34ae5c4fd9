namespace PaxosShard.Simulator.Network;

/// <summary>A program on the simulated network.</summary>
public interface INetworkEndpoint
{
    /// <summary>The machine has power. A machine without power answers nothing, not even a reset.</summary>
    bool IsMachineUp { get; }

    /// <summary>The program runs and takes new connections (a paused one does, by its kernel).</summary>
    bool IsListening { get; }

    /// <summary>The program takes bytes out of its sockets; false while it is paused.</summary>
    bool IsReading { get; }

    /// <summary>Somebody connected.</summary>
    void OnAccepted(ConnectionEnd end);

    /// <summary>A dialled connection is up.</summary>
    void OnConnected(ConnectionEnd end);

    /// <summary>A dialled connection did not come up: refused, or nobody answered.</summary>
    void OnDialFailed(ConnectionEnd end);

    /// <summary>Bytes arrived; they are valid during the call only.</summary>
    void OnBytes(ConnectionEnd end, ReadOnlySpan<byte> bytes);

    /// <summary>The connection was closed or reset by the other end or on the way.</summary>
    void OnClosed(ConnectionEnd end);
}
