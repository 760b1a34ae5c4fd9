using System.CommandLine;
using System.Runtime.InteropServices;
using PaxosShard.Benchmarks.Peers;
using PaxosShard.Benchmarks.Peers.Clients;

const int Failed = 9;
const int Usage = 2;
const int Interrupted = 130;

ParseResult parsed = Arguments.Create().Parse(args);
if (parsed.Errors.Count > 0)
{
    foreach (string message in parsed.Errors.Select(static error => error.Message))
        await Console.Error.WriteLineAsync(message);
    return Usage;
}

// Whoever ends this program ends the servers first.
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
