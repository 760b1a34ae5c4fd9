using System.CommandLine;
using PaxosShard.Benchmarks.Stages;
using PaxosShard.Benchmarks.Stages.Runs;

const int Failed = 9;
const int Usage = 2;

ParseResult parsed = Arguments.Create().Parse(args);
if (parsed.Errors.Count > 0)
{
    foreach (string message in parsed.Errors.Select(static error => error.Message))
        await Console.Error.WriteLineAsync(message);
    return Usage;
}

try
{
    return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
}
catch (Exception exception) when (exception is StageException or IOException or UnauthorizedAccessException)
{
    await Console.Error.WriteLineAsync(exception.Message);
    return Failed;
}
