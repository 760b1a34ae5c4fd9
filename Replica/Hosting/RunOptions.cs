using System.CommandLine;
using PaxosShard.Programs;
using PaxosShard.Replica.Core.Group;
using PaxosShard.Replica.Node;
using PaxosShard.Replica.Node.Faults;
using PaxosShard.Replica.Node.Storage;
using PaxosShard.Wire;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Text;

namespace PaxosShard.Replica.Hosting;

/// <summary>The options of a verb that runs one replica, whatever its group executes.</summary>
public sealed class RunOptions
{
    private const int MostMilliseconds = 3_600_000;
    private const int MostSpin = 5000;
    private const int LeastSegment = 16 * 1024;
    private const int MostSegment = 256 * 1024 * 1024;
    private const int SegmentUnit = 4096;

    private readonly Option<string> _data = new("--data") { Description = "Data directory, of this replica alone", HelpName = "DIR", Required = true };
    private readonly Option<int> _self = new Option<int>("--self") { Description = "This replica's place in the member list, from 0", HelpName = "N", Required = true }.Within(0, Limits.Replicas - 1);
    private readonly Option<string?> _members = new("--members") { Description = "Addresses of all replicas, host:port, with commas between; the same on all of them", HelpName = "LIST" };
    private readonly Option<string?> _membersFile = new("--members-file") { Description = "Read the member list from this file, waiting up to 10 s for it; needs --listen", HelpName = "FILE" };
    private readonly Option<string?> _listen = new("--listen") { Description = "Address to listen on, host:port; port 0 lets the system choose (default: its place in the member list)", HelpName = "HOST:PORT" };
    private readonly Option<Guid?> _cluster = new("--cluster") { Description = "Id of the cluster, as px status --json shows it (default: that of the data directory, or one made from the member list)", HelpName = "C" };
    private readonly Option<bool> _create = new("--create") { Description = "Make a new data directory; it must be empty or not exist. Only for a new group, or with --newcomer" };
    private readonly Option<bool> _newcomer = new("--newcomer") { Description = "With --create and --cluster: take the place of another replica; votes once the group has decided that (px replica replace)" };
    private readonly Option<int> _heartbeat = new Option<int>("--heartbeat-ms") { Description = "Milliseconds between two heartbeats", HelpName = "N", DefaultValueFactory = _ => 25 }.Within(1, MostMilliseconds);
    private readonly Option<int> _timeout = new Option<int>("--timeout-ms") { Description = "Milliseconds of silence after which a primary is suspected; three heartbeats or more", HelpName = "N", DefaultValueFactory = _ => 150 }.Within(1, MostMilliseconds);
    private readonly Option<int> _spin = new Option<int>("--spin-us") { Description = "Microseconds to look for work before sleeping, 0 to 5000: quicker where a processor is to spare, slower where none is", HelpName = "N", DefaultValueFactory = _ => 0 }.Within(0, MostSpin);
    private readonly Option<long> _snapshotBytes = new Option<long>("--snapshot-bytes") { Description = "Bytes to be executed before another snapshot is taken (default: 16 MiB); as many as the last one had if that is more, but then not above 16 times this or a quarter of the last one", HelpName = "N", DefaultValueFactory = _ => GroupOptions.DefaultSnapshotBytes }.AtLeast(1L);
    private readonly Option<int> _segmentBytes = new Option<int>("--segment-bytes") { Description = "Bytes of a file of the log: a multiple of 4096 from 16384 to 268435456 (default: 64 MiB)", HelpName = "N", DefaultValueFactory = _ => new StoreOptions().SegmentBytes }
        .Ruled(static bytes => bytes is >= LeastSegment and <= MostSegment && bytes % SegmentUnit == 0, $"a multiple of {SegmentUnit} from {LeastSegment} to {MostSegment}");
    private readonly Option<bool> _waitsForPredecessors = new("--wait-for-predecessors") { Description = "An operation of an ordered session waits until the one before it on another shard takes effect, and does not take its place in the log before that: slower, and it means the same (Master/ORDERED.md)" };
    private readonly Option<int?> _localConnections = new("--local-connections") { Description = $"Most connections from this machine, 16 to 65536 (default: {new NodeLimits().ConnectionsFromLoopback}, or what open files allow, ulimit -n)", HelpName = "N" };
    private readonly Option<bool> _insecure = new("--insecure-network") { Description = "Allow to listen where other machines can call, without any authentication" };
    private readonly Option<string?> _log = new("--log") { Description = "Write the program log to this file, at most 16 MiB; two older ones are kept (default: standard error)", HelpName = "FILE" };
    private readonly Option<string?> _readyFile = new("--ready-file") { Description = "Write the address to this file once it is listened on", HelpName = "FILE" };
    private readonly DrillOptions _drill = new();

    /// <summary>Adds them to a verb, all but those of drills.</summary>
    public void AddTo(Command command)
    {
        Option[] options =
        [
            _data, _self, _members, _membersFile, _listen, _cluster, _create, _newcomer, _heartbeat, _timeout,
            _spin, _snapshotBytes, _segmentBytes, _waitsForPredecessors, _localConnections, _insecure, _log, _readyFile,
        ];
        foreach (Option option in options)
            command.Options.Add(option);
    }

    /// <summary>Adds the options for drills to a verb.</summary>
    public void AddDrillsTo(Command command) => _drill.AddTo(command);

    /// <summary>It makes a new data directory.</summary>
    public bool Creates(ParseResult parsed) => parsed.GetValue(_create);

    /// <summary>The number of the cluster that was given; null when none was.</summary>
    public Guid? ClusterOf(ParseResult parsed) => parsed.GetValue(_cluster);

    /// <summary>Where the log goes; null for standard error.</summary>
    internal string? LogFileOf(ParseResult parsed) => parsed.GetValue(_log);

    /// <summary>The faults that are asked for.</summary>
    /// <exception cref="InvalidOptionsException">A word is no time.</exception>
    internal FaultOptions FaultsOf(ParseResult parsed) => _drill.Of(parsed);

    /// <summary>Checks what options have to do with one another.</summary>
    /// <exception cref="InvalidOptionsException">A time is too short for another one.</exception>
    internal void Check(ParseResult parsed)
    {
        int least = 3 * parsed.GetValue(_heartbeat);
        if (parsed.GetValue(_timeout) < least)
            throw new InvalidOptionsException($"{_timeout.Name}: '{parsed.GetValue(_timeout)}' is less than three times {_heartbeat.Name}, {least}");
    }

    /// <summary>How the replica is started.</summary>
    internal ReplicaLaunch LaunchOf(ParseResult parsed) => new(parsed.GetValue(_readyFile), parsed.GetValue(_membersFile));

    /// <summary>What the command line says about the replica.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="group">Its group.</param>
    /// <param name="faults">The faults that are asked for.</param>
    /// <exception cref="InvalidOptionsException">A word is no address, or no member list.</exception>
    internal LaunchOptions Of(ParseResult parsed, GroupRun group, FaultOptions faults) => new()
    {
        Members = parsed.GetValue(_members) is { } members ? OptionRules.Read(_members, members, MemberList.Parse) : null,
        Listen = ListenOf(parsed),
        WithMembers = members => new ReplicaNodeOptions
        {
            DataDirectory = parsed.GetRequiredValue(_data),
            Create = parsed.GetValue(_create),
            Newcomer = parsed.GetValue(_newcomer),
            Cluster = parsed.GetValue(_cluster),
            Groups = group.Groups,
            Self = new ReplicaId(parsed.GetValue(_self)),
            Members = members,
            Listen = ListenOf(parsed),
            InsecureNetwork = parsed.GetValue(_insecure),
            Heartbeat = TimeSpan.FromMilliseconds(parsed.GetValue(_heartbeat)),
            Timeout = TimeSpan.FromMilliseconds(parsed.GetValue(_timeout)),
            Spin = TimeSpan.FromMicroseconds(parsed.GetValue(_spin)),
            SnapshotBytes = parsed.GetValue(_snapshotBytes),
            PlacesEarly = !parsed.GetValue(_waitsForPredecessors),
            Store = StoreOptions.Of(parsed.GetValue(_segmentBytes)),
            Limits = ConnectionBounds.Of(parsed.GetValue(_localConnections), OpenFiles.Most()),
            Faults = faults,
        },
    };

    private NetworkAddress? ListenOf(ParseResult parsed) => parsed.GetValue(_listen) is { } listen ? OptionRules.Read(_listen, listen, NetworkAddress.Parse) : null;
}
