using NUnit.Framework;
using PaxosShard.Tests.EndToEnd.Harness;

namespace PaxosShard.Tests.EndToEnd.ReplicatedLog;

/// <summary>The primary leaves a hole in the log of the others on purpose (rule 4).</summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
public sealed class SkippedSlotTests
{
    private const int Slot = 6;

    // Not among the first: until the load is under way, one slot often takes all that waits, and the next one is proposed only when it is over.
    private const int LastSlot = 40;

    [Test]
    [CancelAfter(180_000)]
    public async Task A_slot_that_the_primary_skips_is_filled_and_the_load_goes_on(CancellationToken cancellation)
    {
        TestGroupOptions options = new() { Arguments = _ => ["--skip-slot", $"{Slot}"] };
        await using TestGroup group = await TestGroup.StartAsync(3, cancellation, options);
        await using Load load = await Load.StartAsync(group, 2, cancellation);

        await load.GoesOnAsync(2000, cancellation);
        await load.StopAsync();

        await CheckAsync(group, load, Slot, cancellation);
        Assert.That(group.Replicas.Any(replica => HasSkipped(replica, Slot)), "the slot was proposed to everybody at once");
    }

    /// <summary>The primary may die before somebody asks for what would stand in the slot; then there is no hole, and another group tries.</summary>
    [Test]
    [CancelAfter(300_000)]
    public async Task A_slot_that_the_primary_skips_before_it_dies_is_filled_by_the_next_one(CancellationToken cancellation)
    {
        bool hadHole = false;
        for (int tries = 0; tries < 20 && !hadHole; tries++)
            hadHole = await SkipAndDieAsync(cancellation);

        Assert.That(hadHole, "no primary has skipped the slot before it died");
    }

    /// <summary>Whether the primary had skipped the slot when it died.</summary>
    private static async Task<bool> SkipAndDieAsync(CancellationToken cancellation)
    {
        bool isFaulty = true;
        TestGroupOptions options = new()
        {
            // The others see slots above a hole, and the one who could fill it is gone.
            Arguments = replica => isFaulty && replica == 0 ? ["--skip-slot", $"{LastSlot}", "--kill-after", $"{LastSlot - 1}"] : [],
        };
        await using TestGroup group = await TestGroup.StartAsync(3, cancellation, options);
        await using Load load = await Load.StartAsync(group, 4, cancellation);

        await group.Replicas[0].ExitAsync(cancellation);
        bool hadHole = HasSkipped(group.Replicas[0], LastSlot);
        await load.GoesOnAsync(2000, cancellation);
        await load.StopAsync();

        isFaulty = false;
        group.Restart(0);
        await CheckAsync(group, load, LastSlot, cancellation);
        return hadHole;
    }

    private static bool HasSkipped(ReplicaProcess replica, int slot) => replica.Log.Contains($"The first proposal of slot {slot} to ", StringComparison.Ordinal);

    private static async Task CheckAsync(TestGroup group, Load load, int slot, CancellationToken cancellation)
    {
        ExportedLog log = await group.StopAndExportAsync(cancellation);
        LogAudit.Check(log, load.Writers);
        Assert.That(log.Messages[^1].Slot, Is.GreaterThan(slot));
        Assert.That(load.Sent, Has.All.Property(nameof(SentMessage.Fate)).EqualTo(MessageFate.Committed));
    }
}
