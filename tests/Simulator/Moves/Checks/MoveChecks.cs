using PaxosShard.Hashing;
using PaxosShard.Replica.Core.Execution;
using PaxosShard.Replica.Core.Queues;
using PaxosShard.Simulator.Checks;
using PaxosShard.Simulator.Clusters;
using PaxosShard.Simulator.Moves.Groups;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Entries;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Simulator.Moves.Checks;

/// <summary>All checks of a run of moves. They are shown each entry that a group executes and each question that it answers, and believe nothing that groups, drivers and masters say of each other.</summary>
internal sealed class MoveChecks : IGroupWatcher
{
    private readonly TraceHash _trace;
    private readonly SnapshotCheck _snapshots;
    private readonly QueuedCommands _queued = new();

    /// <summary>Nothing has happened yet.</summary>
    /// <param name="violations">Takes findings.</param>
    /// <param name="marks">What was reached.</param>
    /// <param name="trace">The digest of the run.</param>
    public MoveChecks(ViolationLog violations, MoveMarks marks, TraceHash trace)
    {
        Violations = violations;
        Marks = marks;
        _trace = trace;
        Executions = new ExecutionCheck(violations, marks, Ghost);
        Order = new OrderCheck(violations);
        Contents = new ContentCheck(violations, marks, Ghost);
        Placement = new PlacementCheck(violations, marks);
        Serving = new ServingCheck(violations, marks, Placement);
        _snapshots = new SnapshotCheck(violations, marks);
    }

    /// <summary>Takes a line for each entry that is executed; null when nobody reads them.</summary>
    public Action<string>? Log { get; init; }

    /// <summary>Takes findings.</summary>
    public ViolationLog Violations { get; }

    /// <summary>What was reached.</summary>
    public MoveMarks Marks { get; }

    /// <summary>What is true.</summary>
    public Ghost Ghost { get; } = new();

    /// <summary>Which changes have run.</summary>
    public ExecutionCheck Executions { get; }

    /// <summary>What ordered sessions promise.</summary>
    public OrderCheck Order { get; }

    /// <summary>What groups hold.</summary>
    public ContentCheck Contents { get; }

    /// <summary>The configurations of the masters.</summary>
    public PlacementCheck Placement { get; }

    /// <summary>Who serves what.</summary>
    public ServingCheck Serving { get; }

    /// <inheritdoc/>
    public void OnExecuted(SimulatedGroup log, Entry entry, IReadOnlyList<ClientReply> replies)
    {
        _trace.Add(log.State.Hash);
        if (log.Group == GroupId.Masters)
        {
            Placement.OnExecuted(log.State);
            return;
        }

        foreach (QueuedOperation gone in log.State.Voided)
        {
            Marks.Reach(MoveMark.OrderedVoided);
            Order.OnVoided(log, gone.Session, gone.Sequence);
        }

        List<ExecutedCommand> executed = _queued.InOrder(entry, replies, log.State);
        foreach (ExecutedCommand command in executed)
            Order.OnExecuted(log, command.Command, command.Reply);
        if (entry.HasGates && replies.Any(static reply => reply.Status == ReplicatedState.Queued))
            Marks.Reach(MoveMark.OrderedPlacedEarly);
        if (log.State.LogTime > entry.LogTime)
            Marks.Reach(MoveMark.LogTimeRaised);
        List<ReadOnlyMemory<byte>> changes = Execute(log, executed, out bool hasMoves, out List<Arc> unserved);
        IReadOnlyList<Arc> gained = hasMoves ? Serving.Look(log, entry) : [];
        Log?.Invoke(EntryText.Of(log, entry, replies, hasMoves ? Serving.MovesOf(log) : null));
        foreach (Arc arc in unserved.Where(arc => !Serving.Serves(log.Group, arc)))
            Violations.Report("M3", $"{log.Group} runs a change on arc {arc.Number}, which it does not serve");
        foreach (ReadOnlyMemory<byte> change in changes)
            Contents.CheckChanged(log, change.Span);
        if (gained.Count == 0)
            return;
        HashSet<Arc> arcs = [.. gained];
        Contents.CheckArcs(log, arcs.Contains);
        Executions.CheckKnown(log, gained);
    }

    /// <inheritdoc/>
    public void OnAnswered(SimulatedGroup log, in ClientRequest request, in ClientReply reply)
    {
        if (log.Group == GroupId.Masters || !IsOfClient((CommandKind)request.Command.Span[0]))
            return;
        if (reply.Status == ReplyStatus.NotMyArc)
            Marks.Reach(MoveMark.NotMyArc);
        else
            Executions.OnAnswered(log, in request, in reply);
    }

    /// <inheritdoc/>
    public void OnRead(SimulatedGroup log, in ClientRequest query, in ClientReply reply, long? since = null)
    {
        if (log.Group != GroupId.Masters)
            Contents.OnRead(log, in query, in reply, since ?? Now, mayFollowBeOld: since is not null);
    }

    /// <inheritdoc/>
    public long Now => Ghost.Changes;

    /// <inheritdoc/>
    public void OnReplaced(SimulatedGroup log, ReplicatedState next) => _snapshots.OnReplaced(log, next);

    private static bool IsOfClient(CommandKind kind) => kind is >= CommandKind.SendMessage and <= CommandKind.CompareAndSetKey;

    /// <summary>What became of each command of an entry.</summary>
    /// <param name="log">The group.</param>
    /// <param name="executed">What it has led to.</param>
    /// <param name="hasMoves">Something in it is about configurations or moves.</param>
    /// <param name="unserved">Arcs on which something has run, and which were not served when the group was looked at last.</param>
    /// <returns>The changes that have run.</returns>
    private List<ReadOnlyMemory<byte>> Execute(SimulatedGroup log, List<ExecutedCommand> executed, out bool hasMoves, out List<Arc> unserved)
    {
        List<ReadOnlyMemory<byte>> changes = [];
        hasMoves = false;
        unserved = [];
        foreach ((EntryCommand command, ClientReply reply, bool isDrained) in executed)
        {
            CommandKind kind = (CommandKind)command.Command.Span[0];
            hasMoves |= kind is >= CommandKind.AdoptConfiguration and <= CommandKind.DiscardCopy;
            if (kind == CommandKind.ImportPiece && reply.Status == ReplyStatus.Rejected)
                Marks.Reach(MoveMark.FullBeforeFreezing);
            if (!IsOfClient(kind))
                continue;
            if (reply.Status == ReplyStatus.NotMyArc)
                Marks.Reach(MoveMark.NotMyArc);
            if (!Executions.OnExecuted(log, in command, in reply, isDrained))
                continue;
            changes.Add(command.Command);
            Arc arc = Arc.Of(CommandPart.NameIn(command.Command.Span));
            if (!Serving.Serves(log.Group, arc))
                unserved.Add(arc);
        }

        return changes;
    }
}
