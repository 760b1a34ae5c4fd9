using System.CommandLine;
using PaxosShard.ChatClient.App.Targets;
using PaxosShard.Client;
using PaxosShard.Programs.Errors;

namespace PaxosShard.ChatClient.App.Cli;

/// <summary>The options of every verb that talks to a group.</summary>
internal sealed class TargetOptions
{
    private readonly Option<string?> _directory = new("--dir")
    {
        Description = "Directory of a group or cluster that was started with px up",
        HelpName = "DIR",
    };

    private readonly Option<string?> _endpoints = new("--endpoints")
    {
        Description = "Addresses of replicas, of a cluster those of its masters, host:port, with commas between; else PX_ENDPOINTS, else the group that was started last",
        HelpName = "A,B,C",
    };

    private readonly Option<string?> _timeout = new("--timeout")
    {
        Description = "How long to wait for an answer: 5s, 500ms (default: 10s)",
        HelpName = "T",
    };

    /// <summary>Adds them to a verb.</summary>
    /// <param name="command">The verb.</param>
    /// <param name="hasTimeout">With <c>--timeout</c> for requests.</param>
    public TargetOptions(Command command, bool hasTimeout = true)
    {
        command.Options.Add(_directory);
        command.Options.Add(_endpoints);
        if (hasTimeout)
            command.Options.Add(_timeout);
    }

    /// <summary>Where to connect.</summary>
    public Target Resolve(ParseResult parsed, Shell shell)
    {
        Target target = Target.Resolve(shell, parsed.GetValue(_directory), parsed.GetValue(_endpoints));
        shell.Place = target.LocalDirectory(shell);
        return target;
    }

    /// <summary>How to connect there.</summary>
    public ClientOptions ClientOptions(ParseResult parsed, Shell shell)
    {
        ClientOptions options = Resolve(parsed, shell).ClientOptions;
        return parsed.GetValue(_timeout) is { } timeout ? options with { RequestTimeout = ParseTime(timeout, "--timeout") } : options;
    }

    /// <summary>Reads a time, or reports which option is wrong.</summary>
    /// <exception cref="ReportedException">It is no time.</exception>
    public static TimeSpan ParseTime(string text, string option) =>
        Duration.TryParse(text, out TimeSpan time)
            ? time
            : throw new ReportedException(ErrorKinds.Usage, $"{option}: '{text}' is no time; write 5s or 500ms");
}
