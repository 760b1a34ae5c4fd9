using System.Globalization;
using System.Net;

namespace PaxosShard.Replica.Hosting;

/// <summary>
/// Finds who holds a TCP port, as far as the system shows it to this user (Linux): a process that listens on it, or else a connection that
/// has it for its own end, as outgoing ones get any port of a range.
/// </summary>
internal static class PortOwner
{
    private const string Listening = "0A";
    private const string JustEnded = "06";
    private const string NoInode = "0";
    private const ulong KillPending = 1 << 8;
    private const ulong Exiting = 4;

    // Of what stands behind the name in stat: the flags, and how many threads there are.
    private const int FlagsField = 6;
    private const int ThreadsField = 17;

    private const string HiddenProcess = "another process";
    private static readonly string[] _tables = ["/proc/net/tcp", "/proc/net/tcp6"];

    /// <summary>The listener or the connection, and its process by name where it is shown; null when nothing is found.</summary>
    public static PortHolder? Find(int port)
    {
        try
        {
            Holder[] holders = Holders(port);
            if (holders.Length == 0)
                return null;
            Holder holder = Choose(holders);
            // When no process has it, the last one may have ended between the look at the table and this one: then the table does not show it any more.
            string? process = string.Equals(holder.Inode, NoInode, StringComparison.Ordinal) ? null : ProcessWith($"socket:[{holder.Inode}]");
            return new PortHolder(holder.Describe(process is null ? null : NameOf(process)), holder.IsListener && (IsEnding(process) || (process is null && !Holders(port).Contains(holder))));
        }
        catch (Exception hidden) when (hidden is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>The one that is in the way for longest: a listener, or a connection that lives. Several may have the port, to different places.</summary>
    internal static Holder Choose(Holder[] holders) => Array.Find(holders, one => one.IsListener) ?? Array.Find(holders, one => !one.HasJustEnded) ?? holders[0];

    private static Holder[] Holders(int port) => [.. _tables.Where(File.Exists).SelectMany(table => HoldersOf(File.ReadLines(table), port))];

    /// <summary>The lines of a table of the system that have the port for their own end.</summary>
    /// <remarks>Columns: number, local address:port in hexadecimal, remote, state …; the inode is the tenth.</remarks>
    internal static IEnumerable<Holder> HoldersOf(IEnumerable<string> lines, int port)
    {
        string wanted = ":" + port.ToString("X4", CultureInfo.InvariantCulture);
        foreach (string line in lines.Skip(1))
        {
            string[] columns = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (columns.Length > 9 && columns[1].EndsWith(wanted, StringComparison.Ordinal))
                yield return new Holder(columns[3], AddressOf(columns[2]), columns[9]);
        }
    }

    /// <summary>An address of the table: each four bytes in the order of this machine, then the port.</summary>
    private static string AddressOf(string hexadecimal)
    {
        string[] parts = hexadecimal.Split(':');
        byte[] bytes = Convert.FromHexString(parts[0]);
        if (BitConverter.IsLittleEndian)
        {
            for (int word = 0; word < bytes.Length; word += sizeof(int))
                bytes.AsSpan(word, sizeof(int)).Reverse();
        }
        return new IPEndPoint(new IPAddress(bytes), int.Parse(parts[1], NumberStyles.HexNumber, CultureInfo.InvariantCulture)).ToString();
    }

    private static string? ProcessWith(string socket)
    {
        foreach (string process in Processes())
        {
            if (Holds(process, socket))
                return process;
        }

        return null;
    }

    private static IEnumerable<string> Processes() => Directory.EnumerateDirectories("/proc").Where(static path => int.TryParse(Path.GetFileName(path), out _));

    // The fields behind the name, which may hold anything; null when the process is gone.
    private static string[]? StatOf(string process)
    {
        try
        {
            string text = File.ReadAllText(Path.Combine(process, "stat"));
            return text[(text.LastIndexOf(')') + 2)..].Split(' ');
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    // Null when the process is gone.
    private static string? NameOf(string process)
    {
        try
        {
            return $"process {Path.GetFileName(process)} ({File.ReadAllText(Path.Combine(process, "comm")).Trim()})";
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    // One that shows no files may be ending, too: its first thread gives them up before the last one does. It may as well be somebody else's, which is not waited for.
    private static bool IsEnding(string? process)
    {
        if (process is null)
            return Processes().Any(static one => StatOf(one) is ["Z", ..] fields && int.Parse(fields[ThreadsField], CultureInfo.InvariantCulture) > 1);
        try
        {
            string pending = File.ReadLines(Path.Combine(process, "status")).First(static line => line.StartsWith("SigPnd:", StringComparison.Ordinal));
            return (ulong.Parse(pending.AsSpan(pending.IndexOf(':') + 1).Trim(), NumberStyles.HexNumber, CultureInfo.InvariantCulture) & KillPending) != 0
                || StatOf(process) is not { } fields || (ulong.Parse(fields[FlagsField], CultureInfo.InvariantCulture) & Exiting) != 0;
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return true;
        }
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

    /// <summary>One line of the table.</summary>
    /// <param name="State">The state, as the table has it.</param>
    /// <param name="Remote">The other end.</param>
    /// <param name="Inode">The socket; 0 when no process has it any more.</param>
    internal sealed record Holder(string State, string Remote, string Inode)
    {
        /// <summary>It listens.</summary>
        public bool IsListener => string.Equals(State, Listening, StringComparison.Ordinal);

        /// <summary>It is a connection that has ended, and keeps its port for a minute.</summary>
        public bool HasJustEnded => string.Equals(State, JustEnded, StringComparison.Ordinal);

        /// <summary>For people.</summary>
        /// <param name="process">The process; null when it is not known.</param>
        public string Describe(string? process)
        {
            if (IsListener)
                return process ?? HiddenProcess;
            if (HasJustEnded)
                return $"a connection to {Remote} that has just ended; the port is free within a minute";
            return $"a connection of {process ?? HiddenProcess} to {Remote}; choose a port that outgoing connections do not get (/proc/sys/net/ipv4/ip_local_port_range)";
        }
    }
}

/// <summary>Who has a port.</summary>
/// <param name="Words">For people.</param>
/// <param name="IsEnding">It listens, and is about to be gone, as far as can be seen: it was killed, and the system takes back what it had.</param>
internal sealed record PortHolder(string Words, bool IsEnding);
