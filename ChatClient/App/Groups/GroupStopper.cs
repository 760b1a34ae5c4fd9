using PaxosShard.ChatClient.App.Posix;
using PaxosShard.Programs.Errors;

namespace PaxosShard.ChatClient.App.Groups;

/// <summary>Ends the processes of a group, and no others. What is written in its directory stays as it is.</summary>
/// <param name="files">The group's directory.</param>
internal sealed class GroupStopper(GroupFiles files)
{
    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(10);

    /// <summary>Ends all of them.</summary>
    /// <returns>The replicas that were running.</returns>
    /// <exception cref="ReportedException">The directory holds no group, or a process did not end.</exception>
    public async Task<IReadOnlyList<RunningReplica>> StopAsync()
    {
        // Asked before the lock, which would leave its file in a directory that is no group's.
        if (GroupState.Read(files.Root) is null)
            throw new ReportedException(ErrorKinds.NoGroup, files.Root);
        using IDisposable held = files.Lock();
        GroupState state = GroupState.Read(files.Root) ?? throw new ReportedException(ErrorKinds.NoGroup, files.Root);
        IReadOnlyList<RunningReplica> running = new GroupProcesses(files).Running(state);
        await EndAllAsync(running);
        return running;
    }

    /// <summary>Asks processes to end, and kills those that do not in time.</summary>
    /// <exception cref="ReportedException">One did not end even so.</exception>
    public static async Task EndAllAsync(IReadOnlyList<RunningReplica> running)
    {
        SendAll(running, Signal.Terminate);
        SendAll(running, Signal.Continue); // One that was stopped could not hear the first.
        if (await AllEndedAsync(running))
            return;
        SendAll(running, Signal.Kill);
        if (!await AllEndedAsync(running))
            throw new ReportedException(ErrorKinds.DidNotEnd, string.Join(", ", running.Where(replica => replica.Process.IsAlive).Select(replica => replica.Name)));
    }

    private static void SendAll(IReadOnlyList<RunningReplica> replicas, int signal)
    {
        // Several may run in one process, which is asked once: who is asked again does not end in good order.
        foreach (RunningReplica replica in replicas.DistinctBy(static replica => replica.Process.Pid))
            replica.Process.Send(signal);
    }

    private static async Task<bool> AllEndedAsync(IReadOnlyList<RunningReplica> replicas)
    {
        long end = Environment.TickCount64 + (long)_patience.TotalMilliseconds;
        while (replicas.Any(replica => replica.Process.IsAlive))
        {
            if (Environment.TickCount64 > end)
                return false;
            await Task.Delay(_pause);
        }
        return true;
    }
}
