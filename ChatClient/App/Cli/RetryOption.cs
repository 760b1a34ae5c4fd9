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
            : throw new ReportedException(ErrorKinds.Usage, $"--retry: {reason}") { Next = "the command again with the whole token as it was printed" };
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
    /// <param name="again">What sends it again, up to the option.</param>
    /// <param name="look">What shows whether it was applied.</param>
    public static ReportedException Unknown(string what, bool isRetry, RetryToken? token, string again, string look)
    {
        // The lifetime of requests, which no verb changes.
        string? retry = token is null ? null : $"within two minutes of the first attempt {again} --retry {token}, which is safe";
        return isRetry
            ? new ReportedException(ErrorKinds.RetryFailed, what) { Next = retry is null ? look : $"{look}; or {retry}" }
            : new ReportedException(ErrorKinds.OutcomeUnknown, what) { Next = retry ?? look };
    }
}
