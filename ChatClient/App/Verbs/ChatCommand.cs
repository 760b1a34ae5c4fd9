using System.CommandLine;
using PaxosShard.ChatClient.App.Chat;
using PaxosShard.ChatClient.App.Cli;
using PaxosShard.Client;

namespace PaxosShard.ChatClient.App.Verbs;

/// <summary><c>px chat</c>: a conversation at a terminal, or through a pipe.</summary>
internal static class ChatCommand
{
    /// <summary>The room of those who do not say another.</summary>
    public const string DefaultRoom = "lobby";

    /// <summary>The verb.</summary>
    public static Command Create(Shell shell)
    {
        Option<string> room = new("--room") { Description = "Room to begin with (default: lobby)", DefaultValueFactory = _ => DefaultRoom, HelpName = "ROOM" };
        Option<string?> nick = new("--nick") { Description = "Who speaks (default: PX_NICK, or your login)", HelpName = "NAME" };
        BlankOption blank = new();
        Command command = new("chat", "Chat in a room; /help says more. Without a terminal: sends every line of the input, prints every message.\nExample: px chat --room lobby --nick ann")
        {
            room, nick, blank.Option,
        };
        TargetOptions target = new(command);
        command.SetAction(async (parsed, cancellation) =>
        {
            BlankLines blankLines = blank.Of(parsed);
            string? directory = target.Resolve(parsed, shell).LocalDirectory(shell);
            ClientOptions options = target.ClientOptions(parsed, shell) with { StopAtFailure = !ChatProgram.IsAtTerminal };
            await using ChatLogClient client = await ChatLogClient.ConnectAsync(options, cancellation);
            ChatPlace place = new(client, shell, parsed.GetRequiredValue(room), parsed.GetValue(nick) ?? SendCommand.Nickname(shell), null) { Blank = blankLines, Directory = directory };
            return await ChatProgram.RunAsync(place, cancellation);
        });
        return command;
    }
}
