using NUnit.Framework;
using PaxosShard.Hashing;
using PaxosShard.Replica.Core.Execution;
using PaxosShard.Replica.Core.Ordered;
using PaxosShard.Replica.Core.Steps;
using PaxosShard.Wire;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Entries;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Tests.Unit.Core.Ordered;

/// <summary>
/// Of an arc that has gone to another group nothing is told but where it is (ordered rule M8): placements of the two groups cannot be compared, and a gate on one that never comes would keep its key for ever.
/// </summary>
[TestFixture]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class GoneArcTests : IOrderedOutlet
{
    private static readonly SessionId _session = new SessionId(7).AsOrdered();
    private static readonly ArcOwner _elsewhere = new(IsHere: false, new GroupId(2), 5);
    private static readonly ClientRequest _request = new(_session, new SequenceNumber(1), SequenceNumber.None, new SequenceNumber(1), KeyCommand.Append("k"u8.ToArray(), "v"u8.ToArray()).Encode()) { Expiry = 1_000_000 };

    private readonly ScriptedMachine _machine = new();
    private readonly ReplicatedState _state;
    private readonly List<GroupNote> _told = [];
    private readonly OrderedDispatch _dispatch;

    public GoneArcTests()
    {
        _state = new ReplicatedState(100, 1024, _machine);
        _dispatch = new OrderedDispatch(() => _state, this, tickMilliseconds: 5, placesEarly: true);
    }

    [SetUp]
    public void AskAndTakeIn()
    {
        _dispatch.Take(new ClientHandle(9), new GroupNotes([GroupNote.Ask(_session, new SequenceNumber(1), Arc.Of("k"u8).Number, 0, 1_000_000)]));
        _dispatch.Take(new ClientHandle(1), new OrderedRequest(_request, 0));
        Assert.That(_told.Select(static note => note.State), Is.EqualTo(new[] { OperationState.Absent }));
    }

    [Test]
    public void What_is_proposed_although_its_arc_has_gone_is_not_told_as_placed()
    {
        Entry entry = Build();
        _machine.Owner = _elsewhere;

        _dispatch.OnProposed(new Slot(1), entry);

        Assert.That(_told, Has.Count.EqualTo(1));
    }

    [Test]
    public void When_it_is_executed_whoever_asked_is_sent_to_the_group_that_serves_it()
    {
        Entry entry = Build();
        _dispatch.OnProposed(new Slot(1), entry);
        Assert.That(_told[^1].State, Is.EqualTo(OperationState.Placed));
        _machine.Owner = _elsewhere;

        _state.Execute(new Slot(1), entry, []);
        _dispatch.OnExecuted(entry);

        Assert.That(_told, Has.Count.EqualTo(3));
        Assert.That((_told[^1].Kind, _told[^1].Group, _told[^1].Configuration), Is.EqualTo((GroupNoteKind.Elsewhere, new GroupId(2), 5L)));
    }

    bool IOrderedOutlet.MayTell => true;

    View IOrderedOutlet.View => View.First;

    Slot IOrderedOutlet.NextSlot => _state.Executed.Next;

    bool IOrderedOutlet.IsAwaited(OperationName name) => false;

    Slot? IOrderedOutlet.KeepPlaces() => null;

    bool IOrderedOutlet.TryPropose(in WaitingRequest waiting, OrderedPlace place, bool isPatient) => true;

    bool IOrderedOutlet.TrySettle(OperationName name, in SettleGateCommand settle, bool isUrgent) => throw new AssertionException("nothing has a gate");

    void IOrderedOutlet.Foretell(OperationName name, in ClientReply reply) => Assert.Fail("nothing is queued");

    void IOrderedOutlet.Answer(in WaitingRequest waiting, in ClientReply reply) => Assert.Fail("nothing is known");

    void IOrderedOutlet.Refuse(in WaitingRequest waiting, ReplyStatus status) => Assert.Fail("nothing is refused");

    void IOrderedOutlet.Ask(GroupId group, IReadOnlyList<string> addresses, in GroupNote note) => Assert.Fail("nothing waits");

    void IOrderedOutlet.Tell(ClientHandle asker, in GroupNote note) => _told.Add(note);

    private static Entry Build()
    {
        EntryBuilder builder = new(Limits.Entry, Limits.CommandsPerEntry);
        builder.TryAdd(_request);
        return builder.Build(new EntryStamp(View.First, 500_000, 1));
    }
}
