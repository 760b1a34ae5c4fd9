using PaxosShard.ChatClient.App.Cli;
using PaxosShard.ChatClient.App.Demo;
using PaxosShard.ChatClient.App.Verbs;
using PaxosShard.Client;

namespace PaxosShard.ChatClient.App.Chat;

/// <summary>Where a chat takes place.</summary>
/// <param name="Client">The connection to the group.</param>
/// <param name="Shell">Where data and notes go.</param>
/// <param name="Room">The room to begin with.</param>
/// <param name="Nick">Who speaks, to begin with.</param>
/// <param name="Group">What can be done to the processes behind it, when this program may kill and start them; else null.</param>
internal sealed record ChatPlace(ChatLogClient Client, Shell Shell, string Room, string Nick, DemoCommands? Group)
{
    /// <summary>What becomes of empty lines of an input that is no terminal.</summary>
    public BlankLines Blank { get; init; }

    /// <summary>The directory of the group or cluster, when it is one of this machine; else null.</summary>
    public string? Directory { get; init; }

    /// <summary>What goes when the user leaves, and how it could be kept, for who asks by Ctrl-C; empty where nothing goes.</summary>
    public string LeavingText { get; init; } = "";
}
