using NUnit.Framework;
using PaxosShard.Replica.Core;
using PaxosShard.Replica.Core.Group;
using PaxosShard.Replica.Core.Steps;
using PaxosShard.Replica.Machines;
using PaxosShard.Wire;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Entries;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Tests.Unit.Core;

[TestFixture]
internal sealed class ReplicaCoreTests
{
    private const long Expiry = 1_120_000;

    private static readonly ClientHandle Client = new(1);

    [TestCase(1)]
    [TestCase(3)]
    [TestCase(5)]
    [TestCase(7)]
    public void A_new_group_is_led_by_replica_0_in_view_0(int replicaCount)
    {
        CoreCluster cluster = new(replicaCount);

        cluster.Run(10);

        Assert.That(cluster[0].Role, Is.EqualTo(ReplicaRole.Primary));
        for (int index = 0; index < replicaCount; index++)
        {
            Assert.That(cluster[index].View, Is.EqualTo(View.First));
            Assert.That(cluster[index].Executed, Is.EqualTo(new Slot(1)), "the no-op of the view");
        }
    }

    [TestCase(1)]
    [TestCase(3)]
    [TestCase(5)]
    public void A_message_gets_number_1_and_reaches_every_replica(int replicaCount)
    {
        CoreCluster cluster = new(replicaCount);
        SessionId session = Begin(cluster);

        ClientReply reply = Send(cluster, 0, session, 1, "hello");
        cluster.Run(10);

        Assert.That(reply.Status, Is.EqualTo(ReplyStatus.Ok));
        Assert.That(SendMessageResult.Decode(reply.Payload.Span).Number, Is.EqualTo(1));
        for (int index = 1; index < replicaCount; index++)
            Assert.That(cluster[index].StateHash, Is.EqualTo(cluster[0].StateHash));
    }

    [Test]
    public void After_the_primary_was_killed_the_next_one_goes_on_with_everything_that_was_decided()
    {
        CoreCluster cluster = new(3);
        SessionId session = Begin(cluster);
        Send(cluster, 0, session, 1, "hello");

        cluster.Kill(0);
        cluster.Run(2);
        ClientReply second = Send(cluster, 1, session, 2, "world");

        Assert.That(cluster[1].Role, Is.EqualTo(ReplicaRole.Primary));
        Assert.That(cluster[1].View, Is.EqualTo(new View(1)));
        Assert.That(SendMessageResult.Decode(second.Payload.Span).Number, Is.EqualTo(2));
    }

    [Test]
    public void A_killed_neighbour_costs_no_view_of_its_own()
    {
        CoreCluster cluster = new(5);
        Begin(cluster);

        cluster.Kill(1);
        cluster.Kill(0);
        cluster.Run(10);

        Assert.That(cluster[2].Role, Is.EqualTo(ReplicaRole.Primary));
    }

    [Test]
    public void A_replica_that_was_cut_off_learns_what_it_missed()
    {
        CoreCluster cluster = new(3);
        SessionId session = Begin(cluster);
        cluster.Cut(0, 2);
        cluster.Cut(1, 2);
        for (int sequence = 1; sequence <= 50; sequence++)
            Send(cluster, 0, session, sequence, $"message {sequence}");

        cluster.HealAll();
        cluster.Run(60);

        Assert.That(cluster[2].Executed, Is.EqualTo(cluster[0].Executed));
        Assert.That(cluster[2].StateHash, Is.EqualTo(cluster[0].StateHash));
    }

    [Test]
    public void A_primary_without_a_quorum_stops_serving_and_says_so()
    {
        CoreCluster cluster = new(3);
        SessionId session = Begin(cluster);
        cluster.Cut(0, 1);
        cluster.Cut(0, 2);
        cluster.Run(40);

        ClientReply reply = Send(cluster, 0, session, 1, "to nobody");

        Assert.That(reply.Status, Is.EqualTo(ReplyStatus.NoQuorum));
        Assert.That(cluster[1].Role == ReplicaRole.Primary || cluster[2].Role == ReplicaRole.Primary);
    }

    [Test]
    public void A_read_sees_what_was_acknowledged_before_it()
    {
        CoreCluster cluster = new(3);
        SessionId session = Begin(cluster);
        Send(cluster, 0, session, 1, "hello");

        ClientReply reply = Ask(cluster, 0, new ReadHistoryQuery("room", 1, 10).Encode());

        HistoryResult history = HistoryResult.Decode(reply.Payload.Span);
        Assert.That(history.Messages.Select(message => message.Text), Is.EqualTo(new[] { "hello" }));
    }

    [Test]
    public void Reads_whose_answers_are_too_long_together_are_asked_again()
    {
        CoreCluster cluster = new(3);
        SessionId session = Begin(cluster);
        byte[] key = "key"u8.ToArray();
        byte[] put = KeyCommand.Put(key, new byte[Limits.Value]).Encode();
        Send(cluster, 0, new ClientRequest(session, new SequenceNumber(1), SequenceNumber.None, new SequenceNumber(1), put) { Expiry = Expiry });
        cluster.Replies.Clear();

        cluster.Step(0, [.. Enumerable.Range(1, 100).Select(tag => Input.FromClient(
            Client, new ClientRequest(SessionId.None, new SequenceNumber(tag), SequenceNumber.None, SequenceNumber.None, KeyCommand.Get(key).Encode())))]);
        cluster.Run(2);

        Assert.That(cluster.Replies, Has.Count.EqualTo(100));
        Assert.That(cluster.Replies.Count(static reply => reply.Message.Status == ReplyStatus.Ok), Is.EqualTo(3));
        Assert.That(cluster.Replies.Count(static reply => reply.Message.Status == ReplyStatus.Busy), Is.EqualTo(97));
        Assert.That(cluster.Replies.Sum(static reply => (long)reply.Message.Payload.Length), Is.LessThan(4 * 1024 * 1024));
    }

    [Test]
    public void A_read_at_a_replica_that_is_not_the_primary_is_redirected()
    {
        CoreCluster cluster = new(3);

        ClientReply reply = Ask(cluster, 1, new ReadHistoryQuery("room", 1, 10).Encode());

        Assert.That(reply.Status, Is.EqualTo(ReplyStatus.Redirect));
        Assert.That(reply.View, Is.EqualTo(View.First));
    }

    [Test]
    public void Requests_and_their_replies_cost_no_object_of_the_core()
    {
        GroupOptions options = new() { ReplicaCount = 3, Self = new ReplicaId(2) };
        ReplicaCore follower = new(options, RecoveredState.Fresh, new ShardMachine());
        byte[] command = new SendMessageCommand("room", "author", "text").Encode();
        Input[] inputs =
        [
            .. Enumerable.Range(1, 100).Select(number => Input.FromClient(
                new ClientHandle(number), new ClientRequest(SessionId.None, new SequenceNumber(number), default, default, command))),
        ];
        Assert.That(follower.Step(inputs, default).Replies, Has.Count.EqualTo(inputs.Length));

        long before = GC.GetAllocatedBytesForCurrentThread();
        follower.Step(inputs, default);
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.That(allocated, Is.Zero);
    }

    /// <summary>
    /// From the request through proposal, vote and execution to the reply, at the primary of three: a batch of requests is one entry, which the
    /// disk and one follower take. Of a request remain its bytes in the entry, its copy in the room and its stored result.
    /// </summary>
    [Test]
    public void A_request_that_is_executed_costs_little_more_than_what_is_kept_of_it()
    {
        const int warmUp = 20;
        const int rounds = 50;
        const int batch = 100;
        const int headInEntry = 52;
        const int storedResult = 32;

        // Beside author and text 20 bytes, and a part of the blocks that is empty yet.
        const int copyInRoom = 120;

        // The list of who waits for the entry's results doubles as it grows, so a place of 80 bytes in it costs at most three times as much.
        const int whoWaits = 3 * 80;
        const int shareOfTheEntry = 64;
        ReplicaCore primary = PrimaryOfThree();
        SessionId session = new(1);
        byte[] command = new SendMessageCommand("room", "author", "a text of a usual length, as people write them").Encode();
        Input[][] requests = [.. Enumerable.Range(0, warmUp + rounds).Select(round => Batch(session, (round * batch) + 1, batch, command))];
        Input[][] outcomes = [.. Enumerable.Range(1, warmUp + rounds).Select(round => new Input[] { default, Vote(primary.Decided.Number + round) })];
        for (int round = 0; round < warmUp; round++)
            Assert.That(Execute(primary, requests[round], outcomes[round]), Is.EqualTo(batch));

        int replies = 0;
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int round = warmUp; round < warmUp + rounds; round++)
            replies += Execute(primary, requests[round], outcomes[round]);
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.That(replies, Is.EqualTo(rounds * batch));
        int budget = headInEntry + command.Length + copyInRoom + storedResult + whoWaits + shareOfTheEntry;
        Assert.That(allocated, Is.LessThanOrEqualTo((long)replies * budget), $"{allocated / (double)replies:0.0} bytes a request, of {budget}");
    }

    [Test]
    public void A_repeated_answer_to_a_catch_up_starts_no_conversation_of_its_own()
    {
        GroupOptions options = new() { ReplicaCount = 3, Self = new ReplicaId(2) };
        ReplicaCore lagging = new(options, RecoveredState.Fresh, new ShardMachine());
        CatchUpEntries answer = new(new Slot(1), new Slot(100), [Entry.NoOp]);
        Input input = Input.FromPeer(new ReplicaId(0), answer);

        int first = lagging.Step([input], default).MessagesNow.Count(message => message.Message is CatchUpRequest);
        int repeated = lagging.Step([input, input], default).MessagesNow.Count(message => message.Message is CatchUpRequest);

        Assert.That(first, Is.EqualTo(1), "the rest is asked for at once");
        Assert.That(repeated, Is.Zero);
    }

    /// <summary>Replica 0, which leads view 0; replica 1 answers it, replica 2 is away.</summary>
    private static ReplicaCore PrimaryOfThree()
    {
        ReplicaCore primary = new(new GroupOptions { ReplicaCount = 3, Self = new ReplicaId(0) }, RecoveredState.Fresh, new ShardMachine());
        primary.Step([Input.PeerConnected(new ReplicaId(1)), Input.Synced(new RecordNumber(1))], default);
        LeaderPromise promise = new(View.First, Slot.Zero, Slot.Zero, 0, new Slot(1), Slot.Zero, IsFinal: true, Slot.Zero, [], [], []);
        RecordNumber noOp = primary.Step([Input.FromPeer(new ReplicaId(1), promise)], default).RecordsThrough;
        primary.Step([Input.Synced(noOp), Vote(1)], default);
        Assert.That(primary.Executed, Is.EqualTo(new Slot(1)));
        return primary;
    }

    /// <summary>Requests with consecutive numbers, whose client has every result before them.</summary>
    private static Input[] Batch(SessionId session, long first, int count, byte[] command) =>
    [
        .. Enumerable.Range(0, count).Select(index => Input.FromClient(Client, new ClientRequest(
            session, new SequenceNumber(first + index), new SequenceNumber(first + index - 1), new SequenceNumber(first), command))),
    ];

    private static Input Vote(long through) => Input.FromPeer(new ReplicaId(1), new Accepted(View.First, new Slot(through), IsAboveHole: false));

    /// <summary>Proposes a batch, then lets the disk and the follower take it.</summary>
    /// <param name="primary">The primary.</param>
    /// <param name="requests">The batch.</param>
    /// <param name="outcome">A free place for the sync, and the follower's vote.</param>
    /// <returns>How many were answered that they are done.</returns>
    private static int Execute(ReplicaCore primary, Input[] requests, Input[] outcome)
    {
        outcome[0] = Input.Synced(primary.Step(requests, default).RecordsThrough);
        int done = 0;
        foreach (Reply reply in primary.Step(outcome, default).Replies)
            done += reply.Message.Status == ReplyStatus.Ok ? 1 : 0;
        return done;
    }

    private static SessionId Begin(CoreCluster cluster)
    {
        cluster.Run(2);
        return new SessionId(1);
    }

    private static ClientReply Send(CoreCluster cluster, int at, SessionId session, long sequence, string text)
    {
        ClientRequest request = new(
            session,
            new SequenceNumber(sequence),
            new SequenceNumber(sequence - 1),
            new SequenceNumber(sequence),
            new SendMessageCommand("room", "author", text).Encode())
        {
            Expiry = Expiry,
        };
        return Send(cluster, at, request);
    }

    private static ClientReply Ask(CoreCluster cluster, int at, byte[] command) =>
        Send(cluster, at, new ClientRequest(SessionId.None, new SequenceNumber(7), SequenceNumber.None, SequenceNumber.None, command));

    private static ClientReply Send(CoreCluster cluster, int at, ClientRequest request)
    {
        cluster.Replies.Clear();
        cluster.Step(at, Input.FromClient(Client, request));
        cluster.Run(2);
        Assert.That(cluster.Replies, Has.Count.EqualTo(1));
        return cluster.Replies[0].Message;
    }
}
