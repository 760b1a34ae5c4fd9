using NUnit.Framework;
using PaxosShard.Client;
using PaxosShard.Hashing;
using PaxosShard.Hashing.Configurations;
using PaxosShard.Tests.EndToEnd.Harness;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;
using PaxosShard.Wire.Moves;

namespace PaxosShard.Tests.EndToEnd.Sharding.Moves;

/// <summary>What comes late or twice while its arc moves, as raw frames: it has the effect that it had, once, wherever the arc is.</summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
public sealed class LateRequestTests
{
    private static readonly GroupId _first = new(1);
    private static readonly GroupId _second = new(2);

    [Test]
    [CancelAfter(240_000)]
    public async Task A_request_whose_reply_was_lost_gets_its_first_result_where_its_arc_has_gone(CancellationToken cancellation)
    {
        await using TestCluster cluster = await StartAsync(shards: 2, cancellation);
        byte[] key = TestCluster.KeyOf(await cluster.AdoptedAsync(1, cancellation), shard: 0);
        ClientRequest request;
        await using (RawClient raw = await RawClient.OpenAsync(cluster.Shards[0].Members[0], cancellation))
        {
            request = await RequestAsync(raw, sequence: 1, KeyCommand.CompareAndSet(key, null, "one"u8.ToArray()), cancellation);
            await raw.SendAsync(request, cancellation);
            await raw.ReceiveReplyAsync(cancellation); // It has run, and the client is taken not to know.
        }

        await cluster.MoveAsync(_second, cancellation, Arc.Of(key));
        await using RawClient other = await RawClient.OpenAsync(cluster.Shards[1].Members[0], cancellation);
        await other.SendAsync(request, cancellation);
        ClientReply again = await other.ReceiveReplyAsync(cancellation);

        Assert.That((again.Status, KeyResult.Decode(again.Payload.Span).Outcome), Is.EqualTo((ReplyStatus.Ok, KeyOutcome.Done)), "run once more, it would not find what it expects");
        await AssertValueAsync(cluster, key, "one", cancellation);
    }

    [Test]
    [CancelAfter(240_000)]
    public async Task A_request_that_was_overtaken_by_a_later_one_of_another_arc_still_runs_once_when_both_arcs_have_met(CancellationToken cancellation)
    {
        await using TestCluster cluster = await StartAsync(shards: 3, cancellation);
        Configuration configuration = await cluster.AdoptedAsync(1, cancellation);
        byte[] delayed = TestCluster.KeyOf(configuration, shard: 0);
        byte[] done = TestCluster.KeyOf(configuration, shard: 1);
        ClientRequest fifth;
        await using (RawClient raw = await RawClient.OpenAsync(cluster.Shards[1].Members[0], cancellation))
        {
            fifth = await RequestAsync(raw, sequence: 5, KeyCommand.Append(delayed, "five"u8.ToArray()), cancellation);
            ClientRequest sixth = fifth with { Sequence = new SequenceNumber(6), Command = KeyCommand.Append(done, "six"u8.ToArray()).Encode() };
            await raw.SendAsync(sixth, cancellation);
            Assert.That((await raw.ReceiveReplyAsync(cancellation)).Status, Is.EqualTo(ReplyStatus.Ok));
        }

        await cluster.MoveAsync(new GroupId(3), cancellation, Arc.Of(delayed), Arc.Of(done));
        await using RawClient met = await RawClient.OpenAsync(cluster.Shards[2].Members[0], cancellation);
        for (int copy = 0; copy < 2; copy++)
        {
            await met.SendAsync(fifth, cancellation);
            Assert.That((await met.ReceiveReplyAsync(cancellation)).Status, Is.EqualTo(ReplyStatus.Ok));
        }

        await AssertValueAsync(cluster, delayed, "five", cancellation);
        await AssertValueAsync(cluster, done, "six", cancellation);
    }

    [Test]
    [CancelAfter(240_000)]
    public async Task A_key_that_was_deleted_stays_deleted_where_its_arc_has_gone_and_when_it_is_back(CancellationToken cancellation)
    {
        await using TestCluster cluster = await StartAsync(shards: 2, cancellation);
        byte[] key = TestCluster.KeyOf(await cluster.AdoptedAsync(1, cancellation), shard: 0);
        await using ChatLogClient client = await cluster.Masters.ConnectAsync(cancellation);
        await client.Keys.PutAsync(key, "gone"u8.ToArray(), cancellation);
        await cluster.MoveAsync(_second, cancellation, Arc.Of(key));
        await client.Keys.DeleteAsync(key, cancellation);

        Assert.That((await client.Keys.GetAsync(key, cancellation)).HasValue, Is.False);
        await cluster.MoveAsync(_first, cancellation, Arc.Of(key));
        Assert.That((await client.Keys.GetAsync(key, cancellation)).HasValue, Is.False, "what was here before has not come back with its arc");
    }

    [Test]
    [CancelAfter(240_000)]
    public async Task The_drop_of_a_move_that_comes_after_the_arc_is_back_drops_nothing(CancellationToken cancellation)
    {
        await using TestCluster cluster = await StartAsync(shards: 2, cancellation);
        byte[] key = TestCluster.KeyOf(await cluster.AdoptedAsync(1, cancellation), shard: 0);
        await using ChatLogClient client = await cluster.Masters.ConnectAsync(cancellation);
        await client.Keys.PutAsync(key, "kept"u8.ToArray(), cancellation);
        await cluster.MoveAsync(_second, cancellation, Arc.Of(key));
        long job = (await cluster.Placement.JobsAsync(0, 10, cancellation)).Last;
        await cluster.MoveAsync(_first, cancellation, Arc.Of(key));

        await using ShardClient shard = ShardClient.Start(cluster.Shards[0].ClientOptions());
        MovesResult before = await shard.ReadMovesAsync(cancellation);
        MovesResult after = await shard.TellMovesAsync(new DropArcsCommand(job, _second).Encode(), cancellation);

        Assert.That(after.Revision, Is.EqualTo(before.Revision), "nothing has changed");
        await AssertValueAsync(cluster, key, "kept", cancellation);
    }

    private static async Task<TestCluster> StartAsync(int shards, CancellationToken cancellation)
    {
        TestCluster cluster = await TestCluster.StartAsync(masters: 1, shards, replicas: 1, cancellation);
        try
        {
            await cluster.AddShardsAsync(cancellation);
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    private static async Task<ClientRequest> RequestAsync(RawClient raw, long sequence, KeyCommand command, CancellationToken cancellation) =>
        new(raw.Session, new SequenceNumber(sequence), SequenceNumber.None, new SequenceNumber(1), command.Encode()) { Expiry = await raw.AskExpiryAsync(cancellation) };

    private static async Task AssertValueAsync(TestCluster cluster, byte[] key, string value, CancellationToken cancellation)
    {
        await using ChatLogClient client = await cluster.Masters.ConnectAsync(cancellation);
        Assert.That(System.Text.Encoding.ASCII.GetString((await client.Keys.GetAsync(key, cancellation))!.Value.Span), Is.EqualTo(value));
    }
}
