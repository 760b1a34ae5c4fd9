using PaxosShard.Replica.Core.Execution;
using PaxosShard.Replica.Core.Group;
using PaxosShard.Replica.Core.Steps;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Replica.Core.Roles;

/// <summary>
/// What a replica has to do with the primary of the view it has promised: hears its signs of life, decides what it decided, echoes its
/// nonces, and knows the reasons to leave the view (rule 6), each as long as it lasts (Heartbeat in, HeartbeatAnswer out).
/// </summary>
/// <param name="options">The group.</param>
/// <param name="time">Now.</param>
/// <param name="peers">Says when the primary's connection is lost.</param>
/// <param name="acceptor">This replica's promise and votes.</param>
/// <param name="executor">This replica's state.</param>
/// <param name="catchUp">Learns of decided slots that are missing here.</param>
/// <param name="outbox">Where answers go.</param>
internal sealed class Follower(
    GroupOptions options, StepTime time, Peers peers, Acceptor acceptor, Executor executor, CatchUp catchUp, Outbox outbox)
{
    private readonly UnsyncedAnswers _answers = new(options, outbox);
    private ReplicaId? _primary;
    private long _heardTick;
    private long? _holeSinceTick;
    private bool _primaryHearsQuorum = true;
    private bool _ownViewIsSpent;

    /// <summary>The primary has been silent for the timeout.</summary>
    public bool PrimaryIsSilent => time.Tick - _heardTick > options.TimeoutTicks;

    /// <summary>
    /// There is a reason to leave the view. A killed process closes its sockets, so a primary whose connection is lost is left at once,
    /// in whichever view it leads, until it has a new connection.
    /// </summary>
    public bool WantsToLeave =>
        _ownViewIsSpent
        || (_primary is { } primary && peers.IsLost(primary))
        || !_primaryHearsQuorum
        || PrimaryIsSilent
        || (_holeSinceTick is { } since && time.Tick - since > options.TimeoutTicks);

    /// <summary>A view was entered: old reasons do not count against it. That its primary is gone is no old reason.</summary>
    public void OnNewView(View view)
    {
        _primary = view.OpensList ? null : view.Primary(options.ReplicaCount);
        _heardTick = time.Tick;
        _holeSinceTick = null;
        _primaryHearsQuorum = true;
        _ownViewIsSpent = false;
    }

    /// <summary>The promised view was owned by this replica before a restart: it leads nobody any more (rule 2).</summary>
    public void OnOwnViewSpent() => _ownViewIsSpent = true;

    /// <summary>
    /// A sign of life of the primary. It says nothing about a connection that was lost: what a killed process had sent is read after the
    /// loss was noticed on another connection.
    /// </summary>
    public void OnPrimaryHeard() => _heardTick = time.Tick;

    /// <summary>A hole stays open only as long as nothing is learned or accepted.</summary>
    public void OnProgress() => _holeSinceTick = null;

    /// <summary>Proposal of the promised view.</summary>
    public void OnProposal(ReplicaId from, Proposal proposal)
    {
        ProposalOutcome outcome = acceptor.OnProposal(proposal);
        switch (outcome)
        {
            case ProposalOutcome.Accepted:
                OnProgress();
                break;
            case ProposalOutcome.AboveHole or ProposalOutcome.AgainstDecided:
                _holeSinceTick ??= time.Tick;
                break;
        }

        OnDecidedHeard(from, proposal.Decided, hasVoted: outcome == ProposalOutcome.Accepted);
    }

    /// <summary>Heartbeat of the promised view: decided slot, read barrier, comparison of states.</summary>
    public void OnHeartbeat(ReplicaId from, Heartbeat heartbeat)
    {
        executor.Agreement.OnAgreed(heartbeat.AgreedSlot, heartbeat.AgreedHash);
        _primaryHearsQuorum = heartbeat.HearsQuorum;
        acceptor.Log.Clock.OnHeard(heartbeat.LogTime);
        OnDecidedHeard(from, heartbeat.Decided, hasVoted: false);
        acceptor.CloseOpenEnd(heartbeat.OwnNoOp);
        bool knowsHash = executor.Agreement.TryGet(heartbeat.AgreedSlot, out ulong own);
        Invariant.Holds(!knowsHash || own == heartbeat.AgreedHash, "this replica's state is what a quorum agrees on");
        if (acceptor.PromiseIsDurable)
            outbox.SendNow(from, Answer(heartbeat));
        else if (_answers.TryBegin(from, acceptor.Promised))
            outbox.SendAfterSync(from, Answer(heartbeat));
    }

    /// <summary>
    /// Decided in this view means: what a quorum accepted in it. So only slots that were accepted here in it are decided
    /// here; a replica that was cut off may hold another value from an older view and has to ask (rule 5).
    /// </summary>
    private void OnDecidedHeard(ReplicaId from, Slot decided, bool hasVoted)
    {
        Slot slot = Slot.Min(decided, acceptor.AcceptedThrough);
        if (hasVoted)
            acceptor.DecideBehindVote(slot);
        else
            acceptor.Decide(slot);
        catchUp.OnDecidedHeard(from, decided);
    }

    private HeartbeatAnswer Answer(Heartbeat heartbeat) => new(
        acceptor.Promised,
        acceptor.Log.Decided,
        heartbeat.Nonce,
        acceptor.DurableThrough,
        executor.State.Executed,
        executor.State.Hash);
}
