using System.Text;

namespace PaxosShard.Tests.EndToEnd.Harness;

/// <summary>Runs a program to its end and says what came of it.</summary>
internal static class Command
{
    /// <summary>Runs <c>px</c>.</summary>
    public static Task<CommandResult> PxAsync(CancellationToken cancellation, params string[] arguments) =>
        RunAsync(Programs.Px, arguments, input: null, environment: null, cancellation);

    /// <summary>Runs <c>px</c> with something on its standard input.</summary>
    public static Task<CommandResult> PxAsync(string input, CancellationToken cancellation, params string[] arguments) =>
        RunAsync(Programs.Px, arguments, Encoding.UTF8.GetBytes(input), environment: null, cancellation);

    /// <summary>Runs the replica program.</summary>
    public static Task<CommandResult> ReplicaAsync(CancellationToken cancellation, params string[] arguments) =>
        RunAsync(Programs.Replica, arguments, input: null, environment: null, cancellation);

    /// <summary>Runs the program of the masters.</summary>
    public static Task<CommandResult> MasterAsync(CancellationToken cancellation, params string[] arguments) =>
        RunAsync(Programs.Master, arguments, input: null, environment: null, cancellation);

    /// <summary>Runs any program; it is killed when the test's time is over.</summary>
    public static async Task<CommandResult> RunAsync(
        string program,
        IEnumerable<string> arguments,
        ReadOnlyMemory<byte>? input,
        IReadOnlyDictionary<string, string?>? environment,
        CancellationToken cancellation)
    {
        await using StartedProcess process = StartedProcess.Start(program, arguments, input, environment);
        int code = await process.ExitAsync(cancellation);
        return new CommandResult(code, process.Output, process.Error);
    }
}

/// <summary>What came of a command.</summary>
/// <param name="Code">Its exit code.</param>
/// <param name="Output">Its standard output.</param>
/// <param name="Error">Its standard error.</param>
internal sealed record CommandResult(int Code, string Output, string Error)
{
    /// <summary>The lines of its standard output.</summary>
    public string[] OutputLines => Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>The lines of its standard error.</summary>
    public string[] ErrorLines => Error.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>The result, when the exit code is 0.</summary>
    public CommandResult Succeeded() =>
        Code == 0 ? this : throw new InvalidOperationException($"exit code {Code}\n{Error}\n{Output}");
}
