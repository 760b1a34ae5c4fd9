using System.CommandLine;
using PaxosShard.Programs;
using PaxosShard.Programs.Errors;

namespace PaxosShard.ChatClient.App.Cli;

/// <summary>The options of a verb that starts a group which say how much the group holds. They are passed on to the replicas.</summary>
internal sealed class MachineOptions
{
    private readonly Option<long?> _stateBytes = new("--state-bytes") { Description = "Most bytes of keys, values and messages of the group (default: 1 GiB)", HelpName = "N" };
    private readonly Option<long?> _roomMessages = new("--room-messages") { Description = "Messages that are kept of each room (default: all)", HelpName = "N" };
    private readonly Option<long?> _roomBytes = new("--room-bytes") { Description = "Bytes of messages that are kept of each room (default: all)", HelpName = "N" };
    private readonly Option<string?> _roomAge = new("--room-age") { Description = "How long a message is kept: 90s, 15m, 12h, 30d (default: for good)", HelpName = "T" };

    /// <summary>Adds them to a verb.</summary>
    public MachineOptions(Command command)
    {
        command.Options.Add(_stateBytes);
        command.Options.Add(_roomMessages);
        command.Options.Add(_roomBytes);
        command.Options.Add(_roomAge);
    }

    /// <summary>Those that were given, as words for the command line of a replica; none when none was.</summary>
    /// <exception cref="ReportedException">One is below 0, or no time.</exception>
    public IReadOnlyList<string> Words(ParseResult parsed)
    {
        List<string> words = [];
        foreach (Option<long?> option in (ReadOnlySpan<Option<long?>>)[_stateBytes, _roomMessages, _roomBytes])
        {
            if (parsed.GetValue(option) is not { } value)
                continue;
            if (value < 0)
                throw new ReportedException(ErrorKinds.Usage, $"{option.Name} is 0 or more");
            words.AddRange([option.Name, $"{value}"]);
        }

        if (parsed.GetValue(_roomAge) is not { } age)
            return words;
        if (!LongTime.TryParse(age, out _))
            throw new ReportedException(ErrorKinds.Usage, $"{_roomAge.Name}: '{age}' is no time; write 90s, 15m, 12h or 30d");
        words.AddRange([_roomAge.Name, age]);
        return words;
    }
}
