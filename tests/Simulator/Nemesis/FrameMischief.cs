using PaxosShard.Simulator.Checks;
using PaxosShard.Simulator.Clusters;
using PaxosShard.Simulator.Randomness;
using PaxosShard.Simulator.Time;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Simulator.Nemesis;

/// <summary>
/// Faults of single frames: some kinds of them are late, those of earlier views come back just when a view begins, some come under
/// another name, reach a bare quorum, or are the last ones before the connection breaks. All of it is what a network with
/// reconnections may do, at the instants where it matters.
/// </summary>
internal sealed class FrameMischief : IFrameTap, IEventTarget
{
    private const int Deliver = 0;
    private const int Break = 1;
    private const int MostHeld = 256;
    private static readonly MessageKind[] _kinds =
    [
        MessageKind.LeaderClaim, MessageKind.LeaderPromise, MessageKind.Proposal, MessageKind.Accepted, MessageKind.Refusal,
        MessageKind.Heartbeat, MessageKind.HeartbeatAnswer, MessageKind.LeaveView, MessageKind.CatchUpRequest, MessageKind.CatchUpEntries,
        MessageKind.SnapshotRequest, MessageKind.SnapshotPiece,
    ];

    private readonly Cluster _cluster;
    private readonly RandomStream _random;
    private readonly InstantStrikes _strikes;
    private readonly FrameMemory _memory;
    private readonly List<Fault> _active = [];
    private readonly List<(Fault Fault, int To, SentFrame Frame)> _held = [];
    private readonly Dictionary<(MessageKind Kind, long View), int> _reached = [];
    private readonly long[] _tornAt;
    private readonly long[] _viewBegun;
    private bool _isOver;

    public FrameMischief(Cluster cluster, LinkBlocks blocks, RandomStream random)
    {
        _cluster = cluster;
        _random = random;
        _strikes = new InstantStrikes(cluster, blocks, random);
        _memory = new FrameMemory(Machines);
        _tornAt = new long[Machines * Machines];
        _viewBegun = new long[Machines];
        Array.Fill(_tornAt, -1);
    }

    private int Replicas => _cluster.Options.ReplicaCount;

    private int Machines => _cluster.Options.MachineCount;

    /// <summary>Whether a kind of fault is about frames and begins and ends here.</summary>
    public static bool IsAbout(FaultKind kind) =>
        kind is FaultKind.DelayKind or FaultKind.OldFrames or FaultKind.WrongSender or FaultKind.ImpossibleView or FaultKind.BareQuorum or FaultKind.TearFlush or FaultKind.StrikeAtFrame;

    /// <summary>A fault begins.</summary>
    public void Begin(Fault fault) => _active.Add(fault);

    /// <summary>A fault ends: what it held back arrives after all, or never.</summary>
    public void End(Fault fault)
    {
        _active.Remove(fault);
        List<(Fault Fault, int To, SentFrame Frame)> held = _held.FindAll(one => ReferenceEquals(one.Fault, fault));
        _held.RemoveAll(one => ReferenceEquals(one.Fault, fault));
        if (fault.Detail % 4 == 3)
            return;
        if (fault.Detail % 4 == 2)
            _random.Shuffle(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(held));
        foreach ((_, int to, SentFrame frame) in held)
            Bring(to, frame, 0, Mark.FrameHeldUp);
    }

    /// <summary>Nothing happens to frames any more.</summary>
    public void Stop()
    {
        _isOver = true;
        _active.Clear();
        _held.Clear();
        _strikes.Release();
    }

    /// <inheritdoc/>
    public bool Passes(int from, int to, Message message)
    {
        if (_isOver)
            return true;
        _memory.Note(from, to, message);
        if (_active.Count == 0)
            return true;
        bool begins = BeginsView(from, message);
        if (begins && _held.Count > 0)
            ReleaseTo(from);
        bool passes = true;
        foreach (Fault fault in _active)
            passes &= Passes(fault, from, to, message, begins);
        return passes;
    }

    /// <inheritdoc/>
    public void OnEvent(in ScheduledEvent scheduled)
    {
        if (_isOver)
            return;
        int to = (int)scheduled.Argument;
        SentFrame frame = (SentFrame)scheduled.Payload!;
        if (scheduled.Kind == Deliver)
            _cluster.Replicas[to].Inject(frame.From, frame.Message);
        else
            _cluster.Network.Cut(frame.From, to, _random.Chance(1, 2), _random.Chance(1, 2));
    }

    private bool Passes(Fault fault, int from, int to, Message message, bool begins)
    {
        switch (fault.Kind)
        {
            case FaultKind.DelayKind:
                return !TryHold(fault, from, to, message);
            case FaultKind.OldFrames when begins:
                ComeBack(from, message.Kind);
                return true;
            case FaultKind.WrongSender:
                BorrowName(from, to, message);
                return true;
            case FaultKind.ImpossibleView:
                NameImpossibleView(from, to, message);
                return true;
            case FaultKind.BareQuorum:
                return Reaches(from, to, message, fault);
            case FaultKind.TearFlush:
                return !Tears(from, to, message);
            case FaultKind.StrikeAtFrame:
                if (message.Kind == _kinds[fault.Detail % _kinds.Length] && (begins || _random.Chance(1, 16)))
                    _strikes.Strike(from, to);
                return true;
            default:
                return true;
        }
    }

    /// <summary>The frame is the first that says that its sender has entered a view: as candidate, as primary, or as one who promised.</summary>
    private bool BeginsView(int from, Message message)
    {
        // Candidate, promise and proposals of one view are three beginnings.
        (long view, int stage) = message switch
        {
            LeaderClaim claim => (claim.View.Number, 0),
            LeaderPromise promise => (promise.View.Number, 0),
            Proposal proposal => (proposal.View.Number, 1),
            Accepted accepted => (accepted.View.Number, 1),
            _ => (-1, 0),
        };
        if (view < 0 || (2 * view) + stage <= _viewBegun[from])
            return false;
        _viewBegun[from] = (2 * view) + stage;
        return true;
    }

    private bool TryHold(Fault fault, int from, int to, Message message)
    {
        bool concerns = (fault.Detail % 3) switch
        {
            0 => true,
            1 => from == fault.First,
            _ => to == fault.First,
        };
        if (!concerns || !IsHeldUp(fault, message.Kind))
            return false;
        if (_held.Count < MostHeld)
            _held.Add((fault, to, new SentFrame(from, message)));
        return true;
    }

    // One kind, or two or three together: what one of them brings, another one may bring as well.
    private static bool IsHeldUp(Fault fault, MessageKind kind)
    {
        long draw = fault.Detail >> 8;
        for (long kinds = draw % 3; kinds >= 0; kinds--)
        {
            draw /= 3 + _kinds.Length;
            if (_kinds[draw % _kinds.Length] == kind)
                return true;
        }

        return false;
    }

    // What was held up is worst when it arrives just as its receiver begins a later view.
    private void ReleaseTo(int receiver)
    {
        for (int index = _held.Count - 1; index >= 0; index--)
        {
            (Fault fault, int to, SentFrame frame) = _held[index];
            if (to != receiver || (fault.Detail & 16) == 0 || _random.Chance(1, 3))
                continue;
            Bring(to, frame, _random.Chance(1, 2) ? 0 : _random.LogUniform(1, 4_000), Mark.FrameHeldUp);
            _held.RemoveAt(index);
        }
    }

    // Half of them are of a kind that the replica waits for in what it has just begun; the others of any.
    private void ComeBack(int to, MessageKind begun)
    {
        MessageKind awaited = begun switch
        {
            MessageKind.LeaderClaim => MessageKind.LeaderPromise,
            MessageKind.Proposal => _random.Chance(2, 3) ? MessageKind.Accepted : MessageKind.HeartbeatAnswer,
            _ => _random.Chance(2, 3) ? MessageKind.Proposal : MessageKind.LeaderClaim,
        };
        long wait = 0;
        for (int frames = _random.Between(1, 8); frames > 0; frames--)
        {
            SentFrame? recalled = _random.Chance(1, 2) ? _memory.Recall(to, awaited, _random) : _memory.Recall(to, _random);
            if (recalled is { } frame)
                Bring(to, frame, wait, Mark.OldFrameCame);
            wait += _random.Chance(1, 2) ? 0 : _random.LogUniform(1, 4_000);
        }
    }

    private void BorrowName(int from, int to, Message message)
    {
        // Only the owner of a view may send these; what others send counts for its sender, so a wrong name would be a lie, not a mistake.
        bool isOwners = message is LeaderClaim or Proposal or Heartbeat;
        if (!isOwners || Replicas < 3 || !_random.Chance(1, 4))
            return;
        int name = _random.Below(Replicas);
        if (name == from || name == to)
            return;
        Bring(to, new SentFrame(name, message), _random.Chance(1, 2) ? 0 : _random.LogUniform(1, 2_000), Mark.NameBorrowed);
    }

    private void NameImpossibleView(int from, int to, Message message)
    {
        if (!_random.Chance(1, 32))
            return;
        View view = new View(_random.LogUniform(2 * View.LargestStep, 1L << 61)).NextOwnedBy(new ReplicaId(_cluster.Checks.PlaceOf(from)), Replicas);

        // A view of another member list than that of its receiver may be one that a group can have reached.
        if (_cluster.Replicas[to].Core is not { } core || !view.IsBeyondReachOf(core.View))
            return;
        Message? confused = message switch
        {
            LeaderClaim claim => claim with { View = view },
            Proposal proposal => proposal with { View = view },
            Heartbeat beat => beat with { View = view },
            LeaveView => new LeaveView(view),
            Refusal => new Refusal(view),
            _ => null,
        };
        if (confused is not null)
            Bring(to, new SentFrame(from, confused), 0, Mark.ImpossibleViewNamed);
    }

    private void Bring(int to, SentFrame frame, long wait, Mark mark)
    {
        _cluster.Checks.Marks.Reach(mark);
        _cluster.Queue.Schedule(_cluster.Queue.Now + wait, this, Deliver, to, frame);
    }

    private bool Reaches(int from, int to, Message message, Fault fault)
    {
        if (message is not (LeaderClaim or Proposal or Heartbeat))
            return true;
        long view = message switch
        {
            LeaderClaim claim => claim.View.Number,
            Proposal proposal => proposal.View.Number,
            _ => ((Heartbeat)message).View.Number,
        };
        MessageKind kind = message.Kind == MessageKind.LeaderClaim ? MessageKind.LeaderClaim : MessageKind.Proposal;
        if (!_reached.TryGetValue((kind, view), out int reached))
            _reached.Add((kind, view), reached = DrawMembers(from, (Replicas / 2) + 1 - (int)(fault.Detail % 2)));
        bool isIn = (reached & (1 << to)) != 0;
        if (!isIn)
            _cluster.Checks.Marks.Reach(Mark.BareQuorumReached);
        return isIn;
    }

    private int DrawMembers(int self, int count)
    {
        int members = 1 << self;
        for (int left = count - 1; left > 0;)
        {
            int other = _cluster.Checks.Lists.Newest.Machines[_random.Below(Replicas)];
            if (other < 0 || (members & (1 << other)) != 0)
                continue;
            members |= 1 << other;
            left--;
        }

        return members;
    }

    private bool Tears(int from, int to, Message message)
    {
        ref long tornAt = ref _tornAt[(from * Machines) + to];
        if (tornAt == _cluster.Queue.Now)
            return true;
        if (!_random.Chance(1, 24))
            return false;
        tornAt = _cluster.Queue.Now;
        _cluster.Checks.Marks.Reach(Mark.FlushTorn);
        _cluster.Queue.Schedule(_cluster.Queue.Now, this, Break, to, new SentFrame(from, message));
        return true;
    }
}
