using System.CommandLine;
using PaxosShard.Client;
using PaxosShard.Programs.Errors;

namespace PaxosShard.ChatClient.App.Cli;

/// <summary>The option by which a request of unknown outcome is sent again without harm, and what is told of such requests.</summary>
internal sealed class RetryOption
{
    private readonly Option<string?> _token = new("--retry")
    {
        Description = "Token that was printed when the outcome of the same command was unknown: with it the command takes effect once in all",
        HelpName = "TOKEN",
    };

    /// <summary>Adds it to a verb.</summary>
    public RetryOption(Command command) => command.Options.Add(_token);

    /// <summary>The request to be sent again; null when the command is a new one.</summary>
    /// <exception cref="ReportedException">The word is no token.</exception>
    public RetryToken? Resolve(ParseResult parsed)
    {
        if (parsed.GetValue(_token) is not { } word)
            return null;
        return RetryToken.TryParse(word, out RetryToken? token, out string? reason)
            ? token
            : throw new ReportedException(ErrorKinds.Usage, $"--retry: {reason}") { Next = "VERB --help" };
    }

    /// <summary>Whether the outcome of a request that ended in this way is unknown: also when what was sent now was refused, if copies of it may have left before.</summary>
    /// <param name="exception">How it ended.</param>
    /// <param name="isRetry">It was sent before.</param>
    public static bool IsUnknown(Exception exception, bool isRetry) =>
        exception is OutcomeUnknownException || (isRetry && exception is NotAppliedException);

    /// <summary>The error for a request of unknown outcome: what to run next, and until when.</summary>
    /// <param name="what">How it ended.</param>
    /// <param name="isRetry">It was sent before.</param>
    /// <param name="token">Its token; null when it has none.</param>
    /// <param name="again">The command that sends it again, up to the option; null when no command does, because what it read is gone: then how to do it.</param>
    /// <param name="how">How to send it again, for whoever has what was read.</param>
    /// <param name="look">The command that shows whether it was applied.</param>
    public static ReportedException Unknown(string what, bool isRetry, RetryToken? token, string? again, string how, string look)
    {
        ErrorKind kind = isRetry ? ErrorKinds.RetryFailed : ErrorKinds.OutcomeUnknown;
        if (token is null)
            return new ReportedException(kind, what) { Next = look };

        // The lifetime of requests, which no verb changes. A retry that did not tell may come too late: then only a look does.
        return new ReportedException(kind, what)
        {
            Outcome = $"{kind.Outcome}; within two minutes of the first attempt {how} --retry {token} takes effect once in all",
            Next = isRetry || again is null ? look : $"{again} --retry {token}",
        };
    }
}
