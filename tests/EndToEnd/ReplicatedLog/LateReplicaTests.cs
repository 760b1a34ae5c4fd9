using NUnit.Framework;
using PaxosShard.Tests.EndToEnd.Harness;

namespace PaxosShard.Tests.EndToEnd.ReplicatedLog;

/// <summary>A replica that was away catches up while the others serve.</summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
public sealed class LateReplicaTests
{
    [Test]
    [CancelAfter(240_000)]
    public async Task A_replica_that_was_stopped_under_load_catches_up_and_the_load_goes_on(CancellationToken cancellation)
    {
        await using TestGroup group = await TestGroup.StartAsync(3, cancellation);
        int follower = ((await group.PrimaryAsync(cancellation)).Index + 1) % 3;
        await using Load load = await Load.StartAsync(group, 2, cancellation);

        await group.Replicas[follower].StopAsync(cancellation);
        await load.GoesOnAsync(5000, cancellation);
        group.Restart(follower);
        await load.GoesOnAsync(1000, cancellation);

        await LogAudit.EndAndCheckAllCommittedAsync(group, load, cancellation);
    }

    [Test]
    [CancelAfter(240_000)]
    public async Task A_replica_that_starts_late_fetches_all_it_missed(CancellationToken cancellation)
    {
        TestGroupOptions options = new() { HasNetwork = true, Late = [2] };
        await using TestGroup group = await TestGroup.StartAsync(3, cancellation, options);
        await using Load load = await Load.StartAsync(group, 2, cancellation);

        await load.GoesOnAsync(3000, cancellation);
        await group.StartLateAsync(2, cancellation);
        await load.GoesOnAsync(500, cancellation);

        await LogAudit.EndAndCheckAllCommittedAsync(group, load, cancellation);
    }
}
