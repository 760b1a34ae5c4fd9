using System.CommandLine;
using System.Runtime.InteropServices;
using PaxosShard.Benchmarks.Peers.Clients;

namespace PaxosShard.Benchmarks.Peers.CommandLine;

/// <summary>A run of a benchmark program, from its arguments to its exit code: whoever ends it ends the servers first.</summary>
internal static class ProgramRun
{
    private const int Failed = 9;
    private const int Usage = 2;
    private const int Interrupted = 130;

    /// <summary>Runs the command that the arguments ask for.</summary>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(RootCommand command, string[] arguments)
    {
        ParseResult parsed = command.Parse(arguments);
        if (parsed.Errors.Count > 0)
        {
            foreach (string message in parsed.Errors.Select(static error => error.Message))
                await Console.Error.WriteLineAsync(message);
            return Usage;
        }

        using CancellationTokenSource cancellation = new();
        PosixSignalRegistration[] registrations = [.. new[] { PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP }.Select(signal => PosixSignalRegistration.Create(signal, context =>
        {
            context.Cancel = true;
            cancellation.Cancel();
        }))];
        try
        {
            return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null }, cancellation.Token);
        }
        catch (Exception) when (cancellation.IsCancellationRequested)
        {
            await Console.Error.WriteLineAsync("interrupted; all servers are stopped");
            return Interrupted;
        }
        catch (Exception exception) when (exception is ServerException or IOException or UnauthorizedAccessException)
        {
            await Console.Error.WriteLineAsync(exception.Message);
            return Failed;
        }
        finally
        {
            foreach (PosixSignalRegistration registration in registrations)
                registration.Dispose();
        }
    }
}
