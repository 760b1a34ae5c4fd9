using System.Globalization;

namespace PaxosShard.Replica.Node.Storage.Log;

/// <summary>Numbers of the log's format (FORMAT.md).</summary>
internal static class LogFormat
{
    /// <summary>
    /// Headers and batches begin at multiples of this, each in blocks of its own. A disk writes, tears and loses whole blocks, so that a
    /// write never puts at risk what was synced before it, and a bad block never takes the batch with it that certifies it.
    /// </summary>
    public const int BlockBytes = 4096;

    /// <summary>Version of every header; another one is refused.</summary>
    public const int Version = 4;

    /// <summary>Most groups that a header may name; the format is made for more than <see cref="StoreOptions.MostGroups"/>.</summary>
    public const int MostGroups = 4096;

    /// <summary>Most records in a batch.</summary>
    public const int RecordsPerBatch = 4096;

    /// <summary>Bytes of records at which a batch is closed; a single larger record still gets a batch of its own.</summary>
    public const int BatchBytes = 4 * 1024 * 1024;

    /// <summary>Highest number of a segment; files that claim a higher one are not taken for segments.</summary>
    public const int HighestSegment = 2_000_000_000;

    private const string Prefix = "log-";
    private const int Digits = 10;

    /// <summary>Up to the next place where a batch may begin: a multiple of a block.</summary>
    public static int RoundUp(int bytes) => checked(bytes + BlockBytes - 1) / BlockBytes * BlockBytes;

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
