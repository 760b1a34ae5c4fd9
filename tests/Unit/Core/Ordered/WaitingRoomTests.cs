using NUnit.Framework;
using PaxosShard.Replica.Core.Ordered;
using PaxosShard.Replica.Core.Steps;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Tests.Unit.Core.Ordered;

/// <summary>What the waiting room of a primary takes, and what it does not (ordered rule M2).</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class WaitingRoomTests
{
    private const int MebiByte = 1024 * 1024;

    private readonly WaitingRoom _room = new();

    [Test]
    public void A_session_has_256_operations_in_it_and_another_one_has_as_many()
    {
        for (long number = 1; number <= WaitingRoom.PerSession; number++)
            Assert.That(_room.TryAdd(Operation(1, number)), Is.True);

        Assert.That(_room.TryAdd(Operation(1, WaitingRoom.PerSession + 1)), Is.False);
        Assert.That(_room.TryAdd(Operation(2, 1)), Is.True);
        Assert.That(_room.Count, Is.EqualTo(WaitingRoom.PerSession + 1));
    }

    [Test]
    public void A_session_has_4_MiB_in_it()
    {
        for (long number = 1; number <= 3; number++)
            Assert.That(_room.TryAdd(Operation(1, number, MebiByte)), Is.True);

        Assert.That(_room.TryAdd(Operation(1, 4, MebiByte)), Is.False, "with what each takes besides its command that is more");
        Assert.That(_room.TryAdd(Operation(1, 4, MebiByte / 2)), Is.True);
    }

    [Test]
    public void All_sessions_have_64_MiB_in_it_and_what_leaves_makes_space()
    {
        List<WaitingOperation> taken = [];
        for (int session = 1; _room.TryAdd(Operation(session, 1, MebiByte)); session++)
            taken.Add(_room.Find(new OperationName(Session(session), new SequenceNumber(1)))!);

        Assert.That(taken, Has.Count.EqualTo(63));
        Assert.That(_room.Bytes, Is.LessThanOrEqualTo(WaitingRoom.AllBytes));
        _room.Remove(taken[0]);
        Assert.That(_room.TryAdd(Operation(1000, 1, MebiByte)), Is.True);
        foreach (WaitingOperation operation in _room.All())
            _room.Remove(operation);
        Assert.That((_room.Count, _room.Bytes), Is.EqualTo((0, 0L)));
    }

    [Test]
    public void What_only_a_client_that_is_gone_has_sent_leaves_with_it()
    {
        WaitingOperation alone = Operation(1, 1);
        WaitingOperation shared = Operation(1, 2);
        alone.Clients.Add(new ClientHandle(5));
        shared.Clients.AddRange([new ClientHandle(5), new ClientHandle(6)]);
        _room.TryAdd(alone);
        _room.TryAdd(shared);

        _room.Forget(new ClientHandle(5));

        Assert.That(_room.All(), Is.EqualTo(new[] { shared }));
        Assert.That(shared.Clients, Is.EqualTo(new[] { new ClientHandle(6) }));
    }

    private static SessionId Session(int number) => new SessionId((UInt128)number).AsOrdered();

    private static WaitingOperation Operation(int session, long number, int bytes = 0) =>
        new(new OrderedRequest(new ClientRequest(Session(session), new SequenceNumber(number), new SequenceNumber(number - 1), new SequenceNumber(1), new byte[bytes]), 0), tick: 0);
}
