using System.Reflection;
using NUnit.Framework;
using PaxosShard.Replica.Core.Execution;
using PaxosShard.Replica.Core.Sessions;
using PaxosShard.Replica.Machines;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Entries;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;
using static PaxosShard.Tests.Unit.Machines.ExecutedLog;

namespace PaxosShard.Tests.Unit.Machines;

/// <summary>The state hash is the same for the same log, and tells states apart (S13; schedules 23 and 28).</summary>
public sealed class StateHashTests
{
    private static readonly SessionId _session = new(1);

    [Test]
    public void The_same_log_gives_the_same_replies_and_hashes_at_every_slot([Range(1, 10)] int seed)
    {
        RandomRequests stream = new(seed, keepsExpiries: false);
        ExecutedLog left = new(sessions: 3, window: 5);
        ExecutedLog right = new(sessions: 3, window: 5);
        for (int slot = 0; slot < 300; slot++)
        {
            EntryStamp stamp = stream.NextStamp();
            Entry entry = slot % 7 == 3 ? Entry.NewNoOp(stamp) : EntryOf(stamp, stream.Next(), stream.Next(), stream.Next());

            List<ClientReply> replies = left.Execute(entry);
            List<ClientReply> others = right.Execute(Entry.Parse(entry.Bytes.ToArray()));

            Assert.That(right.State.Hash, Is.EqualTo(left.State.Hash));
            Assert.That(others.ConvertAll(Text), Is.EqualTo(replies.ConvertAll(Text)));
        }
    }

    [Test]
    public void A_restart_that_executes_the_log_again_still_knows_what_ran()
    {
        ExecutedLog before = new();
        ClientRequest request = Send(_session, 1, "once");
        string first = Text(before.Execute(request));

        ExecutedLog after = new();
        before.Entries.ForEach(entry => after.Execute(entry));

        Assert.That(after.State.Hash, Is.EqualTo(before.State.Hash));
        Assert.That(Text(after.State.AnswerFromStore(request)!.Value), Is.EqualTo(first), "schedule 23, after a restart");
        Assert.That(Text(after.Execute(request)), Is.EqualTo(first));
        Assert.That(after.Texts("lobby"), Is.EqualTo("once"));
    }

    [Test]
    public void Every_slot_changes_the_hash_also_a_no_op()
    {
        ExecutedLog log = new();
        HashSet<ulong> hashes = [log.State.Hash];

        for (int count = 0; count < 20; count++)
        {
            log.Execute(count % 2 == 0 ? Entry.NoOp : EntryOf(1, Send(_session, 1)));
            Assert.That(hashes.Add(log.State.Hash), Is.True);
        }
    }

    [Test]
    public void Logs_that_differ_in_one_thing_have_different_hashes()
    {
        ulong[] hashes =
        [
            HashAfter(EntryOf(5000, Send(_session, 1))),
            HashAfter(EntryOf(6000, Send(_session, 1))),
            HashAfter(EntryOf(new EntryStamp(View.First, 5001, 5000), Send(_session, 1))),
            HashAfter(EntryOf(new EntryStamp(View.First, 5000, 5001), Send(_session, 1))),
            HashAfter(EntryOf(new EntryStamp(new View(1), 5000, 5000), Send(_session, 1))),
            HashAfter(EntryOf(5000, Send(_session, 1, expiry: Expiry - 1))),
            HashAfter(EntryOf(5000, Send(_session, 1, "Hello"))),
            HashAfter(EntryOf(5000, Send(_session, 1, room: "garden"))),
            HashAfter(EntryOf(5000, Request(_session, 1, new SendMessageCommand("lobby", "bob", "hello").Encode()))),
            HashAfter(EntryOf(5000, Send(_session, 2, previous: 0))),
            HashAfter(EntryOf(5000, Send(_session, 1, acknowledgedBelow: 1)), Entry.NoOp),
            HashAfter(EntryOf(5000, Send(_session, 3, previous: 0, acknowledgedBelow: 2))),
            HashAfter(EntryOf(5000, Send(_session, 3, previous: 0, acknowledgedBelow: 3))),
            HashAfter(EntryOf(5000, Send(_session, 1), Send(_session, 1))),
            HashAfter(EntryOf(5000, Send(new SessionId(2), 1))),
            HashAfter(EntryOf(5000, Send(new SessionId(new UInt128(1, 1)), 1))),
            HashAfter(Entry.NoOp),
            HashAfter(EntryOf(5000)),
            HashAfter(Entry.NewNoOp(new EntryStamp(new View(1), 0, 0))),
        ];

        Assert.That(hashes, Is.Unique);
    }

    [Test]
    public void A_flipped_bit_in_a_room_shows_with_the_next_message_in_it([Values("Last", "Hash")] string field) =>
        AssertFlipShows(
            state => Flip(((ShardMachine)state.Machine).Rooms.Find("lobby"u8)!, field),
            Send(_session, 4));

    [Test]
    public void A_flipped_bit_in_a_session_shows_with_its_next_request(
        [Values("AcknowledgedBelow", "Highest", "HighestExpiry", "Digest")] string field) =>
        AssertFlipShows(
            state => Flip(state.Sessions.Find(_session)!, field),
            Send(_session, 4, previous: 3));

    [Test]
    public void A_flipped_bit_in_a_stored_result_shows_when_it_is_asked_for() =>
        AssertFlipShows(FlipStoredPayload, Send(_session, 2));

    [Test]
    public void A_flipped_bit_in_a_stored_result_shows_when_it_is_dropped() =>
        AssertFlipShows(FlipStoredPayload, Send(_session, 4, acknowledgedBelow: 4));

    [Test]
    public void A_flipped_bit_in_the_hash_of_a_command_shows_when_it_is_asked_for_or_dropped([Values] bool dropped) =>
        AssertFlipShows(
            state => ChangePlaceOfTwo(state, "CommandHash", hash => (ulong)hash ^ 4),
            dropped ? Send(_session, 4, acknowledgedBelow: 4) : Send(_session, 2));

    [Test]
    public void A_flipped_bit_in_the_arc_of_a_stored_result_shows_when_it_is_dropped() =>
        AssertFlipShows(state => ChangePlaceOfTwo(state, "Arc", arc => (ushort)((ushort)arc ^ 4)), Send(_session, 4, acknowledgedBelow: 4));

    [Test]
    public void A_flipped_bit_in_a_session_shows_when_the_session_is_dropped() =>
        AssertFlipShows(state => Flip(state.Sessions.Find(_session)!, "Digest"), EntryOf(Expiry + 1));

    [Test]
    public void A_flipped_bit_in_log_time_shows_in_the_next_slot() =>
        AssertFlipShows(state => Flip(state, "LogTime", 1L << 40), Entry.NoOp);

    [Test]
    public void A_flipped_bit_in_the_highest_first_view_shows_in_the_next_slot() =>
        AssertFlipShows(state => Property(state, "HighestFirstView").SetValue(state, new View(4)), Entry.NoOp);

    [Test]
    public void The_hash_of_a_known_log_stays_what_it_was_because_replicas_of_two_builds_compare_theirs()
    {
        ExecutedLog log = new(sessions: 2, window: 4);
        SessionId second = new(new UInt128(0x0123456789ABCDEF, 0xFEDCBA9876543210));
        log.ExecuteAll(Send(_session, 1), Send(_session, 1), Send(_session, 1, "other"), Send(_session, 9), Send(_session, 99, previous: 0));
        log.ExecuteAll(Send(_session, 2, ""), Request(_session, 3, [0x7f]), Send(_session, 4, room: "garden", acknowledgedBelow: 4));
        log.ExecuteAll(Send(second, 1, expiry: 5000), Send(new SessionId(7), 1), Send(SessionId.None, 1), Send(second, 2, expiry: long.MaxValue));
        log.ExecuteAll(Request(second, 2, KeyCommand.Put("key"u8.ToArray(), "value"u8.ToArray()).Encode(), expiry: 6000));
        log.Execute(EntryOf(new EntryStamp(new View(3), 5500, 77), Send(second, 3, expiry: 5400)));
        log.Execute(EntryOf(new EntryStamp(new View(2), 5600, 78), Send(second, 3, expiry: 7000)));
        log.Execute(Entry.NewNoOp(new EntryStamp(new View(3), 6001, 79)));
        List<ClientReply> last = log.Execute(EntryOf(new EntryStamp(new View(3), 6000, 80), Send(second, 2, expiry: 6000), Send(_session, 5)));

        Assert.That(last.ConvertAll(reply => reply.Status), Is.EqualTo(new[] { ReplyStatus.Expired, ReplyStatus.Ok }));
        Assert.That(log.State.Sessions.Count, Is.EqualTo(1));
        Assert.That(log.State.Hash, Is.EqualTo(119507618387746230UL));
    }

    private static void AssertFlipShows(Action<ReplicatedState> flip, ClientRequest next) => AssertFlipShows(flip, EntryOf(2000, next));

    // Two replicas execute the same; a bit flips in one of them; after the next entry that touches it they differ.
    private static void AssertFlipShows(Action<ReplicatedState> flip, Entry entry)
    {
        ExecutedLog healthy = ThreeSends();
        ExecutedLog flipped = ThreeSends();
        Assert.That(flipped.State.Hash, Is.EqualTo(healthy.State.Hash));

        flip(flipped.State);
        healthy.Execute(entry);
        flipped.Execute(entry);

        Assert.That(flipped.State.Hash, Is.Not.EqualTo(healthy.State.Hash));
    }

    private static ExecutedLog ThreeSends()
    {
        ExecutedLog log = new();
        log.ExecuteAll(Send(_session, 1), Send(_session, 2), Send(_session, 3));
        return log;
    }

    private static ulong HashAfter(params ReadOnlySpan<Entry> entries)
    {
        ExecutedLog log = new();
        foreach (Entry entry in entries)
            log.Execute(entry);
        return log.State.Hash;
    }

    private static void Flip(object owner, string property, long bit = 1)
    {
        PropertyInfo found = Property(owner, property);
        object value = found.GetValue(owner)!;
        object changed = value is ulong number ? number ^ (ulong)bit : (long)value ^ bit;
        found.SetValue(owner, changed);
    }

    private static void FlipStoredPayload(ReplicatedState state)
    {
        state.Sessions.Find(_session)!.PayloadIn(2)[7] ^= 1;
    }

    private static void ChangePlaceOfTwo(ReplicatedState state, string property, Func<object, object> change)
    {
        Session session = state.Sessions.Find(_session)!;
        Array ring = (Array)typeof(Session).GetField("_ring", BindingFlags.Instance | BindingFlags.NonPublic)!.GetValue(session)!;
        object place = ring.GetValue(2)!;
        PropertyInfo found = Property(place, property);
        found.SetValue(place, change(found.GetValue(place)!));
        ring.SetValue(place, 2);
    }

    private static PropertyInfo Property(object owner, string name) =>
        owner.GetType().GetProperty(name, BindingFlags.Instance | BindingFlags.Public)!;

    private static string Text(ClientReply reply) =>
        $"{reply.Session} {reply.Sequence} {reply.Status} {reply.View} {Convert.ToHexString(reply.Payload.Span)}";
}
