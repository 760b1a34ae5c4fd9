using System.Globalization;
using System.Text;
using PaxosShard.Hashing;
using PaxosShard.Hashing.Configurations;
using PaxosShard.Hashing.Rings;
using PaxosShard.Master.Core.Exports;
using PaxosShard.Master.Core.Jobs;
using PaxosShard.Replica.Core.Execution;
using PaxosShard.Replica.Core.Steps;
using PaxosShard.Wire;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;
using PaxosShard.Wire.Placement;

namespace PaxosShard.Master.Core;

/// <summary>
/// The machine of the master: the numbered configurations, which say what shard serves which arc, all of them kept; and the jobs, which lead from one to the next, one after the
/// other. See <c>Master/DESIGN.md</c>. It moves nothing itself: what is to be done it answers to a <see cref="WatchJobQuery"/>, and what was done comes back as commands.
/// </summary>
public sealed class PlacementMachine : IStateMachine
{
    /// <summary>The highest number of a configuration, unless told otherwise.</summary>
    public const int DefaultConfigurations = 65_536;

    /// <summary>Most bytes of the state, unless told otherwise: 256 MiB.</summary>
    public const long DefaultStateBytes = 256 * 1024 * 1024;

    // To be raised with every change of what a command does, or of where arcs go, that no other rule shows.
    private const int Version = 4;

    // From here on a command reads, whatever group it is for.
    private const PlacementCommandKind FirstRead = (PlacementCommandKind)0x80;

    private readonly PlacementBounds _bounds;
    private readonly PlacementState _state = new();
    private readonly JobRequests _requests;
    private readonly JobRunner _runner;
    private PlacementExport? _export;

    // What those who wait for jobs were told last. Of no meaning to anybody else.
    private long _toldPosition;

    /// <summary>A machine in which nothing is: configuration 0, without shards.</summary>
    /// <param name="configurations">The highest number that a configuration may get, at least 1; all are kept, and then no more jobs are taken. All replicas of the group have the same.</param>
    /// <param name="stateBytes">
    /// Most bytes of all configurations and jobs, at least what one job may need, about 2.4 MB. No job is taken for which there might not be space enough until it has ended. All
    /// replicas of the group have the same.
    /// </param>
    /// <exception cref="InvalidOptionsException">A bound is below its least.</exception>
    public PlacementMachine(int configurations = DefaultConfigurations, long stateBytes = DefaultStateBytes)
    {
        if (configurations < 1)
            throw new InvalidOptionsException("at least one configuration");
        if (stateBytes < PlacementBounds.BytesPerOpenJob)
            throw new InvalidOptionsException($"the state of the configurations has at least {PlacementBounds.BytesPerOpenJob} bytes");
        _bounds = new PlacementBounds(configurations, stateBytes);
        _requests = new JobRequests(_state, _bounds);
        _runner = new JobRunner(_state);
    }

    /// <inheritdoc/>
    public ulong Hash => _state.Hash;

    /// <inheritdoc/>
    public Occupancy Occupancy => new(_state.Bytes, _bounds.StateBytes);

    /// <inheritdoc/>
    public IEnumerable<string> Rules =>
    [
        .. Numbers().Select(static rule => string.Create(CultureInfo.InvariantCulture, $"{rule.Name} = {rule.Value}")),
        .. Reasons.All.Select(static reason => $"reason = {reason}"),
    ];

    /// <summary>The latest configuration.</summary>
    public Configuration Latest => _state.History.Latest;

    /// <summary>Everything, for tests that look inside.</summary>
    internal PlacementState State => _state;

    /// <inheritdoc/>
    public CommandClass Classify(ReadOnlySpan<byte> command) => (PlacementCommandKind)command[0] switch
    {
        PlacementCommandKind.WatchConfiguration or PlacementCommandKind.WatchJob => CommandClass.Wait,
        >= FirstRead => CommandClass.Read,
        _ => CommandClass.Write,
    };

    /// <inheritdoc/>
    public CommandResult Apply(ReadOnlyMemory<byte> command, long wall, long logTime)
    {
        ReadOnlySpan<byte> bytes = command.Span;
        try
        {
            return bytes.IsEmpty ? Malformed() : Apply((PlacementCommandKind)bytes[0], bytes);
        }
        catch (WireFormatException)
        {
            return Malformed();
        }
    }

    /// <inheritdoc/>
    public CommandResult Read(ReadOnlySpan<byte> query) => Queries.Read(_state, query);

    /// <inheritdoc/>
    public CommandResult? TryAnswer(ReadOnlySpan<byte> query, out Wait wait)
    {
        return Queries.TryReadWait(query, out wait) ? TryAnswer(in wait) : Queries.Malformed;
    }

    /// <inheritdoc/>
    public CommandResult? TryAnswer(in Wait wait) => Queries.TryAnswer(_state, in wait);

    /// <inheritdoc/>
    public CommandResult AnswerExpired(in Wait wait) => Queries.AnswerExpired(_state, in wait);

    /// <inheritdoc/>
    public void TakeTouched(List<string> topics)
    {
        if (_state.IsTouched)
            topics.Add(WatchConfigurationQuery.Topic);
        _state.IsTouched = false;
        if (_state.Position == _toldPosition)
            return;
        _toldPosition = _state.Position;
        topics.Add(WatchJobQuery.Topic);
    }

    /// <inheritdoc/>
    public IStateMachine CreateEmpty() => new PlacementMachine((int)_bounds.Configurations, _bounds.StateBytes);

    /// <inheritdoc/>
    public IMachineExport BeginExport(Slot slot)
    {
        if (_export is { IsOver: false })
            throw new InvalidOperationException("there is one export at a time, and one goes on");
        ExportHead head = new(slot, Hash, Latest.Number, _state.Jobs.Count, _state.Bytes);
        return _export = new PlacementExport(head, _state.History.Stored, _state.Jobs.Copy());
    }

    /// <inheritdoc/>
    public IMachineImport BeginImport() => _state.IsEmpty && _export is null
        ? new PlacementImport(_state, _bounds)
        : throw new InvalidOperationException("only a machine that has run nothing takes an export");

    private static CommandResult Malformed() => new(ReplyStatus.Malformed, Encoding.UTF8.GetBytes(Reasons.UnknownCommand));

    // Decoding throws before anything is changed.
    private CommandResult Apply(PlacementCommandKind kind, ReadOnlySpan<byte> bytes) => kind switch
    {
        PlacementCommandKind.AddShards => _runner.Begin(_requests.Judge(AddShardsCommand.Decode(bytes))),
        PlacementCommandKind.RemoveShard => _runner.Begin(_requests.Judge(RemoveShardCommand.Decode(bytes))),
        PlacementCommandKind.MoveArcs => _runner.Begin(_requests.Judge(MoveArcsCommand.Decode(bytes))),
        PlacementCommandKind.CancelJob => _runner.Cancel(CancelJobCommand.Decode(bytes).Job),
        PlacementCommandKind.AdvanceJob => _runner.Advance(AdvanceJobCommand.Decode(bytes)),
        PlacementCommandKind.ReportCopied => _runner.ReportCopied(ReportCopiedCommand.Decode(bytes)),
        PlacementCommandKind.FinishMoves => _runner.Finish(FinishMovesCommand.Decode(bytes)),
        _ => Malformed(),
    };

    private IEnumerable<(string Name, long Value)> Numbers() =>
    [
        ("PlacementMachine.Version", Version),
        ("PlacementMachine.Configurations", _bounds.Configurations),
        ("PlacementMachine.StateBytes", _bounds.StateBytes),
        ("PlacementBounds.BytesPerOpenJob", PlacementBounds.BytesPerOpenJob),
        ("JobList.MostWaiting", JobList.MostWaiting),
        ("JobList.MostEnded", JobList.MostEnded),
        ("JobList.MostEndedBytes", JobList.MostEndedBytes),
        ("PlacementLimits.ShardsPerCommand", PlacementLimits.ShardsPerCommand),
        ("Configuration.MostShards", Configuration.MostShards),
        ("RingMember.MostPoints", RingMember.MostPoints),
        ("Arc.Count", Arc.Count),
        ("Limits.Replicas", Limits.Replicas),
        ("Limits.Address", Limits.Address),
    ];
}
