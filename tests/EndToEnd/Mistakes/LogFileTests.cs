using System.Text.Json;
using NUnit.Framework;
using PaxosShard.Tests.EndToEnd.Harness;

namespace PaxosShard.Tests.EndToEnd.Mistakes;

/// <summary>The log and the data of a replica stand beside other files, which are none of its business.</summary>
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
        replica.Start([.. Arguments(folder), "--create", "--ready-file", ready]);

        await Eventually.HoldsAsync("it runs", () => File.Exists(ready) ? null : replica.Log, cancellation);
        await Eventually.HoldsAsync("it logs", () => replica.Log.Contains("listens on", StringComparison.Ordinal) ? null : replica.Log, cancellation);
        await replica.StopAsync(cancellation);

        Assert.That(others.Select(other => File.Exists(other) ? File.ReadAllText(other) : "gone"), Has.All.EqualTo("not yours"));
    }

    [Test]
    [CancelAfter(180_000)]
    public async Task Files_in_the_data_directory_that_are_not_understood_are_named_and_left_alone(CancellationToken cancellation)
    {
        using TestFolder folder = new();
        string notes = Path.Combine(folder.File("data"), "notes.txt");
        await using ReplicaProcess replica = new(0, folder.File("data"), folder.File("2.log"));
        replica.Start([.. Arguments(folder), "--create"]);
        await Eventually.HoldsAsync("it runs", () => replica.Log.Contains("listens on", StringComparison.Ordinal) ? null : replica.Log, cancellation);
        await replica.StopAsync(cancellation);
        await File.WriteAllTextAsync(notes, "not yours", cancellation);

        replica.Start(Arguments(folder));
        await Eventually.HoldsAsync("it names them", () => replica.Log.Contains("notes.txt", StringComparison.Ordinal) ? null : replica.Log, cancellation);
        await replica.StopAsync(cancellation);

        Assert.That(await File.ReadAllTextAsync(notes, cancellation), Is.EqualTo("not yours"));
    }

    [Test]
    [CancelAfter(180_000)]
    public async Task Each_line_is_an_object_that_holds_each_fact_once(CancellationToken cancellation)
    {
        using TestFolder folder = new();
        await using ReplicaProcess replica = new(0, folder.File("data"), folder.File("2.log"));
        replica.Start([.. Arguments(folder), "--create"]);
        await Eventually.HoldsAsync("it runs", () => replica.Log.Contains("listens on", StringComparison.Ordinal) ? null : replica.Log, cancellation);
        await replica.StopAsync(cancellation);

        foreach (string line in replica.Log.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            using JsonDocument document = JsonDocument.Parse(line);
            Assert.That(document.RootElement.EnumerateObject().Select(static fact => fact.Name), Is.EqualTo(new[] { "time", "level", "logger", "message" }), line);
        }
    }

    private static string[] Arguments(TestFolder folder) =>
        ["run", "--data", folder.File("data"), "--self", "0", "--members", "127.0.0.1:1", "--listen", "127.0.0.1:0", "--log", folder.File("2.log")];
}
