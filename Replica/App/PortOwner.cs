using System.Globalization;

namespace PaxosShard.Replica.App;

/// <summary>Finds the process that listens on a TCP port, as far as the system shows it to this user (Linux).</summary>
internal static class PortOwner
{
    private const string Listening = "0A";
    private static readonly string[] _tables = ["/proc/net/tcp", "/proc/net/tcp6"];

    /// <summary>For people: the process, with its name; null when it cannot be found.</summary>
    public static string? Find(int port)
    {
        try
        {
            string? inode = _tables.Where(File.Exists).Select(table => InodeOf(table, port)).FirstOrDefault(found => found is not null);
            return inode is null ? null : ProcessWith($"socket:[{inode}]");
        }
        catch (Exception hidden) when (hidden is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Columns: number, local address:port in hexadecimal, remote, state …; the inode is the tenth.</summary>
    private static string? InodeOf(string table, int port)
    {
        string wanted = ":" + port.ToString("X4", CultureInfo.InvariantCulture);
        foreach (string line in File.ReadLines(table).Skip(1))
        {
            string[] columns = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (columns.Length > 9 && columns[1].EndsWith(wanted, StringComparison.Ordinal) && string.Equals(columns[3], Listening, StringComparison.Ordinal))
                return columns[9];
        }

        return null;
    }

    private static string? ProcessWith(string socket)
    {
        foreach (string process in Directory.EnumerateDirectories("/proc").Where(path => int.TryParse(Path.GetFileName(path), out _)))
        {
            if (Holds(process, socket))
                return $"process {Path.GetFileName(process)} ({File.ReadAllText(Path.Combine(process, "comm")).Trim()})";
        }

        return null;
    }

    private static bool Holds(string process, string socket)
    {
        try
        {
            return Directory.EnumerateFiles(Path.Combine(process, "fd"))
                .Any(descriptor => string.Equals(new FileInfo(descriptor).LinkTarget, socket, StringComparison.Ordinal));
        }
        catch (Exception hidden) when (hidden is IOException or UnauthorizedAccessException)
        {
            // A process of another user, or one that has just ended.
            return false;
        }
    }
}
