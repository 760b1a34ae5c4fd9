using NUnit.Framework;
using PaxosShard.Client;
using PaxosShard.Tests.EndToEnd.Harness;

namespace PaxosShard.Tests.EndToEnd.Mistakes;

/// <summary>A disk is full: that replica accepts nothing and says so, the group goes on, and with more room it is back by itself.</summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
public sealed class FullDiskTests
{
    private const int ExitCode = 70;

    [Test]
    [CancelAfter(300_000)]
    public async Task A_replica_whose_disk_is_full_says_so_and_goes_on_when_there_is_room(CancellationToken cancellation)
    {
        using TestFolder folder = new();
        using SmallDisk disk = new(folder.File("disk"), kilobytes: 24 * 1024);
        await using TestGroup group = await StartAsync(disk, cancellation);
        await using ChatLogClient client = await group.ConnectAsync(cancellation);
        ReplicaProcess full = group.Replicas[2];

        await FillAsync(client, full, cancellation);
        Assert.That((await full.StatusAsync(cancellation))!.IsDiskFull);
        await client.SendAsync("lobby", "ann", "without it", cancellation);
        disk.Grow(kilobytes: 400 * 1024);
        await Eventually.HoldsAsync(
            "it goes on",
            async () => await full.StatusAsync(cancellation) is { IsDiskFull: false } ? null : full.Log,
            cancellation);
        await group.Replicas[1].KillAsync();
        await client.SendAsync("lobby", "ann", "only with it", cancellation);
        group.Restart(1);

        ExportedLog log = await group.StopAndExportAsync(cancellation);
        Assert.That(log.Messages.Select(message => message.Text).TakeLast(2), Is.EqualTo(new[] { "without it", "only with it" }));
    }

    [Test]
    [CancelAfter(300_000)]
    public async Task A_replica_that_is_ended_with_a_full_disk_says_so(CancellationToken cancellation)
    {
        using TestFolder folder = new();
        using SmallDisk disk = new(folder.File("disk"), kilobytes: 24 * 1024);
        await using TestGroup group = await StartAsync(disk, cancellation);
        await using ChatLogClient client = await group.ConnectAsync(cancellation);
        ReplicaProcess full = group.Replicas[2];

        await FillAsync(client, full, cancellation);

        ErrorAssert.Failed(await full.StopAsync(cancellation), ExitCode, "PX1111", "df -h");
        await client.SendAsync("lobby", "ann", "without it", cancellation);
    }

    [Test]
    [CancelAfter(180_000)]
    public async Task A_replica_that_finds_no_room_at_its_first_start_says_so(CancellationToken cancellation)
    {
        using TestFolder folder = new();
        using SmallDisk disk = new(folder.File("disk"), kilobytes: 8);

        CommandResult result = await Command.ReplicaAsync(
            cancellation, "run", "--data", Path.Combine(disk.FullPath, "data"), "--self", "0", "--members", "127.0.0.1:1", "--listen", "127.0.0.1:0", "--create");

        ErrorAssert.Failed(result, ExitCode, "PX1111", disk.FullPath);
    }

    // Without snapshots, as all groups here, because they would give the space of the log back before anybody has looked.
    private static Task<TestGroup> StartAsync(SmallDisk disk, CancellationToken cancellation) => TestGroup.StartAsync(
        3, cancellation, new TestGroupOptions { DataDirectory = replica => replica == 2 ? Path.Combine(disk.FullPath, "data") : null });

    private static async Task FillAsync(ChatLogClient client, ReplicaProcess replica, CancellationToken cancellation)
    {
        string text = new('x', 60_000);
        while (!replica.Log.Contains("PX1111", StringComparison.Ordinal))
            await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => client.SendAsync("lobby", "ann", text, cancellation)));
    }
}
