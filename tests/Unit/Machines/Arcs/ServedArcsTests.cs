using System.Text;
using NUnit.Framework;
using PaxosShard.Hashing;
using PaxosShard.Hashing.Configurations;
using PaxosShard.Replica.Core.Execution;
using PaxosShard.Replica.Machines;
using PaxosShard.Tests.Unit.Hashing;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;
using static PaxosShard.Tests.Unit.Machines.Arcs.ShardedLog;

namespace PaxosShard.Tests.Unit.Machines.Arcs;

/// <summary>A shard serves what the configuration gives it that its own log has adopted, and refuses everything else without a trace.</summary>
[TestFixture]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class ServedArcsTests
{
    private static readonly SessionId _session = new(7);

    private readonly ShardedLog _log = new();

    [Test]
    public void A_shard_without_a_configuration_serves_nothing()
    {
        AssertNotServed(_log.Execute(Put(_session, 1, Own)), configuration: 0);
        Assert.That(Arcs(), Is.EqualTo((0L, 0UL, 0)));
    }

    [Test]
    public void A_shard_serves_the_arcs_of_its_configuration_from_the_slot_on_that_adopts_it()
    {
        ClientReply adopted = _log.Adopt(First);

        Assert.That(AdoptConfigurationResult.Decode(adopted.Payload.Span).Number, Is.EqualTo(1));
        Assert.That(_log.Execute(Put(_session, 1, Own)).Status, Is.EqualTo(ReplyStatus.Ok));
        AssertNotServed(_log.Execute(Put(_session, 2, Foreign)), configuration: 1);
        Assert.That(Arcs(), Is.EqualTo((1L, First.Hash, First.ArcsOf(new GroupId(1)).Count)));
    }

    [Test]
    public void A_refusal_leaves_no_trace_so_that_the_same_number_runs_later()
    {
        _log.Execute(Put(_session, 1, Own));
        Assert.That(_log.State.Sessions.Count, Is.Zero);

        _log.Adopt(First);

        Assert.That(_log.Execute(Put(_session, 1, Own)).Status, Is.EqualTo(ReplyStatus.Ok));
    }

    [Test]
    public void What_is_not_served_is_refused_before_anything_else_is_looked_at()
    {
        _log.Adopt(First);

        AssertNotServed(_log.Execute(Put(_session, 1, Foreign) with { Expiry = 1 }), configuration: 1);
        AssertNotServed(_log.State.AnswerFromStore(Put(_session, 1, Foreign) with { Expiry = 1 })!.Value, configuration: 1);
        Assert.That(_log.State.AnswerFromStore(Put(_session, 1, Own)), Is.Null);
    }

    [Test]
    public void Reads_and_follows_of_what_is_not_served_are_refused_too()
    {
        _log.Adopt(First);
        byte[][] foreign = [KeyCommand.Get(Encoding.UTF8.GetBytes(Foreign)).Encode(), new ReadHistoryQuery(Foreign, 1, 10).Encode()];

        foreach (byte[] query in foreign)
            AssertNotServed(_log.State.Read(ExecutedLog.Query(query)), configuration: 1);
        AssertNotServed(_log.State.TryAnswer(ExecutedLog.Query(new FollowRoomQuery(Foreign, 1, 100).Encode()), out _)!.Value, configuration: 1);
        Assert.That(_log.State.TryAnswer(ExecutedLog.Query(new FollowRoomQuery(Own, 1, 100).Encode()), out _), Is.Null);
        Assert.That(KeyResult.Decode(_log.State.Read(ExecutedLog.Query(KeyCommand.Get(Encoding.UTF8.GetBytes(Own)).Encode())).Payload.Span).Outcome, Is.EqualTo(KeyOutcome.Missing));
    }

    [Test]
    public void Messages_go_to_rooms_that_are_served_alone()
    {
        _log.Adopt(First);

        Assert.That(_log.Execute(ExecutedLog.Send(_session, 1, room: Own, previous: 0)).Status, Is.EqualTo(ReplyStatus.Ok));
        AssertNotServed(_log.Execute(ExecutedLog.Send(_session, 2, room: Foreign, previous: 0)), configuration: 1);
    }

    [Test]
    public void Pages_of_rooms_and_keys_have_no_arc_and_are_answered()
    {
        Assert.That(_log.State.Read(ExecutedLog.Query(new ListRoomsQuery("", 10).Encode())).Status, Is.EqualTo(ReplyStatus.Ok));
        Assert.That(_log.State.Read(ExecutedLog.Query(new ListKeysQuery(default, default, 10).Encode())).Status, Is.EqualTo(ReplyStatus.Ok));
    }

    [Test]
    public void The_same_configuration_and_one_below_change_nothing()
    {
        Configuration second = First.Next(2, First.Shards, []);
        _log.Adopt(First);
        _log.Adopt(second);
        (long, ulong, int) arcs = Arcs();

        foreach (Configuration again in new[] { second, First })
            Assert.That(AdoptConfigurationResult.Decode(_log.Adopt(again).Payload.Span).Number, Is.EqualTo(2));

        Assert.That(Arcs(), Is.EqualTo(arcs));
    }

    private static IEnumerable<TestCaseData> Refused()
    {
        Configuration other = SampleShards.FirstOf(1, 3);
        Configuration unchanged = First.Next(2, First.Shards, []);
        yield return new TestCaseData(other, "another one here").SetArgDisplayNames("another one of the same number");
        yield return new TestCaseData(unchanged.Next(3, unchanged.Shards, []), "none is skipped").SetArgDisplayNames("one is skipped");
    }

    [TestCaseSource(nameof(Refused))]
    public void A_configuration_that_cannot_be_the_next_one_is_rejected_and_changes_nothing(Configuration next, string reason)
    {
        _log.Adopt(First);
        (long, ulong, int) arcs = Arcs();

        ClientReply reply = _log.Adopt(next);

        Assert.That(reply.Status, Is.EqualTo(ReplyStatus.Rejected));
        Assert.That(Encoding.UTF8.GetString(reply.Payload.Span), Does.Contain(reason));
        Assert.That(Arcs(), Is.EqualTo(arcs));
    }

    [Test]
    public void A_group_that_joined_later_gets_its_arcs_from_others_and_not_by_itself()
    {
        ClientReply reply = _log.Adopt(SampleShards.Joined(SampleShards.FirstOf(2), SampleShards.Of(1)));

        Assert.That(reply.Status, Is.EqualTo(ReplyStatus.Rejected));
        Assert.That(Arcs().Served, Is.Zero);
    }

    [Test]
    public void Bytes_that_are_no_configuration_are_malformed()
    {
        byte[] whole = new AdoptConfigurationCommand(First.Encode()).Encode();

        for (int length = 1; length < whole.Length; length++)
            Assert.That(_log.Execute(ExecutedLog.Request(_session, length, whole[..length], previous: 0)).Status, Is.EqualTo(ReplyStatus.Malformed).Or.EqualTo(ReplyStatus.Busy));
        Assert.That(Arcs().Served, Is.Zero);
    }

    [Test]
    public void A_group_without_masters_serves_all_arcs_and_does_not_know_the_command()
    {
        ExecutedLog log = new();

        Assert.That(log.Execute(ExecutedLog.Request(_session, 1, new AdoptConfigurationCommand(First.Encode()).Encode())).Status, Is.EqualTo(ReplyStatus.Malformed));
        Assert.That(log.Execute(Put(_session, 2, Foreign)).Status, Is.EqualTo(ReplyStatus.Ok));
        ArcsResult arcs = ArcsResult.Decode(log.State.Read(ExecutedLog.Query(new ReadArcsQuery().Encode())).Payload.Span);
        Assert.That((arcs.Configuration, arcs.Served.Count), Is.EqualTo((0L, Arc.Count)));
    }

    [Test]
    public void Replicas_of_another_shard_have_other_rules()
    {
        Assert.That(new ShardMachine(group: new GroupId(1)).Rules, Is.Not.EqualTo(new ShardMachine(group: new GroupId(2)).Rules));
        Assert.That(new ShardMachine().Rules, Has.None.StartsWith("shard"));
    }

    private (long Configuration, ulong Hash, int Served) Arcs()
    {
        ArcsResult arcs = ArcsResult.Decode(_log.State.Read(ExecutedLog.Query(new ReadArcsQuery().Encode())).Payload.Span);
        return (arcs.Configuration, arcs.Hash, arcs.Served.Count);
    }
}
