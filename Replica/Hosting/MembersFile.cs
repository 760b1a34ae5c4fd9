using PaxosShard.Programs.Errors;
using PaxosShard.Replica.Node;

namespace PaxosShard.Replica.Hosting;

/// <summary>
/// The files by which replicas that let the system choose their ports find each other: each writes where it listens, somebody
/// collects the addresses and writes the member list, for which all of them wait.
/// </summary>
internal static class MembersFile
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(10);

    /// <summary>Waits for the member list. It is complete when it ends with a line feed.</summary>
    /// <exception cref="ReportedException">It was not complete in time.</exception>
    /// <exception cref="Wire.InvalidOptionsException">It is not a member list.</exception>
    public static async Task<MemberList> WaitAsync(string path, CancellationToken cancellationToken)
    {
        long end = Environment.TickCount64 + (long)_patience.TotalMilliseconds;
        while (true)
        {
            if (File.Exists(path) && await File.ReadAllTextAsync(path, cancellationToken) is { } text && text.EndsWith('\n'))
                return MemberList.Parse(text.Trim());
            if (Environment.TickCount64 > end)
                throw new ReportedException(ErrorKinds.NoMembersFile, $"--members-file: no complete member list in {path} within {_patience.TotalSeconds:0} s");
            await Task.Delay(_pause, cancellationToken);
        }
    }
}
