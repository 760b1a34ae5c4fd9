using System.Text.Json;
using NUnit.Framework;
using PaxosShard.Tests.EndToEnd.Harness;

namespace PaxosShard.Tests.EndToEnd.CommandLine;

/// <summary><c>px drill clocks</c>: wall clocks that are wrong by a year, and jump, on real processes.</summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
public sealed class ClockDrillTests
{
    [Test]
    [CancelAfter(240_000)]
    public async Task Wrong_wall_clocks_lose_double_and_refuse_nothing(CancellationToken cancellation)
    {
        using TestFolder folder = new();
        Dictionary<string, string?> environment = new(StringComparer.Ordinal)
        {
            ["XDG_CONFIG_HOME"] = folder.File("config"),
            ["PX_LOOPBACK"] = folder.Loopback,
            ["PX_ENDPOINTS"] = null,
            ["TMPDIR"] = folder.FullPath,
            ["DOTNET_EnableDiagnostics"] = "0", // A killed process would leave the socket of its debugger there.
        };

        CommandResult result = await Command.RunAsync(Programs.Px, ["drill", "clocks", "--count", "2", "--json"], input: null, environment, cancellation);

        JsonElement drill = result.JsonLines().Single();
        using (Assert.EnterMultipleScope())
        {
            Assert.That((drill.Text("drill"), drill.Number("faults")), Is.EqualTo(("clocks", 2L)));
            Assert.That((drill.Number("lost"), drill.Number("doubled"), drill.Number("reordered"), drill.Number("denied")), Is.EqualTo((0L, 0L, 0L, 0L)));
            Assert.That((drill.Number("refused"), drill.Number("revived")), Is.EqualTo((0L, 0L)));
            Assert.That(drill.GetProperty("linearizable").GetBoolean(), Is.True);
            Assert.That(drill.GetProperty("hashesAgree").GetBoolean(), Is.True);
            Assert.That(drill.Number("ahead") + drill.Number("behind"), Is.GreaterThan(1000), "the clocks were wrong indeed, each at any time");
            Assert.That(drill.Number("calls"), Is.GreaterThan(1000));
            Assert.That(drill.Number("retried"), Is.Positive);
            Assert.That(result.ErrorLines, Has.Length.EqualTo(5), "a note for each clock, and for each kill");
        }

        Assert.That(ProcessTable.With(folder.File("paxosshard-")), Is.Empty);
        Assert.That(Directory.EnumerateDirectories(folder.FullPath, "paxosshard-*"), Is.Empty);
    }

    [TestCase("--clock-offset", "1y")]
    [TestCase("--clock-jump", "-40000d")]
    [CancelAfter(90_000)]
    public async Task What_is_no_time_of_a_clock_is_refused(string option, string time, CancellationToken cancellation)
    {
        using TestFolder folder = new();

        CommandResult result = await Command.ReplicaAsync(
            cancellation, "run", "--data", folder.File("data"), "--self", "0", "--members", "127.0.0.1:7000", "--create", option, time);

        ErrorAssert.Failed(result, ExitCodes.Usage, "PX1106", option, time);
        Assert.That(Directory.Exists(folder.File("data")), Is.False, "nothing was made");
    }
}
