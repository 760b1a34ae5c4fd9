using System.CommandLine;
using PaxosShard.Client;
using PaxosShard.Programs.Errors;
using PaxosShard.Wire.Identifiers;

namespace PaxosShard.ChatClient.App.Cli;

/// <summary>The options by which a request of unknown outcome is sent once more without harm.</summary>
internal sealed class ResumeOptions
{
    private readonly Option<long?> _session = new("--session") { Description = "Session of a request whose outcome was unknown", HelpName = "S" };
    private readonly Option<long?> _sequence = new("--seq") { Description = "Its number there: sending it again under both is safe", HelpName = "N" };

    /// <summary>Adds them to a verb.</summary>
    public ResumeOptions(Command command)
    {
        command.Options.Add(_session);
        command.Options.Add(_sequence);
    }

    /// <summary>What is to be taken up again; null when nothing is.</summary>
    /// <exception cref="ReportedException">Only one of the two is given.</exception>
    public ResumePoint? Resolve(ParseResult parsed) => (parsed.GetValue(_session), parsed.GetValue(_sequence)) switch
    {
        (null, null) => null,
        ({ } session, { } sequence) => new ResumePoint(new SessionId(session), new SequenceNumber(sequence)),
        _ => throw new ReportedException(ErrorKinds.Usage, "--session and --seq belong together"),
    };

    /// <summary>What to run after a request of unknown outcome; null when it had no session.</summary>
    /// <param name="unknown">How it ended.</param>
    /// <param name="verb">What it was sent by.</param>
    public static string? Again(OutcomeUnknownException unknown, string verb) => unknown.Session == SessionId.None
        ? null
        : $"the same {verb} with --session {unknown.Session.Number} --seq {unknown.Sequence.Number}, which is safe";
}
