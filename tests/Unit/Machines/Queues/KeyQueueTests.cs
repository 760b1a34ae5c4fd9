using NUnit.Framework;
using PaxosShard.Replica.Core.Execution;
using PaxosShard.Replica.Core.Queues;
using PaxosShard.Tests.Unit.Machines.Moves;
using PaxosShard.Wire;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Entries;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;
using static PaxosShard.Tests.Unit.Machines.Moves.TwoShards;
using static PaxosShard.Tests.Unit.Machines.Queues.GatedShard;

namespace PaxosShard.Tests.Unit.Machines.Queues;

/// <summary>A place in the log without an effect yet: queues, gates and what settles them (ordered rules M4 and M7).</summary>
[TestFixture]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class KeyQueueTests
{
    private static readonly string _x = Staying(1);
    private static readonly string _y = Staying(2);

    private readonly MovingShard _shard = new TwoShards().Source;

    [Test]
    public void What_has_a_gate_waits_and_runs_when_it_is_opened()
    {
        Assert.That(_shard.Run(Append(Session, 2, _x, previous: 1), FarGate).Status, Is.EqualTo(ReplicatedState.Queued));
        Assert.That((_shard.Waiting(), _shard.Get(_x)), Is.EqualTo(("3.2", "-")));

        _shard.SettleQueued(Session, 2);

        Assert.That((_shard.Waiting(), _shard.Drained(), _shard.Get(_x)), Is.EqualTo(("", "3.2", "2;")));
        Assert.That(_shard.Run(Append(Session, 2, _x)).Status, Is.EqualTo(ReplyStatus.Ok), "its result is kept");
        Assert.That(_shard.Get(_x), Is.EqualTo("2;"));
    }

    /// <summary>Whether it waits for nothing but predecessors of which that is so too (ordered rule M13).</summary>
    [TestCase(true, false, true)]
    [TestCase(false, false, false)]
    [TestCase(true, true, false)]
    public void A_token_that_was_promised_is_kept_where_nothing_else_is_waited_for(bool isBehindPromised, bool isBehindOthers, bool isKept)
    {
        if (isBehindOthers)
            _shard.Run(Append(Other, 2, _x, previous: 1), FarGate);
        EntryBuilder builder = new(Limits.Entry, Limits.CommandsPerEntry);
        Gate gate = FarGate with { Token = Elsewhere with { IsPromised = isBehindPromised } };
        builder.TryAdd(Append(Session, 2, _x, previous: 1), gate, new Slot(1));
        builder.TryAdd(Append(Session, 3, _y, previous: 2), gate: null, new Slot(1));
        Slot slot = _shard.State.Executed.Next;

        _shard.State.Execute(slot, builder.Build(new EntryStamp(View.First, _shard.Time, _shard.Time)), []);

        long era = _shard.State.Machine.FindOwner(default).Configuration;
        PlacementToken expected = new(era, View.First, isKept ? new Slot(1) : slot) { IsPromised = isKept };
        Assert.That(new long[] { 2, 3 }.Select(number => _shard.State.Queues.Find(Session, number)!.Token), Is.All.EqualTo(expected));
    }

    /// <summary>A plain command behind a gate runs as soon as the gate is gone, one way or the other.</summary>
    [TestCase(true, "2;1;", "3.2 5.1")]
    [TestCase(false, "1;", "5.1")]
    public void A_write_on_a_key_with_a_queue_waits_behind_it_whoever_sends_it(bool opens, string value, string drained)
    {
        _shard.Run(Append(Session, 2, _x, previous: 1), FarGate);

        Assert.That(_shard.Run(Append(Plain, 1, _x)).Status, Is.EqualTo(ReplicatedState.Queued));
        Assert.That(_shard.Run(Append(Plain, 2, _y)).Status, Is.EqualTo(ReplyStatus.Ok), "no other key waits");
        _shard.SettleQueued(Session, 2, opens);

        Assert.That((_shard.Get(_x), _shard.Drained()), Is.EqualTo((value, drained)));
        Assert.That(_shard.State.Voided, Has.Count.EqualTo(opens ? 0 : 1));
        Assert.That(_shard.State.Queues.Bytes, Is.Zero);
    }

    [Test]
    public void A_plain_request_whose_previous_one_is_queued_waits_for_it_on_another_key_of_the_arc()
    {
        string other = SameArcAs(_x);
        _shard.Run(Append(Session, 2, _x, previous: 1), FarGate);
        _shard.Run(Append(Plain, 1, _x));

        Assert.That(_shard.Run(Append(Plain, 2, other, previous: 1)).Status, Is.EqualTo(ReplicatedState.Queued));
        Assert.That((_shard.Waiting(), _shard.Get(other)), Is.EqualTo(("3.2 5.1+ 5.2", "-")));
        _shard.SettleQueued(Session, 2);

        Assert.That(_shard.Drained(), Is.EqualTo("3.2 5.1 5.2"));
    }

    [Test]
    public void A_local_gate_opens_as_its_predecessor_runs_and_goes_with_it()
    {
        _shard.Run(Append(Session, 2, _x, previous: 1), FarGate);
        _shard.Run(Append(Session, 3, _y, previous: 2));
        _shard.Run(Append(Session, 4, _x, previous: 3), new Gate(_shard.State.Queues.Find(Session, 3)!.Arc.Number, _shard.State.Queues.Find(Session, 3)!.Token));
        Assert.That(_shard.Waiting(), Is.EqualTo("3.2 3.3 3.4"));

        _shard.SettleQueued(Session, 2, opens: false);

        Assert.That((_shard.Waiting(), _shard.State.Voided.Count), Is.EqualTo(("", 3)));
        Assert.That((_shard.Get(_x), _shard.Get(_y)), Is.EqualTo(("-", "-")));
        Assert.That(_shard.Run(Append(Session, 2, _x)).Status, Is.EqualTo(ReplyStatus.Ok), "each may be placed again");
        Assert.That(_shard.Run(Append(Session, 3, _y, previous: 2)).Status, Is.EqualTo(ReplyStatus.Ok));
    }

    [Test]
    public void A_gate_on_an_arc_that_is_served_here_needs_that_token_here()
    {
        _shard.Run(Append(Session, 1, _x));
        PlacementToken ran = new(1, View.First, _shard.State.Executed);
        int arc = PaxosShard.Hashing.Arc.Of(System.Text.Encoding.UTF8.GetBytes(_x)).Number;

        Assert.That(_shard.Run(Append(Session, 2, _y, previous: 1), new Gate(arc, ran with { Slot = ran.Slot.Previous })).Status, Is.EqualTo(ReplyStatus.OutOfOrder));
        Assert.That(_shard.Run(Append(Other, 2, _y, previous: 1), new Gate(arc, ran)).Status, Is.EqualTo(ReplyStatus.OutOfOrder), "nothing is there in that session");
        Assert.That(_shard.Run(Append(Session, 2, _y, previous: 1), new Gate(arc, ran)).Status, Is.EqualTo(ReplyStatus.Ok), "it runs now");
    }

    [Test]
    public void Neither_another_token_nor_a_second_settling_changes_anything()
    {
        _shard.Run(Append(Session, 2, _x, previous: 1), FarGate);
        _shard.Run(Append(Other, 2, _x, previous: 1), FarGate);
        PlacementToken first = _shard.State.Queues.Find(Session, 2)!.Token;
        PlacementToken second = _shard.State.Queues.Find(Other, 2)!.Token;

        _shard.Run(Settle(Session, 2, second, opens: true));
        _shard.Run(Settle(Session, 2, second, opens: false));
        _shard.Run(Settle(Session, 3, first, opens: false));
        Assert.That(_shard.Waiting(), Is.EqualTo("3.2 4.2"));
        _shard.Run(Settle(Other, 2, second, opens: true));
        _shard.Run(Settle(Other, 2, second, opens: false));
        Assert.That(_shard.Waiting(), Is.EqualTo("3.2 4.2+"), "an open gate stays open, also of one that is not the first");
        _shard.Run(Settle(Session, 2, first, opens: false));

        Assert.That((_shard.Drained(), _shard.Get(_x)), Is.EqualTo(("4.2", "2;")));
    }

    [Test]
    public void What_is_queued_has_no_answer_yet_but_for_other_bytes()
    {
        _shard.Run(Append(Session, 2, _x, previous: 1), FarGate);

        Assert.That(_shard.State.AnswerFromStore(Append(Session, 2, _x)), Is.Null);
        Assert.That(_shard.State.AnswerFromStore(Append(Session, 2, _y))?.Status, Is.EqualTo(ReplyStatus.DifferentCommand));
    }

    [Test]
    public void A_copy_of_what_is_queued_changes_nothing_and_other_bytes_are_refused()
    {
        _shard.Run(Append(Session, 2, _x, previous: 1), FarGate);

        Assert.That(_shard.Run(Append(Session, 2, _x, previous: 1), FarGate).Status, Is.EqualTo(ReplicatedState.Queued));
        Assert.That(_shard.Run(Append(Session, 2, _x)).Status, Is.EqualTo(ReplicatedState.Queued), "also when it comes without a predecessor");
        Assert.That(_shard.Run(Append(Session, 2, _y, previous: 1), FarGate).Status, Is.EqualTo(ReplyStatus.DifferentCommand));
        Assert.That(_shard.Waiting(), Is.EqualTo("3.2"));
    }

    /// <summary>Ordered schedule 14: what has its place is not cancelled.</summary>
    [Test]
    public void A_cancellation_of_what_is_queued_waits_for_its_result()
    {
        _shard.Run(Append(Session, 2, _x, previous: 1), FarGate);

        Assert.That(_shard.Run(Cancel(Session, 2, _x)).Status, Is.EqualTo(ReplicatedState.Queued));
        _shard.SettleQueued(Session, 2);

        Assert.That(_shard.Run(Cancel(Session, 2, _x)).Status, Is.EqualTo(ReplyStatus.Ok));
        Assert.That(_shard.Get(_x), Is.EqualTo("2;"));
    }

    [Test]
    public void A_cancelled_number_gets_no_place()
    {
        _shard.Run(Cancel(Session, 2, _x));

        Assert.That(_shard.Run(Append(Session, 2, _x, previous: 1), FarGate).Status, Is.EqualTo(ReplyStatus.Cancelled));
        Assert.That(_shard.Run(Append(Session, 3, _x, previous: 2), FarGate).Status, Is.EqualTo(ReplyStatus.OutOfOrder), "nor does what waits for it");
    }

    [Test]
    public void What_has_its_place_does_not_expire_and_its_session_stays()
    {
        _shard.Run(Append(Session, 2, _x, previous: 1, expiry: 2_000), FarGate);
        _shard.Run(Append(Plain, 1, _x, expiry: 2_000));
        _shard.Time = 2_000 + (3 * Limits.OrderedLife);

        Assert.That(_shard.Run(Append(new SessionId(9), 1, _y, expiry: _shard.Time + 1_000)).Status, Is.EqualTo(ReplyStatus.Ok));
        _shard.Run(Append(new SessionId(10), 1, _y, expiry: _shard.Time + 1_000));
        Assert.That(_shard.State.Sessions.Find(Plain), Is.Not.Null);
        _shard.SettleQueued(Session, 2);
        Assert.That(_shard.Get(_x), Is.EqualTo("2;1;"));

        _shard.Run(Append(new SessionId(11), 1, _y, expiry: _shard.Time + 1_000));
        _shard.Run(Append(new SessionId(12), 1, _y, expiry: _shard.Time + 1_000));
        Assert.That(_shard.State.Sessions.Find(Plain), Is.Null, "afterwards it goes like any other");
        Assert.That(_shard.State.Sessions.Find(Session), Is.Not.Null, "what waits for what has run can ask for it for an hour");
        _shard.Time += Limits.OrderedLife;
        _shard.Run(Append(new SessionId(13), 1, _y, expiry: _shard.Time + 1_000));
        _shard.Run(Append(new SessionId(14), 1, _y, expiry: _shard.Time + 1_000));
        Assert.That(_shard.State.Sessions.Find(Session), Is.Null);
    }

    /// <summary>Whoever reads a room sees when a message got its place, not when its gate was opened.</summary>
    [Test]
    public void It_runs_with_the_times_of_its_own_entry()
    {
        long placedAt = _shard.Time;
        _shard.Run(ExecutedLog.Send(Session, 2, "late", _x, previous: 1), FarGate);
        _shard.Time += 5_000;
        _shard.Run(ExecutedLog.Send(Plain, 1, "later", _x, previous: 0));
        _shard.SettleQueued(Session, 2);

        ClientReply reply = _shard.State.Read(ExecutedLog.Query(new ReadHistoryQuery(_x, 1, 10).Encode()));
        Assert.That(HistoryResult.Decode(reply.Payload.Span).Messages.Select(static message => (message.Text, message.Timestamp)), Is.EqualTo(new[] { ("late", placedAt), ("later", placedAt + 5_001) }));
    }

    [Test]
    public void A_room_and_a_key_of_one_name_do_not_wait_for_each_other()
    {
        _shard.Run(ExecutedLog.Send(Session, 2, "hello", _x, previous: 1), FarGate);

        Assert.That(_shard.Run(Append(Plain, 1, _x)).Status, Is.EqualTo(ReplyStatus.Ok));
        Assert.That(_shard.Run(ExecutedLog.Send(Plain, 2, "hello", _x, previous: 0)).Status, Is.EqualTo(ReplicatedState.Queued));
    }

    [Test]
    public void A_full_queue_refuses_without_a_trace()
    {
        _shard.Run(Append(Session, 2, _x, previous: 1), FarGate);
        for (int number = 1; number < KeyQueues.PerKey; number++)
            Assert.That(_shard.Run(Append(new SessionId((UInt128)(100 + number)), 1, _x)).Status, Is.EqualTo(ReplicatedState.Queued));

        Assert.That(_shard.Run(Append(Plain, 1, _x)).Status, Is.EqualTo(ReplyStatus.Busy));
        Assert.That(_shard.Run(Append(Other, 2, _x, previous: 1), FarGate).Status, Is.EqualTo(ReplyStatus.Busy));
        Assert.That((_shard.State.Sessions.Find(Plain), _shard.State.Sessions.Find(Other)), Is.EqualTo((default(object), default(object))));
        Assert.That(_shard.Run(Append(Other, 2, _y, previous: 1), FarGate).Status, Is.EqualTo(ReplicatedState.Queued), "another key has room");
        _shard.SettleQueued(Session, 2);
        Assert.That(_shard.State.Drained, Has.Count.EqualTo(KeyQueues.PerKey));
    }

    [Test]
    public void An_open_gate_and_a_plain_session_are_nothing_that_a_client_can_ask_for()
    {
        Assert.That(_shard.Run(Append(Plain, 2, _x, previous: 1), FarGate).Status, Is.EqualTo(ReplyStatus.OutOfOrder));
        Assert.That(_shard.Run(Append(Session, 2, _x), FarGate).Status, Is.EqualTo(ReplyStatus.OutOfOrder), "a gate has a predecessor");
        Assert.That(_shard.Run(ExecutedLog.Request(Plain, 1, new SettleGateCommand(true, Elsewhere).Encode(), 0)).Status, Is.EqualTo(ReplyStatus.Malformed));
        Assert.That(_shard.Run(ExecutedLog.Request(Session, 1, [(byte)CommandKind.OpenGate, 1], 0)).Status, Is.EqualTo(ReplyStatus.Malformed));
        Assert.That(_shard.Waiting(), Is.Empty);
    }

    [Test]
    public void The_result_that_is_foreseen_is_the_one_that_comes()
    {
        _shard.Run(Append(Plain, 1, _x));
        _shard.Run(Append(Session, 2, _x, previous: 1), FarGate);
        _shard.Run(Get(Session, 3, _x, previous: 2));
        _shard.Run(Append(Plain, 2, _x));
        ReadOnlyMemory<byte> foreseen = _shard.State.Foresee(_shard.State.Queues.Find(Session, 3)!).Payload;

        _shard.SettleQueued(Session, 2);

        Assert.That(Value(foreseen), Is.EqualTo("1;2;"));
        Assert.That(_shard.State.Drained[1].Payload.ToArray(), Is.EqualTo(foreseen.ToArray()));
    }

    /// <summary>What would be refused for want of space once it runs gets no place: its result could not be told before.</summary>
    [Test]
    public void Space_is_kept_for_what_is_queued()
    {
        const int OfKey = 128;
        const int Value = 700;
        MovingShard small = new(new GroupId(1), stateBytes: OfKey + _x.Length + "2;".Length + OfKey + _y.Length + Value);
        small.Adopt(First);
        Assert.That(small.Run(Append(Session, 2, _x, previous: 1), FarGate).Status, Is.EqualTo(ReplicatedState.Queued));

        Assert.That(small.Put(_y, new string('v', Value)), Is.EqualTo(ReplyStatus.Rejected), "it would take what is kept");
        Assert.That(small.Run(ExecutedLog.Request(Plain, 1, KeyCommand.Put(System.Text.Encoding.UTF8.GetBytes(_x), new byte[Value]).Encode(), 0)).Status, Is.EqualTo(ReplyStatus.Busy));
        small.SettleQueued(Session, 2);

        Assert.That(small.Get(_x), Is.EqualTo("2;"));
        Assert.That(small.Put(_y, new string('v', Value)), Is.EqualTo(ReplyStatus.Ok));
    }

    [Test]
    public void The_results_that_queued_operations_may_have_count_with_those_that_are_kept()
    {
        const int Value = 900 * 1024;
        _shard.Put(_x, new string('v', Value));
        Assert.That(_shard.Run(Get(Session, 2, _x, previous: 1), FarGate).Status, Is.EqualTo(ReplicatedState.Queued));
        long number = 3;
        while (_shard.Run(Get(Session, number, _x, previous: number - 1)).Status == ReplicatedState.Queued)
            number++;

        Assert.That(_shard.Run(Get(Session, number, _x, previous: number - 1)).Status, Is.EqualTo(ReplyStatus.Busy));
        Assert.That(number - 2, Is.EqualTo((4 * 1024 * 1024 / Value) + 1), "as many as may be kept, and one more");
        _shard.SettleQueued(Session, 2);
        Assert.That(_shard.State.Sessions.Find(Session)!.ResultBytes, Is.EqualTo((number - 2) * (Value + KeyResult.HeaderSize)));
    }

    [Test]
    public void A_dead_entry_gives_no_place()
    {
        List<ClientReply> replies = [];
        _shard.State.Execute(_shard.State.Executed.Next, Entry.NewNoOp(new EntryStamp(new View(5), _shard.Time, _shard.Time)), replies);

        Assert.That(_shard.RunAll((Append(Session, 2, _x, previous: 1), FarGate)), Is.Empty);
        Assert.That(_shard.Waiting(), Is.Empty);
    }

    private static string SameArcAs(string name)
    {
        PaxosShard.Hashing.Arc arc = PaxosShard.Hashing.Arc.Of(System.Text.Encoding.UTF8.GetBytes(name));
        for (int number = 0; ; number++)
        {
            string other = $"other-{number}";
            if (PaxosShard.Hashing.Arc.Of(System.Text.Encoding.UTF8.GetBytes(other)) == arc)
                return other;
        }
    }
}
