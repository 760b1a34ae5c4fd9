using PaxosShard.Replica.Core.Execution;
using PaxosShard.Replica.Core.Ordered;
using PaxosShard.Replica.Core.Requests;
using PaxosShard.Replica.Core.Steps;
using PaxosShard.Simulator.Moves.Groups;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Entries;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Simulator.Moves.Ordered;

/// <summary>What the primary of a group that is one log does for ordered sessions: the product's own class, in one term of a primary.</summary>
internal sealed class OrderedDesk : IOrderedOutlet
{
    private const int Tick = 5;
    private const long FirstHandle = 1L << 51;

    private readonly IOrderedPrimary _primary;
    private readonly OrderedDispatch _dispatch;
    private readonly Dictionary<ClientHandle, Action<ClientReply>> _clients = [];
    private readonly Dictionary<ClientHandle, GroupAsker> _askers = [];
    private readonly GroupAsker _self;
    private long _handles = FirstHandle;
    private bool _isTicking;
    private bool _isOver;

    /// <summary>A term that begins.</summary>
    /// <param name="primary">Whose it is.</param>
    public OrderedDesk(IOrderedPrimary primary)
    {
        _primary = primary;
        _dispatch = new OrderedDispatch(() => primary.State, this, Tick, primary.PlacesEarly);
        _self = primary.Post.NewAsker(primary.TakeNotes);
    }

    /// <summary>What waits, for checks.</summary>
    public WaitingRoom Room => _dispatch.Room;

    /// <summary>What operators ask of gates.</summary>
    public GatesByHand ByHand => _dispatch.ByHand;

    /// <summary>An operation arrives.</summary>
    public void Take(OrderedRequest request, Action<ClientReply> answer)
    {
        ClientHandle client = new(++_handles);
        _clients.Add(client, answer);
        int waiting = Room.Count;
        _dispatch.Take(client, request);
        if (Room.Count > waiting)
            _primary.Post.OnWaiting();
        Advance();
    }

    /// <summary>Something waits in queues from the beginning.</summary>
    public void Begin() => Advance();

    /// <summary>An entry was proposed.</summary>
    public void OnProposed(Slot slot, Entry entry) => _dispatch.OnProposed(slot, entry);

    /// <summary>Another group asks.</summary>
    public void Take(GroupNotes notes, GroupAsker asker)
    {
        _askers[asker.Handle] = asker;
        _dispatch.Take(asker.Handle, notes);
        Advance();
    }

    /// <summary>Another group tells.</summary>
    public void Take(GroupNotes notes)
    {
        _dispatch.Take(default, notes);
        Advance();
    }

    /// <summary>An entry was executed.</summary>
    public void OnExecuted(Entry entry)
    {
        _dispatch.OnExecuted(entry);
        Advance();
    }

    /// <summary>All clients are gone.</summary>
    public void ForgetClients()
    {
        foreach (ClientHandle client in _clients.Keys.ToArray())
            _dispatch.Forget(client);
        _clients.Clear();
    }

    /// <summary>The term is over.</summary>
    /// <param name="areTold">Clients whose operations wait are told so.</param>
    public void End(bool areTold)
    {
        _isOver = true;
        _dispatch.RefuseAll(waiting =>
        {
            if (areTold)
                Refuse(in waiting, ReplyStatus.Redirect);
        }, isPromised: false);
    }

    /// <inheritdoc/>
    bool IOrderedOutlet.MayTell => _primary.IsUp && !_isOver;

    /// <inheritdoc/>
    View IOrderedOutlet.View => _primary.View;

    /// <inheritdoc/>
    Slot IOrderedOutlet.NextSlot => _primary.NextSlot;

    /// <inheritdoc/>
    bool IOrderedOutlet.IsAwaited(OperationName name) => _primary.IsAwaited(name);

    /// <inheritdoc/>
    bool IOrderedOutlet.TryPropose(in WaitingRequest waiting, OrderedPlace place, bool isPatient)
    {
        ClientHandle client = waiting.Client;
        _primary.Propose(new PendingRequest(waiting.Request, reply => Answer(client, in reply)) { Place = place });
        return true;
    }

    /// <inheritdoc/>
    Slot? IOrderedOutlet.KeepPlaces() => _primary.CertainSlot;

    /// <inheritdoc/>
    bool IOrderedOutlet.TrySettle(OperationName name, in SettleGateCommand settle, bool isUrgent)
    {
        ClientRequest request = new(name.Session, name.Sequence, SequenceNumber.None, SequenceNumber.None, settle.Encode());
        _primary.Propose(new PendingRequest(request, static _ => { }));
        return true;
    }

    /// <inheritdoc/>
    void IOrderedOutlet.Foretell(OperationName name, in ClientReply reply) => _primary.Foretell(name, in reply);

    /// <inheritdoc/>
    void IOrderedOutlet.Answer(in WaitingRequest waiting, in ClientReply reply)
    {
        _primary.OnKnown(waiting.Request, in reply);
        ClientHandle client = waiting.Client;
        _primary.Answer(new PendingRequest(waiting.Request, told => Answer(client, in told)), in reply);
    }

    /// <inheritdoc/>
    void IOrderedOutlet.Refuse(in WaitingRequest waiting, ReplyStatus status) => Refuse(in waiting, status);

    /// <inheritdoc/>
    void IOrderedOutlet.Ask(GroupId group, IReadOnlyList<string> addresses, in GroupNote note) => _primary.Post.Ask(_self, new GroupQuestion(group, addresses, note));

    /// <inheritdoc/>
    void IOrderedOutlet.Tell(ClientHandle asker, in GroupNote note) => _askers.GetValueOrDefault(asker)?.Take(new GroupNotes([note]));

    private void Refuse(in WaitingRequest waiting, ReplyStatus status)
    {
        ClientHandle client = waiting.Client;
        ClientReply refusal = new(waiting.Request.Session, waiting.Request.Sequence, status, View.None, default);
        _primary.Answer(new PendingRequest(waiting.Request, told => Answer(client, in told)), in refusal);
    }

    private void Answer(ClientHandle client, in ClientReply reply)
    {
        if (_clients.Remove(client, out Action<ClientReply>? answer))
            answer(reply);
    }

    private void Advance()
    {
        if (_isOver)
            return;
        _dispatch.IsPaused = _primary.IsPaused;
        _dispatch.Advance();
        PlanTick();
    }

    private void PlanTick()
    {
        if (_isTicking || _isOver || _dispatch.Waiting + _primary.State.Queues.Count == 0)
            return;
        _isTicking = true;
        _primary.Time.After(Tick * 1000, () =>
        {
            _isTicking = false;
            if (_isOver)
                return;
            _dispatch.OnTick();
            Advance();
        });
    }
}

/// <summary>The primary of a group that is one log, as its <see cref="OrderedDesk"/> needs it.</summary>
internal interface IOrderedPrimary
{
    /// <summary>What was executed.</summary>
    ReplicatedState State { get; }

    /// <summary>Virtual time.</summary>
    Timeline Time { get; }

    /// <summary>The way to other groups.</summary>
    GroupPost Post { get; }

    /// <summary>Its view.</summary>
    View View { get; }

    /// <summary>The slot of the next entry.</summary>
    Slot NextSlot { get; }

    /// <summary>The slot of what was taken in last; null when more than one may be in front of it.</summary>
    Slot? CertainSlot { get; }

    /// <summary>It answers.</summary>
    bool IsUp { get; }

    /// <summary>Somebody waits for all queues to be empty.</summary>
    bool IsPaused { get; }

    /// <summary>Operations may get their places before their predecessors take effect.</summary>
    bool PlacesEarly { get; }

    /// <summary>Somebody waits for the result of an operation that waits for its effect.</summary>
    bool IsAwaited(OperationName name);

    /// <summary>Answers all who wait for such an operation.</summary>
    void Foretell(OperationName name, in ClientReply reply);

    /// <summary>Takes a request in for the log.</summary>
    void Propose(PendingRequest pending);

    /// <summary>A request is answered from what was executed.</summary>
    void OnKnown(in ClientRequest request, in ClientReply reply);

    /// <summary>Answers a client.</summary>
    void Answer(PendingRequest pending, in ClientReply reply);

    /// <summary>Another group tells something to whoever leads now.</summary>
    void TakeNotes(GroupNotes notes);
}
