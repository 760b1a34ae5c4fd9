namespace PaxosShard.Wire.Moves;

/// <summary>How much a command about moves, and an answer to one, may hold.</summary>
public static class MoveLimits
{
    /// <summary>Most bytes of a place from which a question goes on.</summary>
    public const int Cursor = 4096;

    /// <summary>Bytes after which a piece ends while nobody serves the arcs: nothing is to be waited for.</summary>
    public const int WantedPiece = 256 * 1024;

    /// <summary>Bytes after which one ends while the source serves the arcs: no client waits behind one for longer than behind a few requests.</summary>
    public const int WantedPieceServed = 16 * 1024;

    /// <summary>Most bytes of a piece: what is wanted, one thing more, and a page of sessions.</summary>
    public const int Piece = WantedPiece + Limits.Value + (512 * 1024);

    /// <summary>Most pairs of groups between which arcs move by one job: as many as there are arcs.</summary>
    public const int Transfers = Arcs;

    /// <summary>How many arcs there are.</summary>
    internal const int Arcs = 4096;
}
