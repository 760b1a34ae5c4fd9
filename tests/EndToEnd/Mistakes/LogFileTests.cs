using NUnit.Framework;
using PaxosShard.Tests.EndToEnd.Harness;

namespace PaxosShard.Tests.EndToEnd.Mistakes;

/// <summary>The log of a replica stands beside other files, which are none of its business.</summary>
public sealed class LogFileTests
{
    [Test]
    [CancelAfter(180_000)]
    public async Task The_logs_of_other_replicas_in_the_same_folder_are_left_alone(CancellationToken cancellation)
    {
        using TestFolder folder = new();
        string[] others = [.. new[] { "0.log", "1.log", "3.log", "4.log", "r2.log", "2_01.log", "2.old", "notes" }.Select(folder.File)];
        foreach (string other in others)
            await File.WriteAllTextAsync(other, "not yours", cancellation);
        await using ReplicaProcess replica = new(0, folder.File("data"), folder.File("2.log"));
        string ready = folder.File("ready");
        replica.Start(
        [
            "run", "--data", folder.File("data"), "--create", "--self", "0", "--members", "127.0.0.1:1", "--listen", "127.0.0.1:0",
            "--ready-file", ready, "--log", folder.File("2.log"),
        ]);

        await Eventually.HoldsAsync("it runs", () => File.Exists(ready) ? null : replica.Log, cancellation);
        await Eventually.HoldsAsync("it logs", () => replica.Log.Contains("listens on", StringComparison.Ordinal) ? null : replica.Log, cancellation);
        await replica.StopAsync(cancellation);

        Assert.That(others.Select(other => File.Exists(other) ? File.ReadAllText(other) : "gone"), Has.All.EqualTo("not yours"));
    }
}
