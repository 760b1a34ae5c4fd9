using System.Text.Json;
using NUnit.Framework;
using PaxosShard.Tests.EndToEnd.Harness;

namespace PaxosShard.Tests.EndToEnd.CommandLine;

/// <summary>A group with a small state is filled: who runs it hears of that long before it is full, and gets on by deleting.</summary>
[TestFixture]
public sealed class FullGroupTests
{
    private const int Allowed = 100_000;

    // What a key counts for besides its value: a name of one letter, and 128.
    private const int KeyBytes = 1 + 128;

    [Test]
    [CancelAfter(240_000)]
    public async Task It_warns_at_80_percent_rejects_at_100_and_takes_more_after_a_delete(CancellationToken cancellation)
    {
        await using PxGroup group = await PxGroup.StartAsync(3, cancellation, "--state-bytes", $"{Allowed}");

        await PutAsync(group, "a", 40_000 - KeyBytes, cancellation);
        CommandResult half = await StatusAsync(group, stateBytes: 40_000, cancellation);
        Assert.That(half.Error, Is.Empty);
        Assert.That(half.OutputLines[2], Does.StartWith("state 40 % full, 39.1 KiB of 97.7 KiB; sessions 0 % full, "));

        await PutAsync(group, "b", 45_000 - KeyBytes, cancellation);
        CommandResult nearlyFull = await StatusAsync(group, stateBytes: 85_000, cancellation);
        Assert.That(nearlyFull.ErrorLines, Has.Length.EqualTo(2), nearlyFull.Error);
        Assert.That(nearlyFull.ErrorLines[0], Is.EqualTo("PX1225: the state is full or nearly full: 85 % full, 83.0 KiB of 97.7 KiB"));
        Assert.That(nearlyFull.Error, Does.Contain("px kv delete KEY").And.Contain("--state-bytes"));
        await Eventually.HoldsAsync("every replica has logged it", () => LogsHave(group, "has 85000 bytes of the state of 100000"), cancellation);

        await PutAsync(group, "c", 15_000 - KeyBytes, cancellation);
        CommandResult rejected = await KvAsync(group, cancellation, "put", "d", "");
        ErrorAssert.Failed(rejected, ExitCodes.Rejected, "PX1205", "the state is full");
        CommandResult message = await group.SendAsync("lobby", "hello\n", cancellation);
        Assert.That(message.Code, Is.EqualTo(ExitCodes.Rejected), message.Error);
        Assert.That(message.Error, Does.Contain("the state is full"));
        CommandResult full = await StatusAsync(group, stateBytes: Allowed, cancellation);
        Assert.That(full.ErrorLines[0], Does.StartWith("PX1225").And.Contain("100 % full"));

        (await KvAsync(group, cancellation, "delete", "a")).Succeeded();
        (await KvAsync(group, cancellation, "put", "d", "")).Succeeded();
        (await group.SendAsync("lobby", "hello\n", cancellation)).Succeeded();
        CommandResult after = await StatusAsync(group, stateBytes: null, cancellation);
        Assert.That(after.Error, Is.Empty);
        await Eventually.HoldsAsync("every replica has logged that too", () => LogsHave(group, "% again"), cancellation);
    }

    [TestCase("PX1225", "the state is full")]
    [TestCase("PX1226", "busy")]
    [CancelAfter(60_000)]
    public async Task The_warnings_can_be_explained(string code, string words, CancellationToken cancellation)
    {
        CommandResult explained = await Command.PxAsync(cancellation, "explain", code);

        Assert.That(explained.Succeeded().Output, Does.StartWith(code).And.Contain(words));
    }

    private static Task<CommandResult> KvAsync(PxGroup group, CancellationToken cancellation, params string[] words) =>
        group.PxAsync("", cancellation, ["kv", .. words, "--dir", group.Directory]);

    private static async Task PutAsync(PxGroup group, string key, int length, CancellationToken cancellation) =>
        (await group.PxAsync(new string('x', length), cancellation, "kv", "put", key, "--dir", group.Directory)).Succeeded();

    /// <summary>What people read, once all replicas have come to the same, with so many bytes if that is known.</summary>
    private static async Task<CommandResult> StatusAsync(PxGroup group, long? stateBytes, CancellationToken cancellation)
    {
        await Eventually.HoldsAsync(
            "all replicas have executed the same",
            async () =>
            {
                CommandResult result = await group.PxAsync("", cancellation, "status", "--dir", group.Directory, "--json");
                JsonElement[] replicas = [.. result.Json().GetProperty("groups")[0].GetProperty("replicas").EnumerateArray()];
                bool isSame = result.Code == ExitCodes.Ok
                    && replicas.All(replica => replica.GetProperty("reachable").GetBoolean() && replica.Number("stateBytesAllowed") == Allowed)
                    && replicas.DistinctBy(replica => (replica.Number("executed"), replica.Number("stateBytes"))).Count() == 1
                    && (stateBytes is null || replicas[0].Number("stateBytes") == stateBytes);
                return isSame ? null : $"{result.Code}: {result.Output}{result.Error}";
            },
            cancellation);
        return (await group.PxAsync("", cancellation, "status", "--dir", group.Directory)).Succeeded();
    }

    private static string? LogsHave(PxGroup group, string words)
    {
        string[] without = [.. Directory.EnumerateFiles(group.Directory, "r?.log").Where(log => !ReplicaProcess.ReadShared(log).Contains(words, StringComparison.Ordinal))];
        return without.Length == 0 ? null : string.Join(' ', without);
    }
}
