using System.Text.Json;
using NUnit.Framework;
using PaxosShard.Client;
using PaxosShard.Tests.EndToEnd.CommandLine;
using PaxosShard.Tests.EndToEnd.Harness;

namespace PaxosShard.Tests.EndToEnd.ReplicatedLog;

/// <summary>An empty replica comes in for one that is lost, by <c>px replica replace</c>, while clients write (rule 13).</summary>
[TestFixture]
public sealed class ReplacementTests
{
    [Test]
    [CancelAfter(300_000)]
    public async Task A_dead_follower_is_replaced_under_load_and_the_new_replica_votes(CancellationToken cancellation)
    {
        await using PxGroup group = await PxGroup.StartAsync(3, cancellation);
        IReadOnlyList<PxReplica> replicas = await group.ReplicasAsync(cancellation);
        int lost = (await PrimaryAsync(group, cancellation) + 1) % 3;
        await using Load load = await Load.StartAsync(group, 2, cancellation);
        await load.GoesOnAsync(200, cancellation);

        await KillAsync(replicas[lost], cancellation);
        CommandResult replaced = await ReplaceAsync(group, lost, cancellation);
        await load.GoesOnAsync(200, cancellation);

        Assert.That(replaced.Succeeded().Output, Does.StartWith($"r{lost} at {replicas[lost].Address} is a member and votes"));
        Assert.That(File.Exists(Path.Combine(replicas[lost].DataDirectory + ".replaced-1", "identity")), "nothing is deleted");
        await EndWithANewMajorityAsync(group, load, replicas[(lost + 1) % 3], cancellation);
    }

    [Test]
    [CancelAfter(300_000)]
    public async Task The_primary_is_replaced_under_load_and_the_group_can_be_ended_and_started_again(CancellationToken cancellation)
    {
        await using PxGroup group = await PxGroup.StartAsync(3, cancellation);
        IReadOnlyList<PxReplica> replicas = await group.ReplicasAsync(cancellation);
        await using Load load = await Load.StartAsync(group, 2, cancellation);
        await load.GoesOnAsync(200, cancellation);
        int lost = await PrimaryAsync(group, cancellation);

        (await ReplaceAsync(group, lost, cancellation, "--stop")).Succeeded();
        await load.GoesOnAsync(200, cancellation);
        await EndWithANewMajorityAsync(group, load, replicas[(lost + 1) % 3], cancellation);

        (await group.PxAsync("", cancellation, "down", "--dir", group.Directory)).Succeeded();
        Assert.That(ProcessTable.With(group.Directory), Is.Empty);
        (await group.UpAsync(cancellation)).Succeeded();
        await CheckAsync(group, load, cancellation);
        Assert.That((await group.ReplicasAsync(cancellation)).Select(replica => (replica.Name, replica.Address)), Is.EqualTo(replicas.Select(replica => (replica.Name, replica.Address))));
        await GroupIsAsync(group, list: 1, canLose: 1, cancellation);
    }

    [Test]
    [CancelAfter(300_000)]
    public async Task The_replaced_data_directory_is_refused_for_good(CancellationToken cancellation)
    {
        await using PxGroup group = await PxGroup.StartAsync(3, cancellation);
        IReadOnlyList<PxReplica> replicas = await group.ReplicasAsync(cancellation);
        await KillAsync(replicas[2], cancellation);
        (await ReplaceAsync(group, 2, cancellation)).Succeeded();

        // At another port: at its own there is the one that took its place.
        CommandResult old = await Command.ReplicaAsync(
            cancellation, "run", "--data", replicas[2].DataDirectory + ".replaced-1", "--self", "2",
            "--members", string.Join(',', replicas.Select(replica => replica.Address)), "--listen", "127.0.0.1:0");

        Assert.That(old.Code, Is.Not.Zero);
        Assert.That(old.Error, Does.Contain("PX1010"));
        await GroupIsAsync(group, list: 1, canLose: 1, cancellation);
    }

    [Test]
    [CancelAfter(300_000)]
    public async Task Interrupted_at_any_time_it_goes_on_where_it_was(CancellationToken cancellation)
    {
        await using PxGroup group = await PxGroup.StartAsync(3, cancellation);
        IReadOnlyList<PxReplica> replicas = await group.ReplicasAsync(cancellation);
        (await group.SendAsync("lobby", "before\n", cancellation)).Succeeded();
        await KillAsync(replicas[1], cancellation);

        CommandResult last;
        int milliseconds = 1;
        do
        {
            last = await ReplaceAsync(group, 1, cancellation, "--timeout", $"{milliseconds}ms");
            milliseconds = Math.Min(3 * milliseconds, 60_000);
            Assert.That(last.Code, Is.AnyOf(ExitCodes.Ok, ExitCodes.NotApplied, ExitCodes.OutcomeUnknown, ExitCodes.Partial), last.Error);
        }
        while (last.Code != ExitCodes.Ok);

        await GroupIsAsync(group, list: 1, canLose: 1, cancellation);
        Assert.That(Directory.GetDirectories(group.Directory, "*.replaced-*"), Is.EqualTo(new[] { replicas[1].DataDirectory + ".replaced-1" }));
        await KillAsync(replicas[0], cancellation);
        (await group.SendAsync("lobby", "behind\n", cancellation)).Succeeded();
        CommandResult tail = await group.PxAsync("", cancellation, "tail", "lobby", "--dir", group.Directory, "--from", "start");
        Assert.That(tail.Succeeded().OutputLines.Select(line => line.Split('\t')[^1]), Is.EqualTo(new[] { "before", "behind" }));
    }

    [Test]
    [CancelAfter(300_000)]
    public async Task What_would_take_a_healthy_replica_away_or_cannot_be_decided_is_refused_and_changes_nothing(CancellationToken cancellation)
    {
        await using PxGroup group = await PxGroup.StartAsync(3, cancellation);
        IReadOnlyList<PxReplica> replicas = await group.ReplicasAsync(cancellation);

        ErrorAssert.Failed(await ReplaceAsync(group, 1, cancellation), ExitCodes.Rejected, "PX1227", "r1", $"{replicas[1].ProcessId}", "--stop");
        ErrorAssert.Failed(await ReplaceAsync(group, 3, cancellation), ExitCodes.NotFound, "PX1228", "r3", "3");
        await KillAsync(replicas[0], cancellation);
        await KillAsync(replicas[1], cancellation);
        ErrorAssert.Failed(await ReplaceAsync(group, 1, cancellation), ExitCodes.NotApplied, "PX1229", "r2", replicas[0].Address);

        Assert.That(Directory.GetDirectories(group.Directory, "*.replaced-*"), Is.Empty);
        (await group.UpAsync(cancellation)).Succeeded();
        await GroupIsAsync(group, list: 0, canLose: 1, cancellation);
    }

    [Test]
    [CancelAfter(90_000)]
    public async Task Its_help_has_an_example(CancellationToken cancellation)
    {
        CommandResult help = await Command.PxAsync(cancellation, "replica", "replace", "--help");

        Assert.That(help.Succeeded().OutputLines.Select(line => line.Trim()), Has.Some.StartsWith("Example: px replica replace "));
        Assert.That(help.Output, Does.Contain("--stop").And.Contain("--address"));
    }

    private static Task<CommandResult> ReplaceAsync(PxGroup group, int place, CancellationToken cancellation, params string[] options) =>
        group.PxAsync("", cancellation, ["replica", "replace", $"{place}", "--dir", group.Directory, .. options]);

    private static async Task<int> PrimaryAsync(PxGroup group, CancellationToken cancellation)
    {
        int primary = -1;
        await Eventually.HoldsAsync(
            "one leads",
            async () =>
            {
                primary = (await group.ReplicasAsync(cancellation)).ToList().FindIndex(replica => replica.Role is "primary");
                return primary >= 0 ? null : "nobody";
            },
            cancellation);
        return primary;
    }

    private static async Task KillAsync(PxReplica replica, CancellationToken cancellation)
    {
        replica.Kill();
        await Eventually.HoldsAsync("it is dead", () => ProcessTable.IsAlive(replica.ProcessId!.Value) ? $"{replica.Name} runs" : null, cancellation);
    }

    /// <summary>Another replica is killed, so that nothing is decided without the new one; it is started again, and everything that was said is there.</summary>
    private static async Task EndWithANewMajorityAsync(PxGroup group, Load load, PxReplica another, CancellationToken cancellation)
    {
        await KillAsync(another, cancellation);
        await load.GoesOnAsync(200, cancellation);
        (await group.UpAsync(cancellation)).Succeeded();
        await load.StopAsync();
        await CheckAsync(group, load, cancellation);
        await GroupIsAsync(group, list: 1, canLose: 1, cancellation);
    }

    /// <summary>Everything that was said is there once and in order.</summary>
    private static async Task CheckAsync(PxGroup group, Load load, CancellationToken cancellation)
    {
        await using ChatLogClient client = await group.ConnectAsync(cancellation);
        LogAudit.Check(await ExportedLog.OfRoomAsync(client, load.Writers.First().Room, cancellation), load.Writers);
        Assert.That(load.Sent, Has.All.Property(nameof(SentMessage.Fate)).EqualTo(MessageFate.Committed));
    }

    private static Task GroupIsAsync(PxGroup group, int list, int canLose, CancellationToken cancellation) => Eventually.HoldsAsync(
        $"a primary serves under member list {list}, and {canLose} more can be lost",
        async () =>
        {
            CommandResult status = await group.PxAsync("", cancellation, "status", "--dir", group.Directory, "--json");
            JsonElement told = status.Json().GetProperty("groups")[0];
            bool isSo = status.Code == ExitCodes.Ok && told.Number("list") == list && told.GetProperty("canLose").GetRawText().Equals($"{canLose}", StringComparison.Ordinal);
            return isSo ? null : status.Output + status.Error;
        },
        cancellation);
}
