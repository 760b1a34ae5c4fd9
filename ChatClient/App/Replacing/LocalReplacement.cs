using PaxosShard.ChatClient.App.Cli;
using PaxosShard.ChatClient.App.Groups;
using PaxosShard.Programs;
using PaxosShard.Programs.Errors;
using PaxosShard.Wire.Identifiers;

namespace PaxosShard.ChatClient.App.Replacing;

/// <summary>
/// Replaces a replica of a group on this machine by one with an empty data directory, at the same address; where its process runs replicas of several shards, in all of them, since they have one directory. The data of the old one is moved aside; nothing is deleted. Meanwhile the
/// file of the group notes that the replica is being replaced, so that after an interruption the same can be done again and goes on where it was.
/// </summary>
/// <param name="shell">The environment; told of each step.</param>
/// <param name="files">The group's directory.</param>
/// <param name="place">The place.</param>
/// <param name="ends">Ends a replica that still runs in the place; otherwise that is an error.</param>
/// <param name="timeout">How long all of it may take.</param>
internal sealed class LocalReplacement(Shell shell, GroupFiles files, ReplicaId place, bool ends, TimeSpan timeout)
{
    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(10);

    private readonly GroupProcesses _processes = new(files);

    private string Again => $"px replica replace {place.Index} --dir {ShellWord.Of(files.Root)}";

    /// <summary>Does it, or what is left of it.</summary>
    /// <exception cref="ReportedException">It cannot be done, or not in this time; the message says what is known.</exception>
    public async Task<ReplacementResult> RunAsync(CancellationToken cancellation)
    {
        string program = ReplicaProgram.Find(shell, Read().Group); // Read before the lock, which would leave its file in a directory that is no group's.
        using IDisposable held = files.Lock();
        GroupState state = Read();
        ReplicaRecord replica = state.Replicas[place.Index];
        ThrowIfItRuns(replica);
        Replacement[] replacements = [.. GroupsIn(state).Select(group => new Replacement(shell, new ReplacementPlan
        {
            Replica = place,
            Address = replica.Address,
            Endpoints = state.Addresses,
            Group = group,
            Cluster = state.Cluster,
            Timeout = timeout,
            Again = Again,
        }))];
        foreach (Replacement replacement in replacements)
            await replacement.CheckOthersAsync(cancellation);
        state = replica.IsBeingReplaced ? state : await ClearPlaceAsync(state, replica);
        using StartedReplica? started = StartIfDown(state, program);
        state = started is null ? state : Write(state, one => one with { Process = started.Identity });
        await WaitUntilItListensAsync(started, replacements[0], cancellation);
        ReplacementResult[] results = new ReplacementResult[replacements.Length];
        for (int group = 0; group < results.Length; group++)
            results[group] = await replacements[group].RunAsync(() => EndOf(started), cancellation);
        Write(state, static one => one with { Exists = true, IsBeingReplaced = false });
        return results[0];
    }

    private static IEnumerable<GroupId> GroupsIn(GroupState state) => state.Together.Count > 0 ? state.Together : [state.Shard];

    private static ReportedException? EndOf(StartedReplica? started) => started is { HasEnded: true } ? started.EndedError() : null;

    private GroupState Read()
    {
        GroupState state = GroupState.Read(files.Root) ?? throw new ReportedException(ErrorKinds.NoGroup, files.Root);
        if (place.Index >= state.Replicas.Count)
            throw new ReportedException(ErrorKinds.NoSuchReplica, $"{place} in {files.Root}, a group of {state.Replicas.Count}");
        return state.Addresses.Count == state.Replicas.Count
            ? state
            : throw new ReportedException(ErrorKinds.NoGroup, $"{files.Root} holds a group that was never up");
    }

    private GroupState Write(GroupState state, Func<ReplicaRecord, ReplicaRecord> change)
    {
        GroupState changed = state.With(place.Index, change(state.Replicas[place.Index]));
        changed.Write(files.Root);
        return changed;
    }

    private void ThrowIfItRuns(ReplicaRecord replica)
    {
        // What runs in the place while it is being replaced is the newcomer.
        if (!ends && !replica.IsBeingReplaced && _processes.Of(replica) is { } process)
            throw new ReportedException(ErrorKinds.ReplicaRuns, $"{replica.Name}, process {process.Pid}") { Next = $"{Again} --stop" };
    }

    /// <summary>Ends the old replica if it runs, and puts its data aside. What is in its place from here on is the newcomer's.</summary>
    private async Task<GroupState> ClearPlaceAsync(GroupState state, ReplicaRecord replica)
    {
        if (_processes.Of(replica) is { } process)
        {
            await GroupStopper.EndAllAsync([new RunningReplica(replica.Name, process)]);
            shell.Note($"ended {replica.Name} (pid {process.Pid})");
        }
        if (files.HasData(replica.Name))
        {
            string aside = files.FreeAside(replica.Name);
            Directory.Move(files.Data(replica.Name), aside);
            shell.Note($"moved what {replica.Name} had to {aside}; nothing of it is needed any more");
        }
        return Write(state, static one => one with { IsBeingReplaced = true, Process = null });
    }

    /// <summary>Starts the newcomer; null when it runs already.</summary>
    private StartedReplica? StartIfDown(GroupState state, string program)
    {
        ReplicaRecord replica = state.Replicas[place.Index];
        if (_processes.Of(replica) is { } process)
        {
            shell.Note($"the new {replica.Name} runs already (pid {process.Pid})");
            return null;
        }
        File.Delete(files.Ready(replica.Name));
        IReadOnlyList<string> arguments = ReplicaArguments.Of(files, LocalAddresses.Host(shell), state, place.Index, ["--members", string.Join(',', state.Addresses)], []);
        StartedReplica started = StartedReplica.Start(replica.Name, program, arguments, files.Console(replica.Name));
        shell.Note($"started a new {replica.Name} at {replica.Address} (pid {started.Identity.Pid})");
        return started;
    }

    // Before that another process may answer at its address.
    private async Task WaitUntilItListensAsync(StartedReplica? started, Replacement replacement, CancellationToken cancellation)
    {
        while (started is not null && !File.Exists(files.Ready(started.Name)))
        {
            if (EndOf(started) is { } error)
                throw error;
            if (replacement.IsLate)
                throw replacement.LateBeforeAsked($"{started.Name} did not listen");
            await Task.Delay(_pause, cancellation);
        }
    }
}
