using System.Text;
using NUnit.Framework;
using PaxosShard.Hashing;
using PaxosShard.Replica.Core.Execution;
using PaxosShard.Replica.Core.Ordered;
using PaxosShard.Replica.Core.Steps;
using PaxosShard.Replica.Machines;
using PaxosShard.Wire;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Entries;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Tests.Unit.Core.Ordered;

/// <summary>What a primary does with operations of ordered sessions in one group that serves everything (ordered rules M1 to M3 and M11).</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class OrderedDispatchTests : IOrderedOutlet
{
    private static readonly SessionId _session = new SessionId(7).AsOrdered();

    private readonly ReplicatedState _state = new(100, 1024, new ShardMachine());
    private readonly List<ClientRequest> _proposed = [];
    private readonly List<(long Client, ReplyStatus Status)> _answered = [];
    private readonly List<GroupNote> _told = [];
    private readonly OrderedDispatch _dispatch;
    private bool _isFull;
    private bool _mayTell = true;
    private bool _isCertain;

    public OrderedDispatchTests()
    {
        _dispatch = new OrderedDispatch(() => _state, this, tickMilliseconds: 5, placesEarly: false);
    }

    [Test]
    public void Operations_that_arrive_backwards_are_proposed_in_their_order_each_behind_the_one_before()
    {
        for (long number = 4; number >= 2; number--)
            Take(number, isFollowing: true);
        Assert.That(_proposed, Is.Empty);

        Take(1, isFollowing: false);

        Assert.That(_proposed.Select(static request => (request.Sequence.Number, request.Previous.Number)), Is.EqualTo(new[] { (1L, 0L), (2, 1), (3, 2), (4, 3) }));
        Execute();
        Assert.That(_dispatch.Waiting, Is.Zero);
    }

    [Test]
    public void What_follows_an_operation_that_ran_needs_no_place_behind_it()
    {
        Take(1, isFollowing: false);
        Execute();

        Take(2, isFollowing: true);

        Assert.That(_proposed.Single().Previous, Is.EqualTo(SequenceNumber.None));
    }

    [Test]
    public void A_full_room_refuses_what_has_to_wait_and_nothing_else()
    {
        for (long number = 2; number <= WaitingRoom.PerSession + 1; number++)
            Take(number, isFollowing: true);
        Assert.That(_answered, Is.Empty);

        Take(WaitingRoom.PerSession + 2, isFollowing: true);
        Assert.That(_answered, Is.EqualTo(new[] { (WaitingRoom.PerSession + 2L, ReplyStatus.Busy) }));

        Take(1, isFollowing: false);
        Assert.That(_proposed, Has.Count.EqualTo(WaitingRoom.PerSession + 1));
        Take(WaitingRoom.PerSession + 2, isFollowing: true);
        Assert.That(_proposed, Has.Count.EqualTo(WaitingRoom.PerSession + 2));
    }

    [Test]
    public void A_full_queue_refuses_without_a_trace()
    {
        _isFull = true;

        Take(1, isFollowing: false);

        Assert.That(_answered, Is.EqualTo(new[] { (1L, ReplyStatus.Busy) }));
        Assert.That(_dispatch.Waiting, Is.Zero);
    }

    [Test]
    public void What_waits_for_ten_seconds_is_refused_without_a_trace()
    {
        Take(2, isFollowing: true);

        for (int tick = 0; tick < OrderedDispatch.LongestWait / 5; tick++)
            _dispatch.OnTick();

        Assert.That(_answered, Is.EqualTo(new[] { (2L, ReplyStatus.Busy) }));
        Assert.That(_dispatch.Waiting, Is.Zero);
    }

    [Test]
    public void Behind_a_cancellation_nothing_runs()
    {
        Take(2, isFollowing: true);
        _dispatch.Take(new ClientHandle(1), Operation(1, isFollowing: false, new CancelOperationCommand("k"u8.ToArray()).Encode()));

        List<ClientReply> replies = Execute();

        Assert.That(replies.Select(static reply => reply.Status), Is.EqualTo(new[] { ReplyStatus.Cancelled, ReplyStatus.OutOfOrder }));
        Take(2, isFollowing: true);
        Assert.That(_answered, Is.EqualTo(new[] { (2L, ReplyStatus.Cancelled) }));
    }

    [Test]
    public void Whoever_asks_is_told_now_and_when_it_has_run()
    {
        _dispatch.Take(new ClientHandle(9), Ask(1));
        Assert.That(_told.Select(static note => note.State), Is.EqualTo(new[] { OperationState.Absent }));

        Take(1, isFollowing: false);
        Assert.That(_told, Has.Count.EqualTo(1), "it has no slot yet");
        Execute();

        Assert.That(_told.Select(static note => note.State), Is.EqualTo(new[] { OperationState.Absent, OperationState.Placed, OperationState.Firm }));
        PlacementToken next = new(0, View.First, new Slot(1));
        Assert.That(_told.Select(static note => note.Token), Is.EqualTo(new[] { next with { IsPromised = true }, next, next }));
        Assert.That(_dispatch.Waiting, Is.Zero);
    }

    [Test]
    public void What_was_told_is_not_told_again_before_somebody_asks_again()
    {
        GroupNotes ask = Ask(1);
        _dispatch.Take(new ClientHandle(9), ask);
        Take(1, isFollowing: false);
        Take(2, isFollowing: true);

        Propose();
        Assert.That(_told.Select(static note => note.State), Is.EqualTo(new[] { OperationState.Absent, OperationState.Placed }), "the place of 2 is no news of 1");

        _dispatch.Take(new ClientHandle(9), ask);
        Assert.That(_told.Skip(2).Select(static note => note.State), Is.EqualTo(new[] { OperationState.Placed }), "what was told may be lost");
    }

    [Test]
    public void A_place_is_told_before_its_entry_when_nothing_but_the_end_of_the_view_can_change_it()
    {
        _isCertain = true;
        _dispatch.Take(new ClientHandle(9), Ask(1));

        Take(1, isFollowing: false);

        Assert.That(_told.Select(static note => (note.State, note.Token.Slot.Number)), Is.EqualTo(new[] { (OperationState.Absent, 1L), (OperationState.Placed, 1L) }));
        Assert.That(_dispatch.HasPromised, Is.True);
        Propose();
        Assert.That(_told, Has.Count.EqualTo(2), "it is known already");
        Assert.That(_dispatch.HasPromised, Is.False);
    }

    [Test]
    public void A_place_that_is_another_one_than_was_told_is_told_again()
    {
        _isCertain = true;
        _dispatch.Take(new ClientHandle(9), Ask(1));
        Take(1, isFollowing: false);

        _state.Execute(_state.Executed.Next, Entry.NewNoOp(new EntryStamp(View.First, 500_000, 1)), []);
        Propose();

        Assert.That(_told.Skip(1).Select(static note => (note.State, note.Token.Slot.Number)), Is.EqualTo(new[] { (OperationState.Placed, 1L), (OperationState.Placed, 2L) }));
    }

    [Test]
    public void What_was_promised_is_under_way_still_when_everything_else_is_refused()
    {
        _isCertain = true;
        Take(1, isFollowing: false);
        Take(3, isFollowing: true);

        _dispatch.RefuseAll(waiting => _answered.Add((waiting.Client.Number, ReplyStatus.NoQuorum)), _dispatch.HasPromised);

        Assert.That(_answered, Is.EqualTo(new[] { (3L, ReplyStatus.NoQuorum) }));
        _dispatch.Take(new ClientHandle(9), Ask(1));
        Assert.That(_told.Select(static note => note.State), Is.EqualTo(new[] { OperationState.Placed }));
        Execute();
        Assert.That(_told.Select(static note => note.State), Is.EqualTo(new[] { OperationState.Placed, OperationState.Firm }));
    }

    [Test]
    public void What_is_not_promised_is_forgotten_when_everything_is_refused()
    {
        Take(1, isFollowing: false);

        _dispatch.RefuseAll(static _ => { }, _dispatch.HasPromised);

        _dispatch.Take(new ClientHandle(9), Ask(1));
        Assert.That(_told.Select(static note => note.State), Is.EqualTo(new[] { OperationState.Absent }));
    }

    [Test]
    public void More_is_expected_while_something_of_the_session_waits()
    {
        OrderedDispatch dispatch = new(() => _state, this, tickMilliseconds: 5, placesEarly: true);
        dispatch.Take(new ClientHandle(3), Operation(3, isFollowing: true));

        Assert.That((dispatch.ExpectsMore(_session), dispatch.ExpectsMore(new SessionId(8).AsOrdered())), Is.EqualTo((true, false)));
        dispatch.Take(new ClientHandle(1), Operation(1, isFollowing: false));
        dispatch.Take(new ClientHandle(2), Operation(2, isFollowing: true));
        Assert.That(dispatch.ExpectsMore(_session), Is.False);
    }

    [Test]
    public void Who_does_not_serve_tells_nothing_and_goes_on_by_what_others_tell()
    {
        Take(2, isFollowing: true);

        _mayTell = false;
        _dispatch.Take(new ClientHandle(9), new GroupNotes([GroupNote.Ask(_session, new SequenceNumber(1), 5, 0, 0), GroupNote.Tell(_session, new SequenceNumber(1), OperationState.Firm, default)]));

        Assert.That(_told, Is.Empty);
        Assert.That(_proposed, Is.Empty, "whoever connects here may say anything");
        _dispatch.Take(default, new GroupNotes([GroupNote.Tell(_session, new SequenceNumber(1), OperationState.Firm, default)]));
        Assert.That(_proposed.Single().Sequence.Number, Is.EqualTo(2));
    }

    [TestCase(OperationState.Cancelled, ReplyStatus.Cancelled)]
    [TestCase(OperationState.Over, ReplyStatus.Stale)]
    public void What_can_never_run_leaves_the_room(OperationState told, ReplyStatus answered)
    {
        Take(2, isFollowing: true);

        _dispatch.Take(default, new GroupNotes([GroupNote.Tell(_session, new SequenceNumber(1), told, default)]));

        Assert.That(_answered, Is.EqualTo(new[] { (2L, answered) }));
        Assert.That((_proposed.Count, _dispatch.Waiting), Is.EqualTo((0, 0)));
    }

    [Test]
    public void What_is_no_operation_is_malformed()
    {
        _dispatch.Take(new ClientHandle(1), Operation(1, isFollowing: false, new ReadHistoryQuery("room", 1, 1).Encode()));
        _dispatch.Take(new ClientHandle(1), Operation(1, isFollowing: false, []));
        _dispatch.Take(new ClientHandle(1), new OrderedRequest(Operation(1, isFollowing: false).Request with { Session = new SessionId(7) }, 0));

        Assert.That(_answered.Select(static answer => answer.Status), Is.All.EqualTo(ReplyStatus.Malformed));
        Assert.That(_answered, Has.Count.EqualTo(3));
    }

    bool IOrderedOutlet.MayTell => _mayTell;

    View IOrderedOutlet.View => View.First;

    Slot IOrderedOutlet.NextSlot => _state.Executed.Next;

    bool IOrderedOutlet.IsAwaited(OperationName name) => false;

    Slot? IOrderedOutlet.KeepPlaces() => _isCertain ? _state.Executed.Next : null;

    bool IOrderedOutlet.TryPropose(in WaitingRequest waiting, OrderedPlace place, bool isPatient)
    {
        if (!_isFull)
            _proposed.Add(waiting.Request);
        return !_isFull;
    }

    bool IOrderedOutlet.TrySettle(OperationName name, in SettleGateCommand settle, bool isUrgent) => throw new AssertionException("nothing has a gate");

    void IOrderedOutlet.Foretell(OperationName name, in ClientReply reply) => Assert.Fail("nothing is queued");

    void IOrderedOutlet.Answer(in WaitingRequest waiting, in ClientReply reply) => _answered.Add((waiting.Client.Number, reply.Status));

    void IOrderedOutlet.Refuse(in WaitingRequest waiting, ReplyStatus status) => _answered.Add((waiting.Client.Number, status));

    void IOrderedOutlet.Ask(GroupId group, IReadOnlyList<string> addresses, in GroupNote note) => Assert.Fail("there is no other group");

    void IOrderedOutlet.Tell(ClientHandle asker, in GroupNote note) => _told.Add(note);

    private static GroupNotes Ask(long number) => new([GroupNote.Ask(_session, new SequenceNumber(number), Arc.Of("k"u8).Number, 0, 1_000_000)]);

    private static OrderedRequest Operation(long number, bool isFollowing, byte[]? command = null) => new(
        new ClientRequest(
            _session,
            new SequenceNumber(number),
            isFollowing ? new SequenceNumber(number - 1) : SequenceNumber.None,
            new SequenceNumber(1),
            command ?? KeyCommand.Append("k"u8.ToArray(), Encoding.UTF8.GetBytes($"{number}")).Encode())
        {
            Expiry = 1_000_000,
        },
        Arc.Of("k"u8).Number);

    private void Take(long number, bool isFollowing) => _dispatch.Take(new ClientHandle(number), Operation(number, isFollowing));

    private Entry Propose()
    {
        EntryBuilder builder = new(Limits.Entry, Limits.CommandsPerEntry);
        foreach (ClientRequest request in _proposed)
            builder.TryAdd(request);
        _proposed.Clear();
        Entry entry = builder.Build(new EntryStamp(View.First, 500_000, 1));
        _dispatch.OnProposed(_state.Executed.Next, entry);
        return entry;
    }

    private List<ClientReply> Execute()
    {
        Entry entry = Propose();
        List<ClientReply> replies = [];
        _state.Execute(_state.Executed.Next, entry, replies);
        _dispatch.OnExecuted(entry);
        return replies;
    }
}
