using PaxosShard.ChatClient.App.Cli;
using PaxosShard.ChatClient.App.Posix;
using PaxosShard.Client;

namespace PaxosShard.ChatClient.App.Groups;

/// <summary>A group on this machine whose processes this program may kill, stop and start again.</summary>
/// <param name="shell">The environment.</param>
/// <param name="files">Its directory.</param>
/// <param name="plan">How it is started.</param>
internal sealed class LocalGroup(Shell shell, GroupFiles files, GroupPlan plan)
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(1);

    private readonly GroupProcesses _processes = new(files);
    private GroupState? _state;

    /// <summary>The environment.</summary>
    public Shell Shell => shell;

    /// <summary>Its files.</summary>
    public GroupFiles Files => files;

    /// <summary>What is known of it.</summary>
    public GroupState State => _state ?? throw new InvalidOperationException("the group was not started");

    /// <summary>How to connect to it.</summary>
    public ClientOptions ClientOptions => State.ClientOptions;

    /// <summary>A group as it is now; nothing is started.</summary>
    /// <exception cref="Programs.Errors.ReportedException">The directory holds none.</exception>
    public static LocalGroup Open(Shell shell, GroupFiles files) => new(shell, files, new GroupPlan())
    {
        _state = GroupState.Read(files.Root) ?? throw new Programs.Errors.ReportedException(Programs.Errors.ErrorKinds.NoGroup, files.Root),
    };

    /// <summary>Starts what is down, and waits until the group commits.</summary>
    public async Task StartAsync(CancellationToken cancellation) =>
        _state = await new GroupStarter(shell, files, plan).StartAsync(cancellation);

    /// <summary>Ends all of its processes.</summary>
    public async Task StopAsync()
    {
        if (_state is null && GroupState.Read(files.Root) is null)
            return;
        await new GroupStopper(files).StopAsync();
    }

    /// <summary>What its replicas say.</summary>
    public async Task<GroupReport> AskAsync(CancellationToken cancellation) =>
        new(await ReplicaView.AskAllAsync(State.Addresses, State.Shard, _patience, cancellation));

    /// <summary>The syncs that all replicas made since their start; null when one does not answer.</summary>
    public async Task<ulong?> CountSyncsAsync(CancellationToken cancellation) => (await AskAsync(cancellation)).Syncs;

    /// <summary>The replica that leads and can be reached, asked until there is one.</summary>
    public async Task<ReplicaRecord> PrimaryAsync(CancellationToken cancellation)
    {
        while (true)
        {
            if ((await AskAsync(cancellation)).Primary is { } primary)
                return State.Replicas.First(replica => string.Equals(replica.Address, primary.Address, StringComparison.Ordinal));
            await Task.Delay(20, cancellation);
        }
    }

    /// <summary>Whether the process of a replica runs.</summary>
    public bool IsAlive(ReplicaRecord replica) => _processes.Of(replica) is not null;

    /// <summary>Kills a replica as kill -9 does, and waits until its process is gone.</summary>
    /// <returns>The process; null when it did not run.</returns>
    public async Task<ProcessIdentity?> KillAsync(ReplicaRecord replica, CancellationToken cancellation)
    {
        ProcessIdentity? process = _processes.Of(replica);
        process?.Send(Signal.Kill);
        while (process?.IsAlive == true)
            await Task.Delay(1, cancellation);
        return process;
    }

    /// <summary>Waits until all replicas have executed the same slot, and compares their hashes there.</summary>
    public async Task<bool> HashesAgreeAsync(CancellationToken cancellation)
    {
        while (true)
        {
            GroupReport report = await AskAsync(cancellation);
            ReplicaView[] answering = [.. report.Replicas.Where(view => view.Status is not null)];
            if (answering.Length == report.Replicas.Count && answering.DistinctBy(view => view.Status!.Status.Executed).Count() == 1)
                return answering.DistinctBy(view => view.Status!.Status.StateHash).Count() == 1;
            await Task.Delay(20, cancellation);
        }
    }

    /// <summary>Cuts a replica off that was started with --cut-by-signal: it runs, and nobody hears of it.</summary>
    public void CutOff(ReplicaRecord replica) => _processes.Of(replica)?.Send(Signal.CutOff);

    /// <summary>Lets it back.</summary>
    public void LetBack(ReplicaRecord replica) => _processes.Of(replica)?.Send(Signal.LetBack);

    /// <summary>Stops a replica where it is.</summary>
    public void Pause(ReplicaRecord replica) => _processes.Of(replica)?.Send(Signal.Stop);

    /// <summary>Lets a stopped replica go on.</summary>
    public void Continue(ReplicaRecord replica) => _processes.Of(replica)?.Send(Signal.Continue);
}
