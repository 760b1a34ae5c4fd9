using System.Globalization;
using PaxosShard.ChatClient.App.Cli;
using PaxosShard.ChatClient.App.Groups;
using PaxosShard.ChatClient.App.Load;
using PaxosShard.Programs;
using PaxosShard.Programs.Errors;

namespace PaxosShard.ChatClient.App.Verbs;

/// <summary><c>px bench --one-shot</c>: what many clients cost that each make one request and leave.</summary>
internal static class OneShotBenchReport
{
    /// <summary>Measures, and writes a line for each half a minute as data: JSON as it comes, a table at the end.</summary>
    /// <param name="shell">Where to.</param>
    /// <param name="groups">Where the group comes from.</param>
    /// <param name="rate">Clients a second.</param>
    /// <param name="sizeBytes">Length of each value.</param>
    /// <param name="length">How long.</param>
    /// <param name="json">As JSON; else as a table.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(Shell shell, DrillGroups groups, int rate, int sizeBytes, TimeSpan length, bool json, CancellationToken cancellation)
    {
        LocalGroup group = await groups.StartAsync(OneShotBench.ReplicaArguments, cancellation);
        Table table = new("SECONDS", "CLIENTS/S", "FAILED", "P50", "P99", "SESSIONS", "MEMORY");
        await foreach (OneShotResult result in new OneShotBench(group, rate, sizeBytes).RunAsync(length, cancellation))
        {
            if (json)
                shell.Data(AsJson(result));
            else
                AddTo(table, result);
            shell.Flush();
        }

        if (!json)
            table.WriteTo(shell);
        return ExitCode.Ok;
    }

    private static void AddTo(Table table, OneShotResult result) => table.Add(
        result.Passed.TotalSeconds.ToString("0.#", CultureInfo.InvariantCulture),
        result.ClientsPerSecond.ToString("0", CultureInfo.InvariantCulture),
        result.Failed.ToString(CultureInfo.InvariantCulture),
        Milliseconds(result.Times.Quantile(0.5)),
        Milliseconds(result.Times.Quantile(0.99)),
        result.Sessions.ToString(CultureInfo.InvariantCulture),
        ByteText.Of(result.MemoryBytes));

    private static string Milliseconds(TimeSpan time) => time.TotalMilliseconds.ToString("0.00 ms", CultureInfo.InvariantCulture);

    private static string AsJson(OneShotResult result) => Json.ObjectLine(writer =>
    {
        writer.WriteNumber("seconds", Math.Round(result.Passed.TotalSeconds, 3));
        writer.WriteNumber("clientsPerSecond", Math.Round(result.ClientsPerSecond));
        writer.WriteNumber("failed", result.Failed);
        writer.WriteNumber("p50Ms", Math.Round(result.Times.Quantile(0.5).TotalMilliseconds, 3));
        writer.WriteNumber("p99Ms", Math.Round(result.Times.Quantile(0.99).TotalMilliseconds, 3));
        writer.WriteNumber("sessions", result.Sessions);
        writer.WriteNumber("memoryBytes", result.MemoryBytes);
    });
}
