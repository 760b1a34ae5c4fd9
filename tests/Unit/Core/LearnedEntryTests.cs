using NUnit.Framework;
using PaxosShard.Replica.Core;
using PaxosShard.Replica.Core.Group;
using PaxosShard.Replica.Core.Steps;
using PaxosShard.Replica.Machines;
using PaxosShard.Wire;
using PaxosShard.Wire.Entries;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Tests.Unit.Core;

/// <summary>A value that was learned, above a slot whose record was lost: it is decided, and it is no vote.</summary>
[TestFixture]
internal sealed class LearnedEntryTests
{
    private static readonly ReplicaId _old = new(0);

    [Test]
    public void It_never_lengthens_the_voted_prefix_and_a_late_Proposal_with_another_value_stops_nobody()
    {
        ReplicaCore core = Recovered();

        RecordNumber vote = core.Step([Propose(slot: 2, value: 12)], new(1, 1)).RecordsThrough;
        Assert.That(core.Accepted, Is.EqualTo(new Slot(2)), "no vote for slot 3 was given in view 0");
        Effects effects = core.Step([Input.Synced(vote), Propose(slot: 3, value: 77)], new(1, 1));

        Assert.That(effects.Halt, Is.Null);
        Assert.That(effects.Records, Is.Empty);
        Assert.That(Votes(effects), Is.EqualTo(new[] { new Slot(2) }), "the Proposal is answered like one above a hole");
        Assert.That(core.Stored(new Slot(3))!.Value.Entry, Is.EqualTo(Value(99)));
    }

    [Test]
    public void A_Proposal_with_the_same_value_lengthens_the_prefix_without_another_record()
    {
        ReplicaCore core = Recovered();

        core.Step([Propose(slot: 2, value: 12)], new(1, 1));
        Effects effects = core.Step([Propose(slot: 3, value: 99)], new(1, 1));

        Assert.That(core.Accepted, Is.EqualTo(new Slot(3)));
        Assert.That(effects.Records, Is.Empty);
        Assert.That(Votes(effects), Is.EqualTo(new[] { new Slot(3) }));
    }

    [Test]
    public void It_is_decided_with_the_slot_below_it()
    {
        ReplicaCore core = Recovered();

        core.Step([Input.FromPeer(_old, new CatchUpEntries(new Slot(2), new Slot(3), [Value(12), Value(99)]))], new(1, 1));

        Assert.That(core.Decided, Is.EqualTo(new Slot(3)));
        Assert.That(core.Executed, Is.EqualTo(new Slot(3)));
    }

    [Test]
    public void LeaderPromise_tells_it_as_decided_and_not_as_a_vote()
    {
        ReplicaCore core = Recovered();

        Effects effects = core.Step([Input.FromPeer(new ReplicaId(1), new LeaderClaim(new View(1), new Slot(1)))], new(1, 1));

        LeaderPromise promise = effects.MessagesAfterSync.Select(message => message.Message).OfType<LeaderPromise>().Single();
        Assert.That(promise.Entries, Is.Empty);
        Assert.That(promise.Known, Is.EqualTo(new[] { new DecidedEntry(new Slot(3), Value(99)) }));
        Assert.That(promise.Faulty, Is.EqualTo(new[] { new Slot(2) }));
    }

    private static ReplicaCore Recovered()
    {
        RecoveredState recovered = new()
        {
            Promised = View.First,
            Known = [new DecidedEntry(new Slot(1), Value(11)), new DecidedEntry(new Slot(3), Value(99))],
            Faulty = [new Slot(2)],
        };
        ReplicaCore core = new(new GroupOptions { ReplicaCount = 5, Self = new ReplicaId(4) }, recovered, new ShardMachine());
        core.Step([Input.PeerConnected(_old)], new(1, 1));
        Assert.That(core.Decided, Is.EqualTo(new Slot(1)));
        return core;
    }

    private static Input Propose(long slot, long value) =>
        Input.FromPeer(_old, new Proposal(View.First, new Slot(slot), Value(value), new Slot(1)));

    private static IEnumerable<Slot> Votes(Effects effects) =>
        effects.MessagesAfterSync.Select(message => message.Message).OfType<Accepted>().Select(vote => vote.Slot);

    private static Entry Value(long value)
    {
        EntryBuilder builder = new(Limits.Entry, 1);
        builder.TryAdd(new ClientRequest(new SessionId(1), new SequenceNumber(value), SequenceNumber.None, SequenceNumber.None, new byte[] { 1 }));
        return builder.Build(new(default, 1, 1));
    }
}
