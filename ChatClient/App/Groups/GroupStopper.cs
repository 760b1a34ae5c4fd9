using PaxosShard.ChatClient.App.Cli;
using PaxosShard.ChatClient.App.Posix;

namespace PaxosShard.ChatClient.App.Groups;

/// <summary>Ends the processes that were started in a directory, and no others.</summary>
/// <param name="files">The group's directory.</param>
internal sealed class GroupStopper(GroupFiles files)
{
    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(10);

    /// <summary>Ends all of them.</summary>
    /// <returns>The replicas that were running.</returns>
    /// <exception cref="ReportedException">The directory holds no group, or a process did not end.</exception>
    public async Task<IReadOnlyList<ReplicaRecord>> StopAsync()
    {
        // Asked before the lock, which would leave its file in a directory that is no group's.
        if (GroupState.Read(files.Root) is null)
            throw new ReportedException(ErrorKinds.NoGroup, files.Root);
        using IDisposable held = files.Lock();
        GroupState state = GroupState.Read(files.Root) ?? throw new ReportedException(ErrorKinds.NoGroup, files.Root);
        IReadOnlyList<ReplicaRecord> ended = await EndAllAsync(state);
        (state with { Replicas = [.. state.Replicas.Select(replica => replica with { Process = null })] }).Write(files.Root);
        return ended;
    }

    /// <summary>Asks all processes of a group to end, and kills those that do not in time.</summary>
    /// <returns>The replicas that were running.</returns>
    public async Task<IReadOnlyList<ReplicaRecord>> EndAllAsync(GroupState state)
    {
        List<ReplicaRecord> running = [.. state.Replicas.Where(IsAlive)];
        SendAll(running, Signal.Terminate);
        SendAll(running, Signal.Continue); // One that was stopped could not hear the first.
        if (await AllEndedAsync(running))
            return running;
        SendAll(running, Signal.Kill);
        return await AllEndedAsync(running)
            ? running
            : throw new ReportedException(ErrorKinds.DidNotEnd, string.Join(", ", running.Where(IsAlive).Select(replica => replica.Name)));
    }

    /// <summary>The process of a replica still runs.</summary>
    public bool IsAlive(ReplicaRecord replica) => replica.Process?.IsAlive(files.CommandLinePart(replica.Name)) == true;

    /// <summary>Sends a signal to a replica, if its process still runs.</summary>
    /// <returns>False when it does not.</returns>
    public bool Send(ReplicaRecord replica, int signal) => replica.Process?.Send(signal, files.CommandLinePart(replica.Name)) == true;

    private void SendAll(List<ReplicaRecord> replicas, int signal)
    {
        foreach (ReplicaRecord replica in replicas)
            Send(replica, signal);
    }

    private async Task<bool> AllEndedAsync(List<ReplicaRecord> replicas)
    {
        long end = Environment.TickCount64 + (long)_patience.TotalMilliseconds;
        while (replicas.Exists(IsAlive))
        {
            if (Environment.TickCount64 > end)
                return false;
            await Task.Delay(_pause);
        }
        return true;
    }
}
