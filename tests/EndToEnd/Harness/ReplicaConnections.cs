using System.Globalization;

namespace PaxosShard.Tests.EndToEnd.Harness;

/// <summary>
/// The TCP connections that processes have with each other, as the kernel tells them (Linux, IPv4). Its list is not read in one go: while connections of others come and go
/// one may be in it twice, or be left out.
/// </summary>
internal static class ReplicaConnections
{
    /// <summary>Each connection both of whose ends belong to one of these replicas, by its two ends, in order. Equal lists: the very same connections.</summary>
    public static IReadOnlyList<string> Between(IEnumerable<ReplicaProcess> replicas)
    {
        HashSet<string> inodes = [.. replicas.SelectMany(replica => SocketsOf(replica.Process.Id))];
        return Between(EndsOf(inodes));
    }

    /// <summary>
    /// The same, of ends that were read. An end whose other end is not among them is that of somebody else's connection, though its port may well be one of these: a port is
    /// given to several connections at once as long as they lead to different places.
    /// </summary>
    public static IReadOnlyList<string> Between(IEnumerable<(string Local, string Remote)> ends)
    {
        HashSet<(string Local, string Remote)> all = [.. ends];
        return [.. all.Where(end => all.Contains((end.Remote, end.Local))).Select(end => $"{end.Local}-{end.Remote}").Order(StringComparer.Ordinal)];
    }

    private static IEnumerable<string> SocketsOf(int process)
    {
        foreach (string descriptor in Directory.EnumerateFiles($"/proc/{process}/fd"))
        {
            if (new FileInfo(descriptor).LinkTarget is { } target && target.StartsWith("socket:[", StringComparison.Ordinal))
                yield return target[8..^1];
        }
    }

    private static IEnumerable<(string Local, string Remote)> EndsOf(HashSet<string> inodes)
    {
        const int Established = 1;
        foreach (string line in File.ReadLines("/proc/net/tcp").Skip(1))
        {
            string[] fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (int.Parse(fields[3], NumberStyles.HexNumber, CultureInfo.InvariantCulture) == Established && inodes.Contains(fields[9]))
                yield return (fields[1], fields[2]);
        }
    }
}
