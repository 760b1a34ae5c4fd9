namespace PaxosShard.Master.Core.Exports;

/// <summary>How an export of a <see cref="PlacementMachine"/> is written: a head, then all configurations, then all jobs.</summary>
/// <remarks>
/// It comes in pieces, each of one kind. All numbers are big-endian.
/// <code>
/// piece            kind (1, a PieceKind), number (8, from 0 on without gaps), what stands in a piece of its kind, checksum (8)
/// head             format (2), slot (8), hash of the machine (8), configurations (8), jobs (8), bytes of the state (8)
/// configurations   parts, at least one; each: it ends its configuration (1), bytes (length (4), bytes)
/// jobs             at least one, each as it is on the wire
/// </code>
/// The first piece is the head. Configurations come from number 1 on: the first and every 64th behind it as they are encoded, the others as differences; long ones have several
/// parts. Jobs come by their numbers. The checksum is the XXH3 of all that stands before it in the piece, with the checksum of the piece before as the seed; 0 for the first. With
/// the last job, or the last configuration when there is no job, the export ends; that of a machine in which nothing is ends with its head.
/// What follows from the rest is left out: the groups that were ever used, what the job under way moves.
/// </remarks>
internal static class ExportFormat
{
    /// <summary>The format that is written, and the only one that is read.</summary>
    public const int Version = 2;

    /// <summary>Bytes before what stands in a piece.</summary>
    public const int PieceHeaderSize = 1 + sizeof(long);

    /// <summary>Bytes behind what stands in a piece.</summary>
    public const int ChecksumSize = sizeof(ulong);

    /// <summary>Bytes of a part besides those of the configuration.</summary>
    public const int PartHeaderSize = 1 + sizeof(int);

    /// <summary>Most bytes of a configuration in one part.</summary>
    public const int PartBytes = 256 * 1024;
}

/// <summary>What stands in a piece of an export. Reaches the disk and the wire: append only.</summary>
internal enum PieceKind : byte
{
    /// <summary>What the export is of.</summary>
    Head = 1,

    /// <summary>Configurations.</summary>
    Configurations = 2,

    /// <summary>Jobs.</summary>
    Jobs = 3,
}
