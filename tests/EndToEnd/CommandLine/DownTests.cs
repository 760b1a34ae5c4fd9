using NUnit.Framework;
using PaxosShard.Tests.EndToEnd.Harness;

namespace PaxosShard.Tests.EndToEnd.CommandLine;

/// <summary><c>px down</c> ends what <c>px up</c> started in a directory, whatever state it is in, and nothing else.</summary>
[TestFixture]
public sealed class DownTests
{
    private PxGroup _neighbour = null!;

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        using CancellationTokenSource limit = new(Eventually.Patience);
        _neighbour = await PxGroup.StartAsync(1, limit.Token);
    }

    [OneTimeTearDown]
    public async Task EndAsync() => await _neighbour.DisposeAsync();

    [Test]
    [CancelAfter(180_000)]
    public async Task The_processes_of_the_group_are_gone_and_no_others(CancellationToken cancellation)
    {
        await using PxGroup group = await PxGroup.StartAsync(3, cancellation);
        IReadOnlyList<PxReplica> replicas = await group.ReplicasAsync(cancellation);

        CommandResult down = await DownAsync(group, cancellation);
        CommandResult again = await DownAsync(group, cancellation);

        Assert.That(ProcessTable.With(group.Directory), Is.Empty);
        Assert.That(down.Succeeded().OutputLines, Is.EqualTo(replicas.Select(replica => $"{replica.Name} ended (pid {replica.ProcessId})")));
        Assert.That(again.Succeeded().Output, Is.Empty);
        Assert.That(again.Error, Is.EqualTo("nothing was running\n"));
        Assert.That(ProcessTable.With(_neighbour.Directory), Has.Count.EqualTo(1), "the neighbour");
    }

    [Test]
    [CancelAfter(180_000)]
    public async Task Nobody_looks_for_the_group_then_and_the_next_up_has_all_that_was_committed(CancellationToken cancellation)
    {
        await using PxGroup group = await PxGroup.StartAsync(1, cancellation);
        (await group.SendAsync("lobby", "kept\n", cancellation)).Succeeded();

        (await DownAsync(group, cancellation)).Succeeded();
        CommandResult without = await group.PxAsync("", cancellation, "tail", "lobby");
        (await group.UpAsync(cancellation)).Succeeded();
        CommandResult tail = await group.PxAsync("", cancellation, "tail", "lobby");

        ErrorAssert.Failed(without, ExitCodes.Usage, "PX1201", "--dir", "PX_ENDPOINTS");
        Assert.That(tail.Succeeded().Output, Does.EndWith("\tkept\n"));
    }

    [Test]
    [CancelAfter(180_000)]
    public async Task Replicas_that_are_frozen_or_dead_already_do_not_hold_it_up(CancellationToken cancellation)
    {
        await using PxGroup group = await PxGroup.StartAsync(3, cancellation);
        IReadOnlyList<PxReplica> replicas = await group.ReplicasAsync(cancellation);
        replicas[0].Kill();
        replicas[1].Pause();

        CommandResult down = await DownAsync(group, cancellation, "--json");

        Assert.That(ProcessTable.With(group.Directory), Is.Empty);
        Assert.That(down.Json().GetProperty("ended").EnumerateArray().Select(name => name.GetString()), Is.EqualTo(new[] { "r1", "r2" }));
    }

    [Test]
    [CancelAfter(90_000)]
    public async Task A_directory_that_holds_no_group_is_an_error_and_stays_as_it_is(CancellationToken cancellation)
    {
        using TestFolder folder = new();
        string missing = folder.File("missing");
        string empty = folder.File("empty");
        Directory.CreateDirectory(empty);

        ErrorAssert.Failed(await DownAsync(missing, cancellation), ExitCodes.NotFound, "PX1209", missing);
        ErrorAssert.Failed(await DownAsync(empty, cancellation), ExitCodes.NotFound, "PX1209", empty);

        Assert.That(Directory.Exists(missing), Is.False);
        Assert.That(Directory.EnumerateFileSystemEntries(empty), Is.Empty);
    }

    private static Task<CommandResult> DownAsync(PxGroup group, CancellationToken cancellation, params string[] options) =>
        group.PxAsync("", cancellation, ["down", "--dir", group.Directory, .. options]);

    private Task<CommandResult> DownAsync(string directory, CancellationToken cancellation) =>
        _neighbour.PxAsync("", cancellation, "down", "--dir", directory);
}
