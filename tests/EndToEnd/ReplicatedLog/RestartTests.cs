using NUnit.Framework;
using PaxosShard.Tests.EndToEnd.Harness;

namespace PaxosShard.Tests.EndToEnd.ReplicatedLog;

/// <summary>Replicas are killed and come back with what their disks remember: all at once, by turns, and a majority of them.</summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
public sealed class RestartTests
{
    [Test]
    [CancelAfter(300_000)]
    public async Task Everything_acknowledged_is_there_after_all_were_killed_and_came_back_in_any_order(CancellationToken cancellation)
    {
        await using TestGroup group = await TestGroup.StartAsync(3, cancellation);
        await using Load load = await Load.StartAsync(group, 2, cancellation);
        for (int round = 0; round < 3; round++)
        {
            await load.GoesOnAsync(300, cancellation);
            await Task.WhenAll(group.Replicas.Select(replica => replica.KillAsync()));
            ReplicaProcess[] order = [.. group.Replicas];
            Random.Shared.Shuffle(order);
            foreach (ReplicaProcess replica in order)
                group.Restart(replica.Index);
        }

        await load.GoesOnAsync(300, cancellation);

        await LogAudit.EndAndCheckAllCommittedAsync(group, load, cancellation);
    }

    [Test]
    [CancelAfter(300_000)]
    public async Task Minorities_that_die_by_turns_lose_no_decided_message(CancellationToken cancellation)
    {
        await using TestGroup group = await TestGroup.StartAsync(5, cancellation);
        await using Load load = await Load.StartAsync(group, 2, cancellation);
        for (int first = 0; first < 5; first++)
        {
            int second = (first + 1) % 5;
            await Task.WhenAll(group.Replicas[first].KillAsync(), group.Replicas[second].KillAsync());
            await load.GoesOnAsync(100, cancellation);
            group.Restart(first);
            group.Restart(second);
        }

        await load.GoesOnAsync(100, cancellation);

        await LogAudit.EndAndCheckAllCommittedAsync(group, load, cancellation);
    }

    [Test]
    [CancelAfter(300_000)]
    public async Task The_primary_and_a_follower_die_and_one_of_them_is_enough_to_go_on(CancellationToken cancellation)
    {
        await using TestGroup group = await TestGroup.StartAsync(3, cancellation);
        await using Load load = await Load.StartAsync(group, 2, cancellation);
        for (int round = 0; round < 3; round++)
        {
            ReplicaProcess primary = await group.PrimaryAsync(cancellation);
            ReplicaProcess follower = group.Replicas[(primary.Index + 1) % 3];
            await load.GoesOnAsync(100, cancellation);
            await Task.WhenAll(primary.KillAsync(), follower.KillAsync());
            group.Restart(follower.Index);
            await load.GoesOnAsync(100, cancellation);
            group.Restart(primary.Index);
        }

        await load.GoesOnAsync(100, cancellation);

        await LogAudit.EndAndCheckAllCommittedAsync(group, load, cancellation);
    }
}
