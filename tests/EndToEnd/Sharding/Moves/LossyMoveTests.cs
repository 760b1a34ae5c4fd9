using NUnit.Framework;
using PaxosShard.Client;
using PaxosShard.Hashing.Configurations;
using PaxosShard.Tests.EndToEnd.Harness;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Placement;

namespace PaxosShard.Tests.EndToEnd.Sharding.Moves;

/// <summary>Every replica loses frames while arcs move.</summary>
[TestFixture]
public sealed class LossyMoveTests
{
    private const int Callers = 4;

    // An even number, so that every arc comes back.
    private const int Swaps = 100;

    [Test]
    [CancelAfter(600_000)]
    public async Task Keys_stay_linearizable_while_their_arcs_move_and_frames_are_lost(CancellationToken cancellation)
    {
        await using TestCluster cluster = await TestCluster.StartAsync(masters: 1, shards: 2, replicas: 3, cancellation, static _ => ["--drop", "0.02"]);
        await cluster.AddShardsAsync(cancellation);
        KeyHistory history = new([.. Enumerable.Range(0, 8).Select(MoveLoad.Key)]);
        List<ChatLogClient> clients = [];
        using CancellationTokenSource enough = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        try
        {
            for (int caller = 0; caller < Callers; caller++)
                clients.Add(await cluster.Masters.ConnectAsync(cancellation));
            Task calling = Task.WhenAll(clients.Select((client, caller) => history.CallUntilAsync(client, caller, enough.Token)));
            for (int round = 0; round < 4; round++)
            {
                Configuration latest = await cluster.ReadConfigurationAsync(ReadConfigurationQuery.Latest, cancellation);
                GroupId from = new(1 + (round % 2));
                await cluster.MoveAsync(new GroupId(3 - from.Number), cancellation, [.. latest.ArcsOf(from).Where(static (_, index) => index % 2 == 0)]);
            }

            await enough.CancelAsync();
            await calling;
        }
        finally
        {
            await enough.CancelAsync();
            foreach (ChatLogClient client in clients)
                await client.DisposeAsync();
        }

        Assert.That(history.Count, Is.GreaterThan(4 * Callers), "they went on");
        history.Check();
    }

    [Test]
    [CancelAfter(900_000)]
    public async Task Two_shards_swap_arcs_again_and_again_and_frames_are_lost(CancellationToken cancellation)
    {
        await using TestCluster cluster = await TestCluster.StartAsync(masters: 1, shards: 2, replicas: 1, cancellation, static _ => ["--drop", "0.02"]);
        await cluster.AddShardsAsync(cancellation);
        Configuration before = await cluster.AdoptedAsync(1, cancellation);
        await using MoveLoad load = await MoveLoad.StartAsync(cluster, clients: 2, cancellation, pause: TimeSpan.FromMilliseconds(10));
        int[] first = [.. before.ArcsOf(new GroupId(1)).Select(static arc => arc.Number)];
        int[] second = [.. before.ArcsOf(new GroupId(2)).Select(static arc => arc.Number)];

        for (int swap = 0; swap < Swaps; swap++)
        {
            GroupId one = new(2 - (swap % 2));
            JobResult there = await cluster.Placement.MoveArcsAsync(first[..(first.Length / 2)], one, cancellation);
            JobResult back = await cluster.Placement.MoveArcsAsync(second[..(second.Length / 2)], new GroupId(3 - one.Number), cancellation);
            await cluster.DoneAsync(back, cancellation);
            await cluster.DoneAsync(there, cancellation);
        }

        await load.StopAndCheckAsync(cancellation);
        Configuration after = await cluster.ReadConfigurationAsync(ReadConfigurationQuery.Latest, cancellation);
        Assert.That(after.Number, Is.EqualTo(before.Number + (2 * Swaps)));
        Assert.That(after.ArcsOf(new GroupId(1)), Is.EqualTo(before.ArcsOf(new GroupId(1))), "an even number of swaps brings every arc back");
    }
}
