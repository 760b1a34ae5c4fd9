using NUnit.Framework;
using PaxosShard.Client;
using PaxosShard.Tests.EndToEnd.Harness;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Identifiers;

namespace PaxosShard.Tests.EndToEnd.ReplicatedLog;

/// <summary>Replicas that take snapshots every few kilobytes are killed, lag behind and lose what they have written.</summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
public sealed class SnapshotTests
{
    private const int SnapshotBytes = 100_000;
    private const int SegmentBytes = 128 * 1024;

    private static readonly TestGroupOptions _often = new()
    {
        Arguments = _ => ["--snapshot-bytes", $"{SnapshotBytes}", "--segment-bytes", $"{SegmentBytes}"],
    };

    [Test]
    [CancelAfter(300_000)]
    public async Task Replicas_that_are_killed_at_any_moment_of_a_snapshot_lose_nothing(CancellationToken cancellation)
    {
        await using TestGroup group = await TestGroup.StartAsync(3, cancellation, _often);
        await using Load load = await Load.StartAsync(group, 2, cancellation);
        for (int round = 0; round < 8; round++)
        {
            await load.GoesOnAsync(150, cancellation);
            int killed = Random.Shared.Next(3);
            await group.Replicas[killed].KillAsync();
            await load.GoesOnAsync(50, cancellation);
            group.Restart(killed);
        }

        await load.GoesOnAsync(300, cancellation);

        await EndAndCheckAsync(group, load, cancellation);
        Assert.That(group.Replicas.Select(replica => File.Exists(SnapshotOf(replica))), Is.All.True);
    }

    [Test]
    [CancelAfter(300_000)]
    public async Task A_replica_that_was_away_for_longer_than_the_log_goes_back_takes_a_snapshot_under_load(CancellationToken cancellation)
    {
        await using TestGroup group = await TestGroup.StartAsync(3, cancellation, _often);
        int away = ((await group.PrimaryAsync(cancellation)).Index + 1) % 3;
        await using Load load = await Load.StartAsync(group, 2, cancellation);
        await load.GoesOnAsync(100, cancellation);

        await LeaveBehindAsync(group, away, cancellation);
        group.Restart(away);
        await load.GoesOnAsync(500, cancellation);

        await EndAndCheckAsync(group, load, cancellation);
        Assert.That(File.Exists(SnapshotOf(group.Replicas[away])));
    }

    [Test]
    [CancelAfter(300_000)]
    public async Task A_receiver_that_is_killed_again_and_again_takes_the_snapshot_in_the_end(CancellationToken cancellation)
    {
        await using TestGroup group = await TestGroup.StartAsync(3, cancellation, _often);
        int away = ((await group.PrimaryAsync(cancellation)).Index + 1) % 3;
        await using Load load = await Load.StartAsync(group, 2, cancellation);
        await LeaveBehindAsync(group, away, cancellation);

        for (int round = 0; round < 6; round++)
        {
            group.Restart(away);
            await load.GoesOnAsync(20, cancellation);
            await Task.Delay(Random.Shared.Next(300), cancellation); // Where the kill falls is what differs from round to round.
            await group.Replicas[away].KillAsync();
        }

        group.Restart(away);
        await EndAndCheckAsync(group, load, cancellation);
    }

    [Test]
    [CancelAfter(300_000)]
    public async Task What_a_rotten_snapshot_had_comes_from_the_others(CancellationToken cancellation)
    {
        await using TestGroup group = await TestGroup.StartAsync(3, cancellation, _often);
        int struck = ((await group.PrimaryAsync(cancellation)).Index + 1) % 3;
        await using Load load = await Load.StartAsync(group, 2, cancellation);
        await load.GoesOnAsync(1000, cancellation);
        for (int round = 0; round < 3; round++)
        {
            await LeaveBehindAsync(group, struck, cancellation);
            Spoil(SnapshotOf(group.Replicas[struck]), round);
            group.Restart(struck);
            await load.GoesOnAsync(600, cancellation);
        }

        await EndAndCheckAsync(group, load, cancellation);
    }

    [Test]
    [CancelAfter(300_000)]
    public async Task The_disk_does_not_grow_with_what_is_overwritten(CancellationToken cancellation)
    {
        await using TestGroup group = await TestGroup.StartAsync(3, cancellation, _often);
        await using ChatLogClient client = await group.ConnectAsync(cancellation);
        byte[] value = new byte[1000];
        long most = 0;
        for (int round = 0; round < 60; round++)
        {
            Task[] puts = new Task[100];
            for (int key = 0; key < puts.Length; key++)
                puts[key] = client.Keys.PutAsync(new byte[] { (byte)key }, value, cancellation);
            await Task.WhenAll(puts);
            most = Math.Max(most, group.Replicas.Max(replica => SizeOf(replica.DataDirectory)));
            // A snapshot takes its time, in which much is written here: each megabyte waits until what the one before took is given back.
            if (round % 10 == 9)
                await Eventually.HoldsAsync("space is given back", () => group.Replicas.All(replica => SizeOf(replica.DataDirectory) < 1_500_000) ? null : "it is not", cancellation);
        }

        // 6 MB were written. A log that is given back has what is executed between two snapshots, here a megabyte at most, some segments, and two snapshots of 100 keys.
        Assert.That(most, Is.LessThan(4_000_000));
        await group.SettleAsync(cancellation);
    }

    /// <summary>Kills a replica under load, and waits until the others have in their logs nothing of what it lacks: only their snapshots can bring it.</summary>
    private static async Task LeaveBehindAsync(TestGroup group, int away, CancellationToken cancellation)
    {
        await Eventually.HoldsAsync("it has a snapshot itself", () => File.Exists(SnapshotOf(group.Replicas[away])) ? null : "it has none", cancellation);
        await group.Replicas[away].KillAsync();
        ReplicaProcess primary = await group.PrimaryAsync(cancellation);
        Slot lacking = (await primary.StatusAsync(cancellation))!.Decided;
        await Eventually.HoldsAsync(
            "the logs of the others begin behind what it lacks",
            async () =>
            {
                StatusResult?[] others = await Task.WhenAll(group.Replicas.Where(replica => replica.IsUp).Select(replica => replica.StatusAsync(cancellation)));
                return others.All(other => other?.Base > lacking) ? null : string.Join(' ', others.Select(other => other?.Base));
            },
            cancellation);
    }

    /// <summary>The room has everything that was said, in order, and all replicas have the same state.</summary>
    private static async Task EndAndCheckAsync(TestGroup group, Load load, CancellationToken cancellation)
    {
        await load.StopAsync();
        await group.SettleAsync(cancellation);
        await using ChatLogClient client = await group.ConnectAsync(cancellation);
        LogAudit.Check(await ExportedLog.OfRoomAsync(client, load.Writers.First().Room, cancellation), load.Writers);
        Assert.That(load.Sent, Has.All.Property(nameof(SentMessage.Fate)).EqualTo(MessageFate.Committed));
    }

    private static string SnapshotOf(ReplicaProcess replica) => Path.Combine(replica.DataDirectory, "snapshot");

    private static long SizeOf(string directory) => new DirectoryInfo(directory).EnumerateFiles().Sum(Length);

    private static long Length(FileInfo file)
    {
        try
        {
            return file.Length;
        }
        catch (FileNotFoundException)
        {
            return 0; // It was given back meanwhile.
        }
    }

    /// <summary>One flipped byte, a file that is cut off, no file at all.</summary>
    private static void Spoil(string snapshot, int how)
    {
        using (FileStream file = new(snapshot, FileMode.Open))
        {
            switch (how)
            {
                case 0:
                    file.Position = Random.Shared.NextInt64(file.Length);
                    int was = file.ReadByte();
                    file.Position--;
                    file.WriteByte((byte)(was ^ 0x40));
                    return;
                case 1:
                    file.SetLength(Random.Shared.NextInt64(file.Length));
                    return;
            }
        }

        File.Delete(snapshot);
    }
}
