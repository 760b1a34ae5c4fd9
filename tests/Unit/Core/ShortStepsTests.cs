using System.Text;
using NUnit.Framework;
using PaxosShard.Replica.Core;
using PaxosShard.Replica.Core.Execution;
using PaxosShard.Replica.Core.Group;
using PaxosShard.Replica.Core.Log;
using PaxosShard.Replica.Core.Sessions;
using PaxosShard.Replica.Core.Steps;
using PaxosShard.Replica.Machines;
using PaxosShard.Tests.Unit.Core.Roles;
using PaxosShard.Tests.Unit.Machines;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Tests.Unit.Core;

/// <summary>However much may be decided at once, no more of it is decided, and executed, in a step than takes some milliseconds; the rest follows in the next ones.</summary>
[TestFixture]
internal sealed class ShortStepsTests
{
    private const int PerEntry = 250;

    /// <summary>Entries of 250 commands that a step takes: the third one passes the bound.</summary>
    private const int PerStep = 3;

    private static readonly Instant _now = new(1000, 1000);

    [Test]
    public void A_primary_decides_the_rest_in_the_steps_that_follow()
    {
        ReplicaCore core = OnlyReplica();
        Input[] requests = [.. Enumerable.Range(1, 7).SelectMany(session => Enumerable.Range(1, PerEntry).Select(number => Request(session, number)))];

        RecordNumber written = core.Step(requests, _now).RecordsThrough;

        Assert.That(SlotsIn(core.Step([Input.Synced(written)], _now)), Is.EqualTo(PerStep));
        Assert.That(SlotsIn(core.Tick(_now)), Is.EqualTo(PerStep));
        Assert.That(SlotsIn(core.Tick(_now)), Is.EqualTo(1));
        Assert.That(SlotsIn(core.Tick(_now)), Is.Zero);
        Assert.That(core.Load.ProposedRequests, Is.Zero);
    }

    [Test]
    public void Long_entries_are_counted_by_their_bytes()
    {
        ReplicaCore core = OnlyReplica();
        Input[] requests =
        [
            .. Enumerable.Range(1, 6).Select(number => Input.FromClient(
                new ClientHandle(1),
                ExecutedLog.Request(new SessionId(1), number, KeyCommand.Put(Encoding.UTF8.GetBytes($"key {number}"), new byte[150_000]).Encode(), previous: 0))),
        ];

        RecordNumber written = core.Step(requests, _now).RecordsThrough;

        Assert.That(SlotsIn(core.Step([Input.Synced(written)], _now)), Is.EqualTo(2), "each is an entry of its own");
        Assert.That(SlotsIn(core.Tick(_now)), Is.EqualTo(2));
    }

    [Test]
    public void A_follower_decides_the_rest_without_being_told_again()
    {
        ReplicaCore core = Follower(slots: 5);

        Assert.That(SlotsIn(core.Step([Beat(decided: 5)], _now)), Is.EqualTo(PerStep));
        Assert.That(SlotsIn(core.Step([Beat(decided: 0)], _now)), Is.EqualTo(2));
        Assert.That((core.Decided, core.Executed), Is.EqualTo((new Slot(5), new Slot(5))));
    }

    [Test]
    public void What_was_left_over_is_not_decided_in_another_view()
    {
        ReplicaCore core = Follower(slots: 5);
        core.Step([Beat(decided: 5)], _now);

        core.Step([EffectsText.From(1, new LeaderClaim(new View(4), Slot.Zero))], _now);
        core.Tick(_now);

        Assert.That((core.View, core.Decided), Is.EqualTo((new View(4), new Slot(PerStep))));
    }

    [Test]
    public void Who_lags_is_sent_what_it_executes_in_a_step()
    {
        ReplicaCore core = Follower(slots: 5);
        core.Step([Beat(decided: 5)], _now);
        core.Tick(_now);

        Effects effects = core.Step([EffectsText.From(1, new CatchUpRequest(new Slot(1), new Slot(5)))], _now);

        CatchUpEntries answer = effects.MessagesNow.Select(static outgoing => outgoing.Message).OfType<CatchUpEntries>().Single();
        Assert.That((answer.First, answer.Decided), Is.EqualTo((new Slot(1), new Slot(5))));
        Assert.That(answer.Entries, Has.Count.EqualTo(Executor.CommandsPerStep / PerEntry));
    }

    [Test]
    public void While_very_many_sessions_have_ended_one_slot_is_decided_in_a_step()
    {
        GroupOptions options = new() { ReplicaCount = 1, Self = new ReplicaId(0) };
        EntryLog log = new(RecoveredState.Fresh);
        ReplicatedState state = new(options.Sessions, options.SessionWindow, new ShardMachine());
        Executor executor = new(state, log, new StateAgreement(options), new Effects());
        for (uint number = 1; number <= SessionTable.LooksPerSlot + 100; number++)
            state.Sessions.Add(new SessionId(number), 5000);
        for (int slot = 1; slot <= 4; slot++)
            log.Accept(View.First, new Slot(slot), ExecutedLog.EntryOf(6000));
        Assert.That(executor.EndOfStep(new Slot(4)), Is.EqualTo(new Slot(4)), "nobody has looked at them yet");

        Execute(log, executor, 1);
        Assert.That(executor.EndOfStep(new Slot(4)), Is.EqualTo(new Slot(2)));
        Execute(log, executor, 2);

        Assert.That(state.Sessions.Count, Is.Zero);
        Assert.That(executor.EndOfStep(new Slot(4)), Is.EqualTo(new Slot(4)));
    }

    private static void Execute(EntryLog log, Executor executor, long slot)
    {
        log.MarkDecided(new Slot(slot));
        Assert.That(executor.TryExecuteNext(out _), Is.True);
    }

    /// <summary>The primary of a group of one, whose no-op is decided.</summary>
    private static ReplicaCore OnlyReplica()
    {
        ReplicaCore core = new(
            new GroupOptions { ReplicaCount = 1, Self = new ReplicaId(0), CommandsPerEntry = PerEntry }, RecoveredState.Fresh, new ShardMachine());
        RecordNumber claim = core.Step([], _now).RecordsThrough;
        RecordNumber noOp = core.Step([Input.Synced(claim)], _now).RecordsThrough;
        Assert.That(SlotsIn(core.Step([Input.Synced(noOp)], _now)), Is.EqualTo(1));
        return core;
    }

    /// <summary>A replica that has accepted so many slots of 250 commands each in view 3 of r0, and knows of none that it is decided.</summary>
    private static ReplicaCore Follower(int slots)
    {
        ReplicaCore core = EffectsText.NewReplica(2, new RecoveredState { Promised = new View(3) });
        for (int slot = 1; slot <= slots; slot++)
        {
            ClientRequest[] requests = [.. Enumerable.Range(1, PerEntry).Select(number => ExecutedLog.Send(new SessionId((uint)slot), number))];
            Assert.That(SlotsIn(core.Step([EffectsText.From(0, new Proposal(new View(3), new Slot(slot), ExecutedLog.EntryOf(1000, requests), Slot.Zero))], _now)), Is.Zero);
        }

        return core;
    }

    private static Input Request(int session, int number) =>
        Input.FromClient(new ClientHandle(session), ExecutedLog.Send(new SessionId((uint)session), number));

    private static Input Beat(long decided) =>
        EffectsText.From(0, new Heartbeat(new View(3), new Slot(decided), 0, HearsQuorum: true, Slot.Zero, Slot.Zero, 0));

    private static int SlotsIn(Effects effects)
    {
        Assert.That(effects.Halt, Is.Null);
        return effects.Decisions.Count;
    }
}
