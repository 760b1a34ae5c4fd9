using System.Diagnostics;
using PaxosShard.Benchmarks.Peers.Clients;

namespace PaxosShard.Benchmarks.Peers.Servers;

/// <summary>Runs the product's verbs, each as a process of its own.</summary>
/// <param name="configuration">Folder where it remembers which group was started last; that of the caller stays as it is.</param>
internal sealed class ProductProgram(string configuration)
{
    private static readonly TimeSpan _longestFarewell = TimeSpan.FromSeconds(10);

    /// <summary>The front door of the product.</summary>
    public static string Path { get; } = System.IO.Path.Combine(SourceTree.Root, "scripts", "px");

    /// <summary>Runs a verb to its end; when it is given up, the verb takes back what it has begun.</summary>
    /// <param name="cancellation">Gives up.</param>
    /// <param name="arguments">The verb and its words.</param>
    /// <returns>What it has written as data.</returns>
    /// <exception cref="ServerException">It has failed.</exception>
    public async Task<string> RunAsync(CancellationToken cancellation, params IEnumerable<string> arguments)
    {
        ProcessStartInfo start = new(Path, arguments) { UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["XDG_CONFIG_HOME"] = configuration;
        using Process process = Process.Start(start) ?? throw new ServerException($"{Path} was not started");
        process.StandardInput.Close();
        Task<string> output = process.StandardOutput.ReadToEndAsync(CancellationToken.None);
        Task<string> error = process.StandardError.ReadToEndAsync(CancellationToken.None);
        try
        {
            await process.WaitForExitAsync(cancellation);
        }
        catch (OperationCanceledException)
        {
            await EndAsync(process);
            throw;
        }

        return process.ExitCode == 0 ? await output : throw new ServerException($"px {string.Join(' ', arguments)} has ended with {process.ExitCode}\n{await error}");
    }

    /// <summary>Asks it to end, so that it takes back what it has begun, and kills it when it does not.</summary>
    private static async Task EndAsync(Process process)
    {
        using CancellationTokenSource patience = new(_longestFarewell);
        try
        {
            SystemCalls.Terminate(process.Id);
            await process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill();
        }
    }
}
