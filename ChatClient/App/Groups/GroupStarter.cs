using System.Net;
using PaxosShard.ChatClient.App.Cli;
using PaxosShard.Client;
using PaxosShard.Programs.Errors;
using PaxosShard.Wire.Identifiers;

namespace PaxosShard.ChatClient.App.Groups;

/// <summary>Starts whatever of a group is down, and waits until it commits. Doing it twice is the same as doing it once.</summary>
/// <param name="shell">The environment.</param>
/// <param name="files">The group's directory.</param>
/// <param name="plan">What is wanted.</param>
internal sealed class GroupStarter(Shell shell, GroupFiles files, GroupPlan plan)
{
    private const int DefaultReplicas = 3;
    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(3);

    private readonly List<StartedReplica> _started = [];
    private readonly GroupProcesses _processes = new(files);
    private readonly IPAddress _host = LocalAddresses.Host(shell);

    /// <summary>Starts what is down.</summary>
    /// <param name="cancellation">Stops the wait; what was started goes on.</param>
    /// <returns>The group as it is then.</returns>
    /// <exception cref="ReportedException">A replica ended, the options do not fit, or the group does not commit in time.</exception>
    public async Task<GroupState> StartAsync(CancellationToken cancellation)
    {
        plan.Validate();
        string program = ReplicaProgram.Find(shell, GroupState.Read(files.Root)?.Group ?? plan.Place?.Group ?? GroupId.None);
        using IDisposable held = files.Lock();
        using CancellationTokenSource late = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        late.CancelAfter(plan.Timeout);
        try
        {
            GroupState state = Prepare();
            state = state.Addresses.Count == state.Replicas.Count
                ? StartDown(state, program)
                : await StartWithFreePortsAsync(state, program, late.Token);
            await WaitUntilReadyAsync(late.Token);
            await WaitUntilItCommitsAsync(state, late.Token);
            state = StartDown(state, program); // One that was about to die when this began.
            await WaitUntilReadyAsync(late.Token);
            await WaitUntilAllTakePartAsync(state, late.Token, cancellation);
            state = state with { Replicas = [.. state.Replicas.Select(replica => replica with { Exists = replica.Exists || files.HasData(replica.Name) })] };
            state.Write(files.Root);
            return state;
        }
        catch (Exception exception) when (exception is OperationCanceledException or NotAppliedException && !cancellation.IsCancellationRequested)
        {
            // Whether the wait ends by its own clock or by that of the client is chance.
            throw new ReportedException(ErrorKinds.NotReady, $"{files.Root} within {Spoken.Time(plan.TimeoutOfAll ?? plan.Timeout)}");
        }
        finally
        {
            foreach (StartedReplica replica in _started)
                replica.Dispose();
        }
    }

    private GroupState Prepare()
    {
        if (GroupState.Read(files.Root) is { } known)
        {
            if (plan.Place?.Violation(known) is { } violation)
                throw new ReportedException(ErrorKinds.OtherGroup, $"{files.Root} {violation}");
            if (plan.Replicas is { } wanted && wanted != known.Replicas.Count)
                throw new ReportedException(ErrorKinds.OtherGroup, $"{files.Root} has {Spoken.Count(known.Replicas.Count, "replica")}, not {wanted}");
            if (plan.BasePort is { } port && !known.Replicas[0].Address.EndsWith($":{port}", StringComparison.Ordinal))
                throw new ReportedException(ErrorKinds.OtherGroup, $"{files.Root} listens at {known.Replicas[0].Address}, not at port {port}");
            if (plan.MachineOptions.Count > 0 && !plan.MachineOptions.SequenceEqual(known.MachineOptions, StringComparer.Ordinal))
                throw new ReportedException(ErrorKinds.OtherGroup, $"{files.Root} was made with {GroupPlan.Describe(known.MachineOptions)}, not with {GroupPlan.Describe(plan.MachineOptions)}");
            return plan.HasGateway ? known with { HasGateway = true } : known;
        }
        GroupState fresh = new(plan.Place?.Cluster ?? Guid.NewGuid(), [.. Enumerable.Range(0, plan.Replicas ?? DefaultReplicas).Select(Fresh)])
        {
            MachineOptions = plan.MachineOptions,
            Group = plan.Place?.Group ?? GroupId.None,
            Masters = plan.Place?.Masters ?? [],
            Points = plan.Points,
            HasGateway = plan.HasGateway,
            Together = plan.Together,
        };
        fresh.Write(files.Root);
        files.MakeProcesses();
        return fresh;
    }

    private ReplicaRecord Fresh(int index) =>
        new($"r{index}", plan.BasePort is { } port ? $"{_host}:{port + index}" : "", Exists: false, Process: null);

    private GroupState StartDown(GroupState state, string program)
    {
        string members = string.Join(',', state.Addresses);
        for (int index = 0; index < state.Replicas.Count; index++)
        {
            ReplicaRecord replica = state.Replicas[index];
            if (_processes.Of(replica) is null)
                state = Start(state, index, program, replica.Listen is { } listen ? ["--listen", listen, "--members", members] : ["--members", members]);
        }
        return state;
    }

    // Each listens at a port of its own and says so; then all learn the whole list. Whoever finds its port taken meanwhile gets another.
    private async Task<GroupState> StartWithFreePortsAsync(GroupState state, string program, CancellationToken cancellation)
    {
        if (state.Replicas.FirstOrDefault(replica => _processes.IsHeld(replica.Name)) is { } held)
            throw new ReportedException(ErrorKinds.OtherGroup, $"{held.Name} runs in {files.Root}, and {GroupState.FileName} does not know where it listens");
        await GroupStopper.EndAllAsync(_processes.Running(state)); // What an interrupted start left waiting for its list.
        File.Delete(files.Members);
        for (int index = 0; index < state.Replicas.Count; index++)
            state = StartAtFreePort(state, index, program);
        for (int index = 0; index < state.Replicas.Count; index++)
        {
            while (!await ListensAsync(_started[index], cancellation))
            {
                cancellation.ThrowIfCancellationRequested();
                _started[index].Dispose();
                _started.RemoveAt(index);
                state = StartAtFreePort(state, index, program);
            }
        }
        state = state with { Replicas = [.. state.Replicas.Select(WithAddress)] };
        state.Write(files.Root);
        await File.WriteAllTextAsync(files.Members + ".new", string.Join(',', state.Addresses) + "\n", cancellation);
        File.Move(files.Members + ".new", files.Members, overwrite: true);
        return state;
    }

    private ReplicaRecord WithAddress(ReplicaRecord replica)
    {
        string listen = File.ReadAllText(files.Ready(replica.Name)).Trim();
        return plan.KnownAs is { } knownAs ? replica with { Address = knownAs(listen), Listen = listen } : replica with { Address = listen };
    }

    private GroupState StartAtFreePort(GroupState state, int index, string program) =>
        Start(state, index, program, ["--listen", LocalAddresses.Choose(_host), "--members-file", files.Members], index);

    private async Task<bool> ListensAsync(StartedReplica replica, CancellationToken cancellation)
    {
        while (!File.Exists(files.Ready(replica.Name)))
        {
            if (replica.EndedForItsPort)
                return false;
            if (replica.HasEnded)
                throw replica.EndedError();
            await Task.Delay(_pause, cancellation);
        }
        return true;
    }

    private GroupState Start(GroupState state, int index, string program, string[] addresses, int? place = null)
    {
        ReplicaRecord replica = state.Replicas[index];
        File.Delete(files.Ready(replica.Name));
        IReadOnlyList<string> arguments = ReplicaArguments.Of(files, _host, state, index, addresses, plan.ReplicaArguments);
        StartedReplica started = StartedReplica.Start(replica.Name, program, arguments, files.Console(replica.Name));
        _started.Insert(place ?? _started.Count, started);
        state = state.With(index, replica with { Process = started.Identity });
        state.Write(files.Root);
        return state;
    }

    private async Task WaitUntilReadyAsync(CancellationToken cancellation)
    {
        foreach (StartedReplica replica in _started)
        {
            while (!IsReady(replica.Name) && !IsReplaced(replica))
            {
                ThrowIfOneEnded();
                await Task.Delay(_pause, cancellation);
            }
        }
    }

    private bool IsReady(string replica) => File.Exists(files.Ready(replica)) && (!plan.HasGateway || files.GatewayAddress(replica) is not null);

    // A linearizable read passes only once a primary has decided something in its own view.
    private async Task WaitUntilItCommitsAsync(GroupState state, CancellationToken cancellation)
    {
        using CancellationTokenSource ended = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        ClientOptions options = state.ClientOptions with { RequestTimeout = plan.Timeout };
        Task commit = ReadOnceAsync(options, state.Group, ended.Token);
        try
        {
            while (!commit.IsCompleted)
            {
                ThrowIfOneEnded();
                await Task.WhenAny(commit, Task.Delay(_pause, cancellation));
            }
        }
        finally
        {
            await ended.CancelAsync();
            await commit.ContinueWith(static _ => { }, TaskScheduler.Default);
        }
        await commit;
    }

    // Whoever looks next finds the group well. Not for long: one that has much to fetch, or stands still, is none of the quorum that commits.
    private static async Task WaitUntilAllTakePartAsync(GroupState state, CancellationToken late, CancellationToken cancellation)
    {
        using CancellationTokenSource enough = CancellationTokenSource.CreateLinkedTokenSource(late);
        enough.CancelAfter(_patience);
        try
        {
            while (GroupHealth.Of(await GroupReport.AskAsync(state.Addresses, state.Shard, _patience, enough.Token)).Health != Health.Well)
                await Task.Delay(_pause, enough.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            // The status says who is missing.
        }
    }

    private static async Task ReadOnceAsync(ClientOptions options, GroupId group, CancellationToken cancellation)
    {
        if (group != GroupId.None)
        {
            // Neither the masters nor a shard without arcs have rooms.
            Task read = group == GroupId.Masters ? PlacementCalls.ReadLatestAsync(options, cancellation) : PlacementCalls.ReadArcsAsync(options, cancellation);
            await read;
            return;
        }

        await using ChatLogClient client = await ChatLogClient.ConnectAsync(options, cancellation);
        await client.ListRoomsAsync("", 0, cancellation);
    }

    private void ThrowIfOneEnded()
    {
        if (_started.Find(replica => replica.HasEnded && !IsReplaced(replica)) is { } ended)
            throw ended.EndedError();
    }

    // Somebody else had just started the same replica, and that one holds the directory.
    private bool IsReplaced(StartedReplica replica) => replica.HasEnded && _processes.IsHeld(replica.Name);
}
