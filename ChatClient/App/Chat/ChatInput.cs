using PaxosShard.Programs.Errors;

namespace PaxosShard.ChatClient.App.Chat;

/// <summary>What a line means that was typed. Pure.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Name">The command, with its slash; empty for a text.</param>
/// <param name="Argument">What is behind the command; or the text, or the whole line of a group command.</param>
internal sealed record ChatInput(ChatInputKind Kind, string Name, string Argument)
{
    private static readonly string[] _groupWords = ["\\kill", "\\restart", "\\status", "\\add-shard", "\\remove-shard", "\\shards", "\\put", "\\get", "\\help"];

    /// <summary>The commands with a slash: name, argument, purpose.</summary>
    public static readonly IReadOnlyList<(string Name, string Argument, string Purpose)> Commands =
    [
        ("/join", "R", "go to room R"),
        ("/part", "", "leave the room"),
        ("/nick", "N", "speak as N from now on"),
        ("/me", "TEXT", "say what you do"),
        ("/history", "[N]", "the last N messages, 50 if nothing is said"),
        ("/search", "TEXT", "messages with TEXT among those shown here"),
        ("/rooms", "[R]", "rooms with the numbers of their last messages, 100 at a time; R: those behind R"),
        ("/who", "", "who has written in the room, as far as it was shown here"),
        ("/where", "", "the primary and its view; of a cluster with shards, that of the masters"),
        ("/help", "", "this list; //text sends a text that begins with a slash"),
        ("/quit", "", "leave, when all own messages are committed"),
    ];

    /// <summary>Reads a line.</summary>
    /// <param name="line">As it was typed; a pasted one may have line feeds in it.</param>
    /// <param name="hasGroup">There is a group to run commands with a backslash on.</param>
    public static ChatInput Parse(string line, bool hasGroup)
    {
        if (string.IsNullOrWhiteSpace(line))
            return new ChatInput(ChatInputKind.Nothing, "", "");
        if (line.StartsWith("//", StringComparison.Ordinal) || line.StartsWith("\\\\", StringComparison.Ordinal))
            return new ChatInput(ChatInputKind.Text, "", line[1..]);
        string word = line.Split([' ', '\t', '\n'], 2)[0];
        string argument = line[word.Length..].Trim();
        return line[0] switch
        {
            '/' => OfSlash(word, argument),
            '\\' when hasGroup || _groupWords.Contains(word, StringComparer.Ordinal) => new ChatInput(ChatInputKind.Group, word, line.Trim()),
            _ => new ChatInput(ChatInputKind.Text, "", line),
        };
    }

    /// <summary>What the start of a command can be made longer to; null when that is not one thing.</summary>
    public static string? Complete(string start, IEnumerable<string> candidates)
    {
        string[] fitting = [.. candidates.Where(candidate => candidate.StartsWith(start, StringComparison.Ordinal)).Distinct(StringComparer.Ordinal)];
        if (fitting.Length == 0)
            return null;
        string common = fitting[0];
        foreach (string candidate in fitting)
            common = common[..common.AsSpan().CommonPrefixLength(candidate)];
        return fitting.Length == 1 ? common + " " : common.Length > start.Length ? common : null;
    }

    // What is no command is never sent as a text: it may be a misspelt one with something private behind it.
    private static ChatInput OfSlash(string word, string argument)
    {
        string[] names = [.. Commands.Select(command => command.Name)];
        return names.Contains(word, StringComparer.Ordinal)
            ? new ChatInput(ChatInputKind.Command, word, argument)
            : new ChatInput(ChatInputKind.Unknown, word, EditDistance.Nearest(word, names) ?? "");
    }
}

/// <summary>What a line is.</summary>
internal enum ChatInputKind
{
    /// <summary>Nothing.</summary>
    Nothing,

    /// <summary>A message.</summary>
    Text,

    /// <summary>A command with a slash.</summary>
    Command,

    /// <summary>A slash and no command; the argument is the nearest, if there is one.</summary>
    Unknown,

    /// <summary>A command for the group of a demo.</summary>
    Group,
}
