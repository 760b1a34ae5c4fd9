using NUnit.Framework;
using PaxosShard.Client;
using PaxosShard.Tests.EndToEnd.Harness;

namespace PaxosShard.Tests.EndToEnd.Mistakes;

/// <summary>A disk is full: that replica stops and says so, the group goes on, and with more room it is back.</summary>
[TestFixture]
public sealed class FullDiskTests
{
    private const int ExitCode = 70;

    [Test]
    [CancelAfter(120_000)]
    public async Task A_replica_whose_disk_is_full_stops_and_comes_back_when_there_is_room(CancellationToken cancellation)
    {
        using TestFolder folder = new();
        using SmallDisk disk = new(folder.File("disk"), kilobytes: 24 * 1024);
        TestGroupOptions options = new() { DataDirectory = replica => replica == 2 ? Path.Combine(disk.FullPath, "data") : null };
        await using TestGroup group = await TestGroup.StartAsync(3, cancellation, options);
        await using ChatLogClient client = await group.ConnectAsync(cancellation);
        string text = new('x', 60_000);

        while (group.Replicas[2].IsUp)
            await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => client.SendAsync("lobby", "ann", text, cancellation)));

        ErrorAssert.Failed(await group.Replicas[2].ExitAsync(cancellation), ExitCode, "PX1111", "df -h");
        await client.SendAsync("lobby", "ann", "without it", cancellation);
        disk.Grow(kilobytes: 400 * 1024);
        group.Restart(2);
        await client.SendAsync("lobby", "ann", "with it", cancellation);
        ExportedLog log = await group.StopAndExportAsync(cancellation);
        Assert.That(log.Messages.Select(message => message.Text).TakeLast(2), Is.EqualTo(new[] { "without it", "with it" }));
    }

    [Test]
    [CancelAfter(60_000)]
    public async Task A_replica_that_finds_no_room_at_its_first_start_says_so(CancellationToken cancellation)
    {
        using TestFolder folder = new();
        using SmallDisk disk = new(folder.File("disk"), kilobytes: 8);

        CommandResult result = await Command.ReplicaAsync(
            cancellation, "run", "--data", Path.Combine(disk.FullPath, "data"), "--self", "0", "--members", "127.0.0.1:1", "--listen", "127.0.0.1:0", "--create");

        ErrorAssert.Failed(result, ExitCode, "PX1111", disk.FullPath);
    }
}
