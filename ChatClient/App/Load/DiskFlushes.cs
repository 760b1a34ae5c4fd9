using System.Globalization;

namespace PaxosShard.ChatClient.App.Load;

/// <summary>How often the disks of this machine were flushed, as the kernel counts it: each fdatasync that had something to write is one or more. Other programs' flushes count too.</summary>
internal static class DiskFlushes
{
    private const string Statistics = "/proc/diskstats";
    private const int NameColumn = 2;
    private const int FlushColumn = 18;

    /// <summary>Flushes since the machine was started; null where the kernel does not tell.</summary>
    public static long? Count()
    {
        if (!File.Exists(Statistics))
            return null;
        long? sum = null;
        foreach (string line in File.ReadLines(Statistics))
        {
            string[] columns = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);

            // Partitions would be counted twice: only whole disks stand in /sys/block.
            if (columns.Length > FlushColumn && Directory.Exists($"/sys/block/{columns[NameColumn]}"))
                sum = (sum ?? 0) + long.Parse(columns[FlushColumn], CultureInfo.InvariantCulture);
        }

        return sum;
    }
}
