namespace PaxosShard.Simulator.Network;

/// <summary>Bytes that travel together, or the end of a stream.</summary>
internal sealed class Piece
{
    /// <summary>The bytes; longer than <see cref="Length"/>, and used again when the piece has arrived.</summary>
    public byte[] Buffer { get; set; } = [];

    /// <summary>How many of them count; -1 for the end of the stream.</summary>
    public int Length { get; set; }

    /// <summary>When it arrives, if the way is free by then.</summary>
    public long Arrival { get; set; }
}
