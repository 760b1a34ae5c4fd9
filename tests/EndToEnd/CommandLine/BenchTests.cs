using System.Text.Json;
using NUnit.Framework;
using PaxosShard.Tests.EndToEnd.Harness;

namespace PaxosShard.Tests.EndToEnd.CommandLine;

/// <summary><c>px bench</c>: what it prints is complete and fits together. How fast anything was decides nothing.</summary>
[TestFixture]
public sealed class BenchTests() : SharedGroup(replicas: 3)
{
    [TestCase("16", false)]
    [TestCase("16", true)]
    [TestCase("1500", true)]
    [CancelAfter(90_000)]
    public async Task A_level_of_load_is_measured(string outstanding, bool isRaw, CancellationToken cancellation)
    {
        string[] words = ["bench", "--dir", Group.Directory, "--outstanding", outstanding, "--seconds", "0.5", "--json"];

        CommandResult result = await Command.PxAsync(cancellation, isRaw ? [.. words, "--raw"] : words);

        result.Succeeded();
        JsonElement level = result.JsonLines().Single();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(level.GetProperty("outstanding").GetRawText(), Is.EqualTo(outstanding));
            AssertMeasured(level, "send");
            Assert.That(level.GetProperty("syncsPerSecond").GetDouble(), Is.Positive);
        }
    }

    [TestCase("put")]
    [TestCase("get")]
    [TestCase("append")]
    [TestCase("mix")]
    [CancelAfter(90_000)]
    public async Task Keys_are_measured_over_several_connections(string operation, CancellationToken cancellation)
    {
        CommandResult result = await Command.PxAsync(
            cancellation, "bench", "--dir", Group.Directory, "--operation", operation, "--outstanding", "8", "--connections", "3", "--seconds", "0.5", "--json");

        result.Succeeded();
        AssertMeasured(result.JsonLines().Single(), operation);
    }

    [TestCase("1", "send")]
    [TestCase("64", "send")]
    [TestCase("64", "get")]
    [TestCase("1500", "get")]
    [CancelAfter(90_000)]
    public async Task Frames_go_over_as_many_connections_as_are_asked_for(string outstanding, string operation, CancellationToken cancellation)
    {
        CommandResult result = await Command.PxAsync(
            cancellation, "bench", "--dir", Group.Directory, "--raw", "--operation", operation, "--outstanding", outstanding, "--connections", "40", "--seconds", "0.5", "--json");

        result.Succeeded();
        AssertMeasured(result.JsonLines().Single(), operation);
    }

    [Test]
    [CancelAfter(90_000)]
    public async Task Long_values_are_there_before_they_are_read(CancellationToken cancellation)
    {
        CommandResult result = await Command.PxAsync(
            cancellation, "bench", "--dir", Group.Directory, "--raw", "--operation", "get", "--outstanding", "4", "--keys", "200", "--size", "1000000", "--seconds", "0.5", "--json");

        result.Succeeded();
        AssertMeasured(result.JsonLines().Single(), "get");
    }

    [Test]
    [CancelAfter(90_000)]
    public async Task Puts_by_hand_go_to_as_many_keys_as_are_asked_for(CancellationToken cancellation)
    {
        CommandResult result = await Command.PxAsync(
            cancellation, "bench", "--dir", Group.Directory, "--raw", "--operation", "put", "--outstanding", "64", "--keys", "7", "--size", "70000", "--seconds", "0.5", "--json");

        result.Succeeded();
        AssertMeasured(result.JsonLines().Single(), "put");
        CommandResult value = await Command.PxAsync(cancellation, "kv", "get", "bench-006", "--dir", Group.Directory);
        Assert.That(value.Output.TrimEnd(), Has.Length.EqualTo(70_000));
    }

    [Test]
    [CancelAfter(90_000)]
    public async Task A_fixed_rate_is_kept_and_is_no_level(CancellationToken cancellation)
    {
        CommandResult result = await Command.PxAsync(cancellation, "bench", "--dir", Group.Directory, "--operation", "put", "--rate", "100", "--seconds", "1", "--json");

        result.Succeeded();
        JsonElement measured = result.JsonLines().Single();
        AssertMeasured(measured, "put");
        Assert.That(measured.GetProperty("rate").GetDouble(), Is.EqualTo(100));
        Assert.That(measured.TryGetProperty("outstanding", out _), Is.False);
    }

    [Test]
    [CancelAfter(90_000)]
    public async Task The_primary_is_killed_meanwhile_and_each_second_is_written(CancellationToken cancellation)
    {
        string csv = Path.Combine(Group.Directory, "bench.csv");

        CommandResult result = await Command.PxAsync(
            cancellation, "bench", "--dir", Group.Directory, "--outstanding", "8", "--seconds", "2", "--during", "kill-primary", "--csv", csv, "--check", "operationsPerSecond>=1", "--json");

        result.Succeeded();
        JsonElement level = result.JsonLines().Single();
        Assert.That(level.GetProperty("during").GetString(), Is.EqualTo("kill-primary"));
        Assert.That(level.GetProperty("longestGapMs").GetDouble(), Is.Positive);
        Assert.That(level.GetProperty("replicasSecondsPer1000").ValueKind, Is.EqualTo(JsonValueKind.Null), "one of the replicas was started again");
        string[] lines = await File.ReadAllLinesAsync(csv, cancellation);
        Assert.That(lines[0], Is.EqualTo("level,second,operations,p50Ms,p99Ms,worstMs"));
        Assert.That(lines.Skip(1).Select(static line => line.Split(',')[..2]), Is.EqualTo(new[] { new[] { "8", "0" }, ["8", "1"] }));
    }

    [Test]
    [CancelAfter(90_000)]
    public async Task What_is_down_stays_down_and_is_named(CancellationToken cancellation)
    {
        PxReplica follower = (await Group.ReplicasAsync(cancellation)).First(static replica => replica is { Role: "follower", ProcessId: not null });
        follower.Kill();
        await Eventually.HoldsAsync("it is gone", async () => (await Group.ReplicasAsync(cancellation)).Any(static replica => replica.ProcessId is null) ? null : "it runs", cancellation);
        try
        {
            CommandResult result = await Command.PxAsync(cancellation, "bench", "--dir", Group.Directory, "--outstanding", "4", "--seconds", "0.5", "--json");

            result.Succeeded();
            Assert.That(result.JsonLines().Single().GetProperty("operationsPerSecond").GetDouble(), Is.Positive);
            Assert.That(result.Error, Does.Contain($"measured without {follower.Name}, which is down; ").And.Contain($" up --dir {Group.Directory} starts what is down"));
            Assert.That((await Group.ReplicasAsync(cancellation)).Single(static replica => replica.ProcessId is null).Name, Is.EqualTo(follower.Name));
        }
        finally
        {
            (await Group.UpAsync(cancellation)).Succeeded();
        }
    }

    [Test]
    [CancelAfter(90_000)]
    public async Task Followers_of_rooms_receive_all_that_is_acknowledged(CancellationToken cancellation)
    {
        string[] words = ["bench", "--dir", Group.Directory, "--outstanding", "16", "--rooms", "3", "--followers", "2", "--seconds", "0.5", "--check", "deliveriesPerSecond>=1"];

        CommandResult json = await Command.PxAsync(cancellation, [.. words, "--json"]);
        string svg = Path.Combine(Group.Directory, "bench.svg");
        CommandResult text = await Command.PxAsync(cancellation, [.. words, "--svg", svg]);

        json.Succeeded();
        JsonElement level = json.JsonLines().Single();
        AssertMeasured(level, "send");
        Assert.That(new[] { "rooms", "followers", "missing", "gaps", "doubled", "reordered" }.Select(key => level.GetProperty(key).GetInt32()), Is.EqualTo(new[] { 3, 2, 0, 0, 0, 0 }));
        double[] times = [.. new[] { "deliveryP50Ms", "deliveryP99Ms", "deliveryWorstMs" }.Select(key => level.GetProperty(key).GetDouble())];
        Assert.That(times, Is.Ordered);
        Assert.That(times[0], Is.Positive);
        text.Succeeded();
        Assert.That(text.Output, Does.Contain("DELIVERIES/S").And.Contain("Each follower received each acknowledged message once and in order."));
        Assert.That(await File.ReadAllTextAsync(svg, cancellation), Does.Contain("deliveries a second"));
    }

    [Test]
    [CancelAfter(90_000)]
    public async Task Followers_receive_everything_also_when_the_primary_is_killed(CancellationToken cancellation)
    {
        CommandResult result = await Command.PxAsync(
            cancellation, "bench", "--dir", Group.Directory, "--outstanding", "8", "--rooms", "2", "--followers", "2", "--seconds", "2", "--during", "kill-primary", "--json");

        result.Succeeded();
        Assert.That(result.Json().GetProperty("missing").GetInt32(), Is.Zero);
    }

    [Test]
    [CancelAfter(90_000)]
    public async Task A_bar_that_is_missed_is_an_error_behind_the_figures(CancellationToken cancellation)
    {
        CommandResult result = await Command.PxAsync(cancellation, "bench", "--dir", Group.Directory, "--outstanding", "1", "--seconds", "0.5", "--check", "p99Ms<=0.000001", "--json");

        ErrorAssert.Failed(result, ExitCodes.CheckFailed, "PX1245", "p99Ms<=0.000001");
        Assert.That(result.Json().GetProperty("p99Ms").GetDouble(), Is.Positive);
    }

    [TestCase("--during", "kill-follower")]
    [TestCase("--check", "p98Ms<=3")]
    [TestCase("--check", "p99Ms=3")]
    [TestCase("--check", "p99Ms<=fast")]
    [TestCase("--csv", "")]
    [TestCase("--operation", "Put")]
    [TestCase("--operation", "delete")]
    [TestCase("--rate", "0")]
    [TestCase("--keys", "0")]
    [TestCase("--size", "65537")]
    [TestCase("--connections", "0")]
    [TestCase("--connections", "5001")]
    [CancelAfter(90_000)]
    public async Task What_cannot_be_measured_is_refused(string option, string value, CancellationToken cancellation)
    {
        CommandResult result = await Command.PxAsync(cancellation, "bench", "--dir", Group.Directory, option, value);

        ErrorAssert.Failed(result, ExitCodes.Usage, "PX1200", option);
    }

    [TestCase("--operation", "append")]
    [TestCase("--operation", "mix")]
    [TestCase("--rate", "10")]
    [TestCase("--during", "kill-primary")]
    [CancelAfter(90_000)]
    public async Task Frames_by_hand_are_for_some_operations_in_levels_alone(string option, string value, CancellationToken cancellation)
    {
        CommandResult result = await Command.PxAsync(cancellation, "bench", "--dir", Group.Directory, "--raw", option, value);

        ErrorAssert.Failed(result, ExitCodes.Usage, "PX1200", "--raw");
    }

    [TestCase("8193", false)]
    [TestCase("8193", true)]
    [CancelAfter(90_000)]
    public async Task More_outstanding_than_there_can_be_is_refused(string outstanding, bool isRaw, CancellationToken cancellation)
    {
        string[] words = ["bench", "--dir", Group.Directory, "--outstanding", outstanding];

        CommandResult result = await Command.PxAsync(cancellation, isRaw ? [.. words, "--raw"] : words);

        ErrorAssert.Failed(result, ExitCodes.Usage, "PX1200", "--outstanding", outstanding);
    }

    private static void AssertMeasured(JsonElement level, string operation)
    {
        Assert.That(level.GetProperty("operation").GetString(), Is.EqualTo(operation));
        Assert.That(level.GetProperty("operationsPerSecond").GetDouble(), Is.Positive);
        double[] times = [.. new[] { "p50Ms", "p90Ms", "p99Ms", "p999Ms", "worstMs" }.Select(key => level.GetProperty(key).GetDouble())];
        Assert.That(times, Is.Ordered);
        Assert.That(times[0], Is.Positive);
        Assert.That(level.GetProperty("replicasSecondsPer1000").GetDouble(), Is.Positive);
        Assert.That(level.GetProperty("loadSecondsPer1000").GetDouble(), Is.Positive);
        Assert.That(level.GetProperty("loadCompilationPart").GetDouble(), Is.InRange(0, 1));
    }
}
