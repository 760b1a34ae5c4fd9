using System.CommandLine;
using PaxosShard.Programs.Errors;
using PaxosShard.Replica.Core.Group;
using PaxosShard.Replica.Machines;
using PaxosShard.Replica.Machines.Rooms;
using PaxosShard.Replica.Node;
using PaxosShard.Replica.Node.Faults;
using PaxosShard.Replica.Node.Storage;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;
using PaxosShard.Wire.Text;

namespace PaxosShard.Replica.App;

/// <summary><c>replica run</c>: one replica in the foreground, until it is told to stop.</summary>
internal sealed class RunCommand
{
    private const string About = """
        Run one replica in the foreground until SIGTERM.
        Example: replica run --data /var/lib/px0 --self 0 --members 127.0.0.1:7000,127.0.0.1:7001,127.0.0.1:7002 --create
        """;

    private readonly Option<string> _data = new("--data") { Description = "Data directory, of this replica alone.", Required = true };
    private readonly Option<int> _self = new("--self") { Description = "This replica's place in the member list, from 0.", Required = true };
    private readonly Option<string?> _members = new("--members") { Description = "All replicas as host:port, separated by commas; the same on all of them." };
    private readonly Option<string?> _membersFile = new("--members-file") { Description = "Read the member list from this file, waiting up to 10 s for it; needs --listen." };
    private readonly Option<string?> _listen = new("--listen") { Description = "Where to listen, host:port; port 0 lets the system choose. Default: the own place in the member list." };
    private readonly Option<Guid?> _cluster = new("--cluster") { Description = "Number of the cluster. Default: that of the data directory, or one made from the member list." };
    private readonly Option<bool> _create = new("--create") { Description = "Make a new data directory; it must be empty or not exist. Only for a new group, or with --newcomer." };
    private readonly Option<bool> _newcomer = new("--newcomer") { Description = "With --create and --cluster: take the place of another replica; votes once the group has decided that (px replica replace)." };
    private readonly Option<int> _heartbeat = new("--heartbeat-ms") { Description = "Milliseconds between two heartbeats.", DefaultValueFactory = _ => 25 };
    private readonly Option<int> _timeout = new("--timeout-ms") { Description = "Milliseconds of silence after which a primary is suspected.", DefaultValueFactory = _ => 150 };
    private readonly Option<int> _spin = new("--spin-us") { Description = "Microseconds to look for work before sleeping: quicker, but it takes a processor.", DefaultValueFactory = _ => 5 };
    private readonly Option<long> _snapshotBytes = new("--snapshot-bytes") { Description = "Bytes to be executed before another snapshot is taken; a quarter of the last one if that is more.", DefaultValueFactory = _ => GroupOptions.DefaultSnapshotBytes };
    private readonly Option<int> _segmentBytes = new("--segment-bytes") { Description = "Size of a file of the log: a multiple of 4096, from 16384 to 256 MiB.", DefaultValueFactory = _ => new StoreOptions().SegmentBytes };
    private readonly Option<bool> _insecure = new("--insecure-network") { Description = "Allow to listen where other machines can call, without any authentication." };
    private readonly Option<string?> _log = new("--log") { Description = "Write the log to this file; two older ones are kept." };
    private readonly Option<string?> _readyFile = new("--ready-file") { Description = "Write the address to this file once it is listened on." };
    private readonly MachineOptions _machine = new();
    private readonly DrillOptions _drill = new();

    /// <summary>The verb.</summary>
    public static Command Create()
    {
        RunCommand run = new();
        Command command = new("run", About)
        {
            run._data, run._self, run._members, run._membersFile, run._listen, run._cluster, run._create, run._newcomer, run._heartbeat, run._timeout,
            run._spin, run._snapshotBytes, run._segmentBytes, run._insecure, run._log, run._readyFile,
        };
        run._machine.AddTo(command);
        run._drill.AddTo(command);
        command.SetAction((parsed, _) => run.RunAsync(parsed));
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed)
    {
        bool debug = parsed.GetValue<bool>("--debug");
        Logging.Configure(parsed.GetValue(_log), debug ? NLog.LogLevel.Debug : NLog.LogLevel.Info);
        try
        {
            using Stopper stopper = new();
            FaultOptions faults = _drill.Of(parsed);
            using CutSignals? cutSignals = faults.Cut is null ? null : new CutSignals(faults.Cut);
            ReplicaLaunch launch = new(parsed.GetValue(_readyFile), parsed.GetValue(_membersFile));
            await using ReplicaHost host = await launch.StartAsync(Options(parsed, _machine.Of(parsed), faults), stopper.Asked);
            await using CancellationTokenRegistration stop = stopper.Asked.Register(() => _ = host.StopAsync());
            NodeOutcome outcome = await host.Completion;
            if (ErrorClassifier.Classify(outcome) is { } error)
                return CommandLine.Report(error);
            return stopper.IsInterrupted ? ExitCode.Interrupted : ExitCode.Ok;
        }
        finally
        {
            NLog.LogManager.Shutdown();
        }
    }

    private LaunchOptions Options(ParseResult parsed, Func<Action<SentMessage>?, ShardMachine> machine, FaultOptions faults) => new()
    {
        Members = parsed.GetValue(_members) is { } members ? MemberList.Parse(members) : null,
        Listen = parsed.GetValue(_listen) is { } listen ? NetworkAddress.Parse(listen) : null,
        WithMembers = members => new ReplicaNodeOptions
        {
            DataDirectory = parsed.GetRequiredValue(_data),
            Create = parsed.GetValue(_create),
            Newcomer = parsed.GetValue(_newcomer),
            Cluster = parsed.GetValue(_cluster),
            Self = new ReplicaId(parsed.GetValue(_self)),
            Machine = () => machine(null),
            Members = members,
            Listen = parsed.GetValue(_listen) is { } listen ? NetworkAddress.Parse(listen) : null,
            InsecureNetwork = parsed.GetValue(_insecure),
            Heartbeat = TimeSpan.FromMilliseconds(parsed.GetValue(_heartbeat)),
            Timeout = TimeSpan.FromMilliseconds(parsed.GetValue(_timeout)),
            Spin = TimeSpan.FromMicroseconds(parsed.GetValue(_spin)),
            SnapshotBytes = parsed.GetValue(_snapshotBytes),
            Store = StoreOptions.Of(parsed.GetValue(_segmentBytes)),
            Faults = faults,
        },
    };
}
