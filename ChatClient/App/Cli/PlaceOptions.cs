using System.CommandLine;
using PaxosShard.ChatClient.App.Targets;
using PaxosShard.Programs.Errors;

namespace PaxosShard.ChatClient.App.Cli;

/// <summary>
/// The options of every verb about processes of this machine. It is told where in the same ways as those that talk to a group, and in the same order: what is named by addresses
/// has to be the group that is remembered, because a process elsewhere is out of reach.
/// </summary>
internal sealed class PlaceOptions
{
    private readonly Option<string?> _directory;

    private readonly Option<string?> _endpoints = new("--endpoints")
    {
        Description = "Addresses of the group that was started last, host:port, with commas between; else PX_ENDPOINTS, else the group that was started last",
        HelpName = "A,B,C",
    };

    /// <summary>Adds them to a verb.</summary>
    /// <param name="command">The verb.</param>
    /// <param name="description">What the directory is to this verb.</param>
    public PlaceOptions(Command command, string description)
    {
        _directory = new("--dir") { Description = $"{description} (default: the one that was started last)", HelpName = "DIR" };
        command.Options.Add(_directory);
        command.Options.Add(_endpoints);
    }

    /// <summary>The command line says where.</summary>
    public bool IsGiven(ParseResult parsed) => parsed.GetValue(_directory) is not null || parsed.GetValue(_endpoints) is not null;

    /// <summary>The directory.</summary>
    /// <exception cref="ReportedException">None is known, two are given, or the addresses are not those of the group that is remembered.</exception>
    public string Resolve(ParseResult parsed, Shell shell)
    {
        if (parsed.GetValue(_directory) is { } directory)
            return parsed.GetValue(_endpoints) is null ? directory : throw Target.TwoPlaces();
        Target target = Target.Resolve(shell, null, parsed.GetValue(_endpoints));
        return target.LocalDirectory(shell) ?? throw new ReportedException(ErrorKinds.Usage, $"{string.Join(',', target.Endpoints)} is not the group that was started last here, and only processes of this machine are within reach: say --dir") { Next = "VERB --help" };
    }
}
