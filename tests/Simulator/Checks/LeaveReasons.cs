using PaxosShard.Replica.Core.Group;
using PaxosShard.Replica.Core.Steps;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Simulator.Checks;

/// <summary>
/// The reasons one replica has to leave its view (rule 6), as far as they can be seen from outside: by what reached its core and by
/// the ticks it was given. Where order within a step is not known, a reason counts a little longer than it would for the replica.
/// </summary>
/// <param name="replica">The place of the replica whose reasons they are.</param>
/// <param name="options">The group.</param>
internal sealed class LeaveReasons(int replica, GroupOptions options)
{
    private readonly bool[] _isLost = new bool[options.ReplicaCount];
    private readonly long[] _heardFollower = new long[options.ReplicaCount];
    private readonly (long View, long ExpiresAtTick)[] _requests = [.. Enumerable.Repeat((-1L, 0L), options.ReplicaCount)];
    private long _tick;
    private long _enteredAtTick;
    private long _heardAtTick;
    private long? _holeSinceTick;
    private long _lackedQuorumAtTick = long.MinValue / 2;
    private long _refusedAtTick = long.MinValue / 2;
    private long _reasonAtTick = long.MinValue / 2;
    private bool _sawHole;
    private bool _hasEntered;
    private bool _primaryLacksQuorum;
    private bool _isSpent;
    private bool _isOpen;
    private bool _lagsBehindList;
    private bool _votes = true;

    /// <summary>The view it stands in.</summary>
    public View View { get; private set; } = View.None;

    private int Primary => View.Primary(options.ReplicaCount).Index;

    private bool LeadsItself => Primary == replica;

    /// <summary>It starts in a view; one that it had claimed in an earlier life is spent.</summary>
    public void Start(View view, bool isSpent)
    {
        Enter(view);
        _isSpent = isSpent;
    }

    /// <summary>Something reaches the core.</summary>
    /// <param name="input">What.</param>
    /// <param name="accepted">The end of what it has accepted in its view.</param>
    /// <param name="votes">It promises and votes: otherwise it enters no view.</param>
    public void OnInput(in Input input, Slot accepted, bool votes)
    {
        _votes = votes;
        if (input.Kind is InputKind.PeerConnected or InputKind.PeerDisconnected)
            _isLost[input.Peer.Index] = input.Kind == InputKind.PeerDisconnected;
        else if (input.Message is { } message)
            OnMessage(input.Peer.Index, message, accepted);
    }

    /// <summary>A tick goes by.</summary>
    public void OnTicked()
    {
        _tick++;
        if (LeadsItself && HeardFollowers() < options.Quorum)
            _lackedQuorumAtTick = _tick;
    }

    /// <summary>It proposes in its own view.</summary>
    public void OnProposal(View view) => _isOpen |= view == View;

    /// <summary>A step is over.</summary>
    /// <param name="view">The view it stands in now.</param>
    /// <param name="hasProgress">It has accepted more.</param>
    public void OnStepped(View view, bool hasProgress)
    {
        if (view > View)
            Enter(view);
        if (hasProgress && !_sawHole)
            _holeSinceTick = null;
        _sawHole = false;
        _hasEntered = false;
    }

    /// <summary>It says that it wants to leave its view; false when nothing gives it a reason.</summary>
    public bool OnLeave()
    {
        if (HasReason())
            _reasonAtTick = _tick;

        // A request to leave is repeated to whoever connects within a heartbeat.
        bool isGrounded = _tick - _reasonAtTick <= options.HeartbeatTicks;
        if (isGrounded)
            _requests[replica] = (View.Number, _tick + options.TimeoutTicks);
        return isGrounded;
    }

    /// <summary>It may claim a view: a quorum wants to leave the one it stands in, or somebody refuses it for good.</summary>
    public bool MayClaim()
    {
        int requests = 0;
        for (int index = 0; index < _requests.Length; index++)
        {
            bool isOwn = index == replica && HasReason();
            if (isOwn || (_requests[index].View >= View.Number && _requests[index].ExpiresAtTick >= _tick))
                requests++;
        }

        // In the first view of a member list, which nobody leads, the primary of the earlier list claims the next one (rule 13).
        bool isExcused = View.OpensList || (LeadsItself && _tick - _refusedAtTick <= options.TimeoutTicks);
        return requests >= options.Quorum || isExcused;
    }

    private void OnMessage(int from, Message message, Slot accepted)
    {
        switch (message)
        {
            case LeaderClaim claim:
                OnPrimary(from, claim.View);
                break;
            // What it has accepted was looked at before the step: in a view that it enters in this step that says nothing.
            case Proposal proposal when OnPrimary(from, proposal.View) && (_hasEntered || proposal.Slot > accepted.Next):
                _holeSinceTick ??= _tick;
                _sawHole = true;
                break;
            case Heartbeat beat when OnPrimary(from, beat.View):
                _primaryLacksQuorum = !beat.HearsQuorum;
                break;
            case HeartbeatAnswer answer when answer.View == View:
                _heardFollower[from] = _tick;
                break;
            case Accepted vote when vote.View == View:
                _heardFollower[from] = _tick;
                break;
            case LeaveView leave when leave.View >= View && !IsImpossible(leave.View):
                _lagsBehindList |= leave.View.List > View.List;
                _requests[from] = (leave.View.Number, _tick + options.TimeoutTicks);
                break;
            case Refusal refusal when refusal.Promised > View && !IsImpossible(refusal.Promised):
                _lagsBehindList |= refusal.Promised.List > View.List;
                _refusedAtTick = _tick;
                break;
        }
    }

    private bool OnPrimary(int from, View view)
    {
        if (view.Primary(options.ReplicaCount).Index != from || view < View || IsImpossible(view))
            return false;
        if (view.List > View.List)
        {
            _lagsBehindList = true;
            return false;
        }

        if (!_votes)
            return false;
        if (view > View)
        {
            Enter(view);
            _hasEntered = true;
        }

        _heardAtTick = _tick;
        return true;
    }

    private void Enter(View view)
    {
        View = view;
        _enteredAtTick = _tick;
        _heardAtTick = _tick;
        _holeSinceTick = null;
        _lackedQuorumAtTick = long.MinValue / 2;
        _reasonAtTick = long.MinValue / 2;
        _primaryLacksQuorum = false;
        _isSpent = false;
        _isOpen = false;
        _lagsBehindList = false;
        Array.Fill(_heardFollower, _tick);
    }

    private bool HasReason()
    {
        if (_isSpent || _lagsBehindList || View.OpensList)
            return true;
        if (LeadsItself)
            return _lackedQuorumAtTick == _tick || (!_isOpen && IsOver(_enteredAtTick));
        return _isLost[Primary] || _primaryLacksQuorum || IsOver(_heardAtTick) || (_holeSinceTick is { } since && IsOver(since));
    }

    private bool IsImpossible(View view) => view.IsBeyondReachOf(View);

    private bool IsOver(long sinceTick) => _tick - sinceTick > options.TimeoutTicks;

    private int HeardFollowers()
    {
        int heard = 1;
        for (int index = 0; index < _heardFollower.Length; index++)
        {
            if (index != replica && !IsOver(_heardFollower[index]))
                heard++;
        }

        return heard;
    }
}
