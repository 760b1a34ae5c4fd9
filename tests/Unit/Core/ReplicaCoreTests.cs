using NUnit.Framework;
using PaxosShard.Replica.Core;
using PaxosShard.Replica.Core.Group;
using PaxosShard.Replica.Core.Steps;
using PaxosShard.Replica.Machines;
using PaxosShard.Wire;

namespace PaxosShard.Tests.Unit.Core;

[TestFixture]
internal sealed class ReplicaCoreTests
{
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
        SessionId session = OpenSession(cluster, 0);

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
        SessionId session = OpenSession(cluster, 0);
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
        OpenSession(cluster, 0);

        cluster.Kill(1);
        cluster.Kill(0);
        cluster.Run(10);

        Assert.That(cluster[2].Role, Is.EqualTo(ReplicaRole.Primary));
    }

    [Test]
    public void A_replica_that_was_cut_off_learns_what_it_missed()
    {
        CoreCluster cluster = new(3);
        SessionId session = OpenSession(cluster, 0);
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
        SessionId session = OpenSession(cluster, 0);
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
        SessionId session = OpenSession(cluster, 0);
        Send(cluster, 0, session, 1, "hello");

        ClientReply reply = Ask(cluster, 0, new ReadHistoryQuery("room", 1, 10).Encode());

        HistoryResult history = HistoryResult.Decode(reply.Payload.Span);
        Assert.That(history.Messages.Select(message => message.Text), Is.EqualTo(new[] { "hello" }));
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
        ReplicaCore follower = new(options, RecoveredState.Fresh, new ChatMachine());
        byte[] command = new OpenSessionCommand(Guid.Empty).Encode();
        Input[] inputs =
        [
            .. Enumerable.Range(1, 100).Select(number => Input.FromClient(
                new ClientHandle(number), new ClientRequest(SessionId.None, new SequenceNumber(number), default, default, command))),
        ];
        Assert.That(follower.Step(inputs, 0).Replies, Has.Count.EqualTo(inputs.Length));

        long before = GC.GetAllocatedBytesForCurrentThread();
        follower.Step(inputs, 0);
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.That(allocated, Is.Zero);
    }

    [Test]
    public void A_repeated_answer_to_a_catch_up_starts_no_conversation_of_its_own()
    {
        GroupOptions options = new() { ReplicaCount = 3, Self = new ReplicaId(2) };
        ReplicaCore lagging = new(options, RecoveredState.Fresh, new ChatMachine());
        CatchUpEntries answer = new(new Slot(1), new Slot(100), [Entry.NoOp]);
        Input input = Input.FromPeer(new ReplicaId(0), answer);

        int first = lagging.Step([input], 0).MessagesNow.Count(message => message.Message is CatchUpRequest);
        int repeated = lagging.Step([input, input], 0).MessagesNow.Count(message => message.Message is CatchUpRequest);

        Assert.That(first, Is.EqualTo(1), "the rest is asked for at once");
        Assert.That(repeated, Is.Zero);
    }

    private static SessionId OpenSession(CoreCluster cluster, int at)
    {
        ClientReply reply = Ask(cluster, at, new OpenSessionCommand(Guid.Empty).Encode());
        return OpenSessionResult.Decode(reply.Payload.Span).Session;
    }

    private static ClientReply Send(CoreCluster cluster, int at, SessionId session, long sequence, string text)
    {
        ClientRequest request = new(
            session,
            new SequenceNumber(sequence),
            new SequenceNumber(sequence - 1),
            new SequenceNumber(sequence),
            new SendMessageCommand("room", "author", text).Encode());
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
