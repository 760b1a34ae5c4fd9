using System.Text;
using NUnit.Framework;
using PaxosShard.Replica.Core;
using PaxosShard.Replica.Core.Group;
using PaxosShard.Replica.Core.Steps;
using PaxosShard.Replica.Machines;
using PaxosShard.Tests.Unit.Core.Roles;
using PaxosShard.Tests.Unit.Machines;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Entries;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Tests.Unit.Core;

/// <summary>
/// A follower that votes has the disk go first, and executes what the same proposal says is decided in its next step, where that takes long; nobody waits for it. It is r2 of three in view 3 of r0.
/// </summary>
[TestFixture]
internal sealed class VotesFirstTests
{
    private static readonly Instant _now = new(1000, 1000);

    private readonly Entry _long = ValueOf(20_000);
    private readonly Entry _short = ValueOf(100);

    [Test]
    public void What_takes_long_is_executed_in_the_step_behind_the_vote()
    {
        ReplicaCore core = FollowerOf(_long);

        Effects vote = core.Step([Propose(2, _short, decided: 1)], _now);
        Assert.That((SlotsIn(vote), vote.MessagesAfterSync.Count, core.HasMoreToDecide), Is.EqualTo((0, 1, true)));

        Assert.That((SlotsIn(core.Step([], _now)), core.Executed, core.HasMoreToDecide), Is.EqualTo((1, new Slot(1), false)));
    }

    [Test]
    public void What_takes_no_longer_than_a_moment_is_executed_at_once()
    {
        ReplicaCore core = FollowerOf(_short);

        Assert.That(SlotsIn(core.Step([Propose(2, _long, decided: 1)], _now)), Is.EqualTo(1));
    }

    [Test]
    public void Several_short_ones_take_as_long_as_a_long_one()
    {
        ReplicaCore core = FollowerOf([.. Enumerable.Repeat(ValueOf(5000), 4)]);

        Assert.That(SlotsIn(core.Step([Propose(5, _short, decided: 3)], _now)), Is.EqualTo(3));
        core = FollowerOf([.. Enumerable.Repeat(ValueOf(5000), 4)]);
        Assert.That(SlotsIn(core.Step([Propose(5, _short, decided: 4)], _now)), Is.Zero);
    }

    [Test]
    public void Nothing_is_put_off_twice()
    {
        ReplicaCore core = FollowerOf(_long);

        Assert.That(SlotsIn(core.Step([Propose(2, _long, decided: 1)], _now)), Is.Zero);
        Assert.That(SlotsIn(core.Step([Propose(3, _long, decided: 2)], _now)), Is.EqualTo(2));
    }

    [Test]
    public void All_proposals_of_a_step_are_voted_for_first()
    {
        ReplicaCore core = FollowerOf(_long);

        Assert.That(SlotsIn(core.Step([Propose(2, _long, decided: 1), Propose(3, _short, decided: 2)], _now)), Is.Zero);
        Assert.That((SlotsIn(core.Step([], _now)), core.Accepted), Is.EqualTo((2, new Slot(3))));
    }

    [Test]
    public void Who_does_not_vote_executes_at_once()
    {
        ReplicaCore core = FollowerOf(_long);

        Assert.That(SlotsIn(core.Step([Propose(1, _long, decided: 1)], _now)), Is.EqualTo(1), "it was proposed before");
    }

    [Test]
    public void What_was_put_off_is_not_decided_in_another_view()
    {
        ReplicaCore core = FollowerOf(_long);
        core.Step([Propose(2, _long, decided: 1)], _now);

        core.Step([EffectsText.From(1, new LeaderClaim(new View(4), Slot.Zero))], _now);
        core.Tick(_now);

        Assert.That((core.View, core.Decided, core.HasMoreToDecide), Is.EqualTo((new View(4), Slot.Zero, false)));
    }

    [Test]
    public void The_vote_leaves_before_the_step_in_which_its_sync_is_heard_of()
    {
        EngineReplica replica = new(new GroupOptions { ReplicaCount = 3, Self = new ReplicaId(2) }, new ShardMachine());
        replica.Step([EffectsText.From(0, new Proposal(View.First, new Slot(1), _long, Slot.Zero))]);
        replica.Sync();
        replica.TakeSent();
        replica.Step([EffectsText.From(0, new Proposal(View.First, new Slot(2), _short, new Slot(1)))]);
        Assert.That(replica.Core.Executed, Is.EqualTo(Slot.Zero));
        List<Message> sentBefore = [];
        replica.OnEffects = () => sentBefore = replica.TakeSentTo(new ReplicaId(0));

        replica.Sync();

        Assert.That(sentBefore, Is.EqualTo(new[] { new Accepted(View.First, new Slot(2), IsAboveHole: false) }));
        Assert.That((replica.Core.Executed, replica.TakeSent()), Is.EqualTo((new Slot(1), new List<Outgoing>())));
    }

    /// <summary>A replica that has accepted some entries, from slot 1 on, and knows of none that it is decided.</summary>
    private static ReplicaCore FollowerOf(params Entry[] entries)
    {
        ReplicaCore core = EffectsText.NewReplica(2, new RecoveredState { Promised = new View(3) });
        for (int index = 0; index < entries.Length; index++)
            Assert.That(SlotsIn(core.Step([Propose(index + 1, entries[index], decided: 0)], _now)), Is.Zero);
        return core;
    }

    private static Entry ValueOf(int bytes) =>
        ExecutedLog.EntryOf(1000, ExecutedLog.Request(new SessionId(1), 1, KeyCommand.Put(Encoding.UTF8.GetBytes("key"), new byte[bytes]).Encode(), previous: 0));

    private static Input Propose(long slot, Entry entry, long decided) => EffectsText.From(0, new Proposal(new View(3), new Slot(slot), entry, new Slot(decided)));

    private static int SlotsIn(Effects effects)
    {
        Assert.That(effects.Halt, Is.Null);
        return effects.Decisions.Count;
    }
}
