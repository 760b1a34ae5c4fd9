using NUnit.Framework;
using PaxosShard.Tests.EndToEnd.Harness;

namespace PaxosShard.Tests.EndToEnd.CommandLine;

/// <summary>A script that starts servers of its own, measures them and takes them down.</summary>
/// <param name="name">Its file in the folder of scripts.</param>
internal sealed class BenchmarkScript(string name)
{
    private readonly string _path = Path.Combine(Programs.Root, "scripts", name);

    /// <summary>No process and no folder of a run is left.</summary>
    /// <param name="folder">Where the run had its folder.</param>
    public static void ExpectNothingLeft(TestFolder folder)
    {
        Assert.That(ProcessTable.With(PlaceIn(folder)), Is.Empty);
        Assert.That(Directory.EnumerateDirectories(folder.FullPath), Is.Empty);
    }

    /// <summary>Runs it to its end.</summary>
    public Task<CommandResult> RunAsync(string[] words, CancellationToken cancellation) => Command.RunAsync(_path, words, input: null, environment: null, cancellation);

    /// <summary>Interrupts it while it measures: it takes everything down and says that it was interrupted.</summary>
    /// <param name="words">How to measure for long.</param>
    /// <param name="folder">Where the run has its folder.</param>
    /// <param name="processes">It measures when there are so many processes.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task InterruptAsync(string[] words, TestFolder folder, int processes, CancellationToken cancellation)
    {
        await using StartedProcess bench = StartedProcess.Start(_path, words, input: null);

        await Eventually.HoldsAsync("what is measured is there", () => ProcessTable.With(PlaceIn(folder)).Count >= processes ? null : bench.Error, cancellation);
        bench.Interrupt();

        Assert.That(await bench.ExitAsync(cancellation), Is.EqualTo(ExitCodes.Interrupted));
        ExpectNothingLeft(folder);
    }

    /// <summary>It refuses a value of an option before it starts anything.</summary>
    public async Task ExpectRefusalAsync(string option, string value, CancellationToken cancellation)
    {
        CommandResult result = await RunAsync([option, value], cancellation);

        Assert.That((result.Code, result.Output), Is.EqualTo((ExitCodes.Usage, "")));
        Assert.That(result.Error, Does.Contain(option));
    }

    private static string PlaceIn(TestFolder folder) => Path.Combine(folder.FullPath, "paxosshard-");
}
