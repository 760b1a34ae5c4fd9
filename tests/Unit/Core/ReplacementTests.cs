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

/// <summary>A member is replaced (rule 13): who may vote before and after, what is proposed above the replacement, and in which views.</summary>
[TestFixture]
internal sealed class ReplacementTests
{
    private const long Expiry = 1_120_000;
    private const ulong Newcomer = 0xABCD;

    private static readonly SessionId _session = new(77);
    private static readonly ClientHandle _client = new(1);
    private static readonly ReplicaId _first = new(1);
    private static readonly ReplicaId _second = new(2);

    private long _sequence;

    private static Instant Now => new(1_000_000, 1_000_000);

    [SetUp]
    public void NoRequestYet() => _sequence = 0;

    [TestCase(3, 2)]
    [TestCase(3, 1)]
    [TestCase(5, 4)]
    public void A_newcomer_takes_the_place_of_a_dead_follower_and_votes(int replicaCount, int place)
    {
        CoreCluster cluster = Begin(replicaCount);
        Send(cluster, 0, "before");
        cluster.Kill(place);
        cluster.Run(2);
        ComeIn(cluster, place, replicaCount);
        cluster.Run(20);
        Assert.That(cluster[place].Votes, Is.False, "no list names it");

        ClientReply reply = Replace(cluster, 0, place);
        cluster.Run(60);

        Assert.That(reply.Status, Is.EqualTo(ReplyStatus.Ok));
        Assert.That(ReplaceMemberResult.Decode(reply.Payload.Span).List, Is.EqualTo(1));
        Assert.That(cluster[0].IsServing, Is.True, "the primary goes on");
        for (int index = 0; index < replicaCount; index++)
        {
            Assert.That(cluster[index].Members.Number, Is.EqualTo(1));
            Assert.That(cluster[index].View.List, Is.EqualTo(1));
            Assert.That(cluster[index].Votes, Is.True);
            Assert.That(cluster[index].StateHash, Is.EqualTo(cluster[0].StateHash));
        }
    }

    [Test]
    public void The_newcomer_is_one_of_the_quorum_when_another_one_dies()
    {
        CoreCluster cluster = Begin(3);
        ReplaceDead(cluster, 2);

        cluster.Kill(0);
        cluster.Run(60);

        int primary = cluster[1].IsServing ? 1 : 2;
        Assert.That(cluster[primary].IsServing, Is.True);
        Assert.That(Send(cluster, primary, "after").Status, Is.EqualTo(ReplyStatus.Ok));
    }

    [Test]
    public void The_founder_of_the_first_view_is_replaced_too()
    {
        CoreCluster cluster = Begin(3);
        Send(cluster, 0, "before");
        cluster.Kill(0);
        cluster.Run(20);
        int primary = cluster[1].IsServing ? 1 : 2;
        ComeIn(cluster, 0, 3);
        cluster.Run(20);

        ClientReply reply = Replace(cluster, primary, 0);
        cluster.Run(60);

        Assert.That(reply.Status, Is.EqualTo(ReplyStatus.Ok));
        Assert.That(cluster[0].Votes, Is.True);
        Assert.That(cluster[0].View, Is.EqualTo(cluster[primary].View));
    }

    [Test]
    public void Nothing_is_proposed_above_a_replacement_before_it_is_executed()
    {
        CoreCluster cluster = Begin(3);
        cluster.Kill(2);
        cluster.Run(2);
        ComeIn(cluster, 2, 3);
        cluster.Cut(0, 1);

        cluster.Step(0, Ask(ReplaceCommand(0, 2)));
        Slot replacement = cluster[0].Accepted;
        for (int request = 0; request < 5; request++)
            cluster.Step(0, Ask(new SendMessageCommand("lobby", "ann", "waits").Encode()));

        Assert.That(cluster[0].Accepted, Is.EqualTo(replacement));
        Assert.That(cluster.Sent.Where(frame => frame.Message is Proposal proposal && proposal.Slot > replacement), Is.Empty);
    }

    [Test]
    public void Phase_1_is_repeated_in_a_view_of_the_new_list()
    {
        CoreCluster cluster = Begin(3);
        cluster.Kill(2);
        cluster.Run(2);
        ComeIn(cluster, 2, 3);
        cluster.Sent.Clear();

        ClientReply reply = Replace(cluster, 0, 2);
        cluster.Run(20);

        Slot slot = ReplaceMemberResult.Decode(reply.Payload.Span).Slot;
        Assert.That(cluster.Sent.Where(frame => frame.Message is LeaderClaim { View.List: 1 }), Is.Not.Empty);
        Assert.That(cluster.Sent.Where(frame => frame.Message is Proposal proposal && proposal.Slot > slot && proposal.View.List == 0), Is.Empty);
        Assert.That(cluster[0].View, Is.EqualTo(View.FirstOf(1).NextOwnedBy(new ReplicaId(0), 3)));
    }

    [Test]
    public void A_newcomer_says_nothing_that_counts_before_it_has_the_list()
    {
        CoreCluster cluster = Begin(3);
        Send(cluster, 0, "before");
        cluster.Kill(2);
        cluster.Run(2);
        cluster.Sent.Clear();
        ComeIn(cluster, 2, 3);
        cluster.Run(100);

        Assert.That(cluster.Sent.Where(frame => frame.From.Index == 2).Select(frame => frame.Message), Is.All.InstanceOf<CatchUpRequest>());
        Assert.That(cluster[2].Executed, Is.EqualTo(cluster[0].Executed), "but it learns");
    }

    [Test]
    public void A_replica_of_an_older_list_is_caught_up_and_not_refused()
    {
        CoreCluster cluster = Begin(5);
        cluster.Cut(0, 3);
        cluster.Cut(1, 3);
        cluster.Cut(2, 3);
        cluster.Cut(4, 3);
        cluster.Kill(4);
        cluster.Run(2);
        ComeIn(cluster, 4, 5);
        Replace(cluster, 0, 4);
        cluster.Run(60);
        Assert.That(cluster[3].Members.Number, Is.Zero);
        cluster.Sent.Clear();

        cluster.HealAll();
        cluster.Run(60);

        Assert.That(cluster[3].Members.Number, Is.EqualTo(1));
        Assert.That(cluster[3].View, Is.EqualTo(cluster[0].View));
        Assert.That(cluster[0].IsServing, Is.True);
        Assert.That(cluster.Sent.Where(frame => frame.To.Index == 3 && frame.Message is Refusal), Is.Empty);
    }

    [Test]
    public void A_replacement_that_changes_nothing_costs_nothing()
    {
        CoreCluster cluster = Begin(3);

        ClientReply other = Ask(cluster, 0, ReplaceCommand(4, 2));
        cluster.Run(20);

        Assert.That(other.Status, Is.EqualTo(ReplyStatus.Rejected));
        Assert.That(cluster[0].IsServing, Is.True);
        Assert.That(cluster[0].Members.Number, Is.Zero);
        Assert.That(cluster[0].View, Is.EqualTo(View.First));
        Assert.That(Send(cluster, 0, "after").Status, Is.EqualTo(ReplyStatus.Ok));
    }

    /// <summary>The record of the replacement was lost, but not what was decided above it: when the replacement is decided, what is known above it is decided with it.</summary>
    [Test]
    public void A_replacement_without_effect_below_a_slot_that_is_known_leaves_its_primary_free_to_propose()
    {
        View spent = new(3);
        Entry replacement = EntryOf(ReplaceCommand(4, 2), spent);
        Entry above = Entry.NewNoOp(new EntryStamp(spent, Now.Wall, Now.Wall));
        ReplicaCore core = Claiming(new RecoveredState
        {
            Promised = spent,
            Owned = spent,
            Known = [new DecidedEntry(new Slot(1), above), new DecidedEntry(new Slot(3), above)],
            Faulty = [new Slot(2)],
        });
        LeaderPromise promise = new(
            new View(6),
            new Slot(1),
            Slot.Zero,
            StateHash: 0,
            new Slot(2),
            new Slot(3),
            IsFinal: true,
            Slot.Zero,
            [],
            [new AcceptedEntry(new Slot(2), spent, replacement), new AcceptedEntry(new Slot(3), spent, above)],
            []);

        RecordNumber votes = core.Step([Input.FromPeer(_first, promise), Input.FromPeer(_second, promise)], Now).RecordsThrough;
        Assert.That((core.Role, core.View, core.Accepted), Is.EqualTo((ReplicaRole.Primary, new View(6), new Slot(2))));
        Effects effects = core.Step([Input.Synced(votes), Input.FromPeer(_first, new Accepted(new View(6), new Slot(2), IsAboveHole: false))], Now);

        Assert.That(effects.Halt, Is.Null);
        Assert.That((core.Executed, core.Members.Number), Is.EqualTo((new Slot(3), 0L)), "it changes nothing");
        Assert.That((core.Role, core.View, core.Accepted), Is.EqualTo((ReplicaRole.Primary, new View(6), new Slot(4))), "its own no-op stands above what was known");
    }

    /// <summary>A LeaveView says nothing of what is decided. A replica that asked only once its primary is silent might wait for ever, because it drops its role with each LeaveView.</summary>
    [Test]
    public void Who_names_a_newer_list_is_asked_for_what_leads_to_it()
    {
        EngineReplica replica = new(new GroupOptions { ReplicaCount = 3, Self = _first }, new ShardMachine());
        replica.Step([Input.PeerConnected(new ReplicaId(0)), Input.PeerConnected(_second)]);

        replica.Step([Input.FromPeer(_second, new LeaveView(View.FirstOf(1)))]);
        Heartbeat beat = new(View.First, Slot.Zero, Nonce: 0, HearsQuorum: true, OwnNoOp: Slot.Zero, AgreedSlot: Slot.Zero, AgreedHash: 0);
        for (int tick = 0; tick < 10; tick++)
        {
            replica.Step([Input.FromPeer(new ReplicaId(0), beat)]);
            replica.Tick();
        }

        Assert.That(replica.TakeSentTo(_second), Has.Some.EqualTo(new CatchUpRequest(new Slot(1), new Slot(1))));
    }

    private static CoreCluster Begin(int replicaCount)
    {
        CoreCluster cluster = new(replicaCount);
        cluster.Run(20);
        return cluster;
    }

    private void ReplaceDead(CoreCluster cluster, int place)
    {
        cluster.Kill(place);
        cluster.Run(2);
        ComeIn(cluster, place, 3);
        cluster.Run(2);
        Assert.That(Replace(cluster, 0, place).Status, Is.EqualTo(ReplyStatus.Ok));
        cluster.Run(60);
    }

    private static void ComeIn(CoreCluster cluster, int place, int replicaCount) => cluster.ComeInFor(
        place, new GroupOptions { ReplicaCount = replicaCount, Self = new ReplicaId(place), Identity = Newcomer, IsNewcomer = true }, new ShardMachine());

    /// <summary>Replica 0 of three, which was started again in its own view 3 and claims view 6; its claim is durable.</summary>
    private static ReplicaCore Claiming(RecoveredState recovered)
    {
        ReplicaCore core = new(new GroupOptions { ReplicaCount = 3, Self = new ReplicaId(0) }, recovered, new ShardMachine());
        core.Step([Input.PeerConnected(_first), Input.PeerConnected(_second), Input.FromPeer(_first, new LeaveView(recovered.Promised))], Now);
        RecordNumber claim = default;
        for (int tick = 0; tick < 10 && core.Role != ReplicaRole.Candidate; tick++)
            claim = core.Tick(Now).RecordsThrough;
        core.Step([Input.Synced(claim)], Now);
        Assert.That((core.Role, core.View), Is.EqualTo((ReplicaRole.Candidate, new View(6))));
        return core;
    }

    private static Entry EntryOf(byte[] command, View firstView)
    {
        EntryBuilder builder = new(Limits.Entry, Limits.CommandsPerEntry);
        builder.TryAdd(new ClientRequest(_session, new SequenceNumber(1), SequenceNumber.None, SequenceNumber.None, command) { Expiry = Expiry });
        return builder.Build(new EntryStamp(firstView, Now.Wall, Now.Wall));
    }

    private static byte[] ReplaceCommand(long list, int place) => new ReplaceMemberCommand(list, new ReplicaId(place), Newcomer, "127.0.0.1:7002").Encode();

    private ClientReply Replace(CoreCluster cluster, int to, int place) => Ask(cluster, to, ReplaceCommand(0, place));

    private ClientReply Send(CoreCluster cluster, int to, string text) => Ask(cluster, to, new SendMessageCommand("lobby", "ann", text).Encode());

    private Input Ask(byte[] command) => Input.FromClient(
        _client, new ClientRequest(_session, new SequenceNumber(++_sequence), SequenceNumber.None, SequenceNumber.None, command) { Expiry = Expiry });

    private ClientReply Ask(CoreCluster cluster, int to, byte[] command)
    {
        cluster.Replies.Clear();
        cluster.Step(to, Ask(command));
        cluster.Run(2);
        return cluster.Replies.Single(reply => reply.Message.Sequence.Number == _sequence).Message;
    }
}
