using System.Globalization;

namespace PaxosShard.Replica.Node.Storage;

/// <summary>Numbers of the log's format (FORMAT.md).</summary>
internal static class LogFormat
{
    /// <summary>Batches and headers begin at multiples of this, so that a torn write never spoils what was synced before it.</summary>
    public const int SectorBytes = 512;

    /// <summary>Version of every header; another one is refused.</summary>
    public const int Version = 1;

    /// <summary>Most records in a batch.</summary>
    public const int RecordsPerBatch = 4096;

    /// <summary>Bytes of records at which a batch is closed; a single larger record still gets a batch of its own.</summary>
    public const int BatchBytes = 4 * 1024 * 1024;

    /// <summary>Highest number of a segment; files that claim a higher one are not taken for segments.</summary>
    public const int HighestSegment = 2_000_000_000;

    private const string Prefix = "log-";
    private const int Digits = 10;

    /// <summary>Up to the next multiple of a sector.</summary>
    public static int RoundUp(int bytes) => checked(bytes + SectorBytes - 1) / SectorBytes * SectorBytes;

    /// <summary>Name of the file of a segment.</summary>
    public static string SegmentName(int number) => Prefix + number.ToString("D10", CultureInfo.InvariantCulture);

    /// <summary>The segment that a file of that name is of; false for other files.</summary>
    public static bool IsSegmentName(string name, out int number)
    {
        number = 0;
        return name.Length == Prefix.Length + Digits
            && name.StartsWith(Prefix, StringComparison.Ordinal)
            && int.TryParse(name.AsSpan(Prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out number)
            && number is > 0 and <= HighestSegment;
    }
}
