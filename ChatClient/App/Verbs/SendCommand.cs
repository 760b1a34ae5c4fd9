using System.CommandLine;
using PaxosShard.ChatClient.App.Cli;
using PaxosShard.Client;
using PaxosShard.Programs.Errors;

namespace PaxosShard.ChatClient.App.Verbs;

/// <summary><c>px send</c>: sends one message, or every line of the input, and returns when all are committed.</summary>
internal static class SendCommand
{
    private const string AgainOne = "the same px send with";

    /// <summary>The verb.</summary>
    public static Command Create(Shell shell)
    {
        Argument<string> room = new("room") { Description = "Name of the room" };
        Argument<string?> text = new("text") { Description = "The message; every line of standard input when left out", Arity = ArgumentArity.ZeroOrOne };
        Option<string?> nick = new("--nick") { Description = "Who speaks (default: the user)", HelpName = "N" };
        Option<bool> numbers = new("--numbers") { Description = "Print room and number of every message" };
        Option<bool> json = new("--json") { Description = "Print room and number of every message as JSON" };
        Command command = new("send", "Send one message, or every line of standard input, and wait until all are committed.\nExample: px send lobby 'hello, world'")
        {
            room, text, nick, numbers, json,
        };
        RetryOption retry = new(command);
        TargetOptions target = new(command);
        command.SetAction(async (parsed, cancellation) =>
        {
            string roomName = parsed.GetRequiredValue(room);
            string author = parsed.GetValue(nick) ?? Nickname(shell);
            if (MessageRules.Violation(roomName, author, "x") is { } violation)
                throw new ReportedException(ErrorKinds.Usage, violation);
            ClientOptions options = target.ClientOptions(parsed, shell) with
            {
                Retry = retry.Resolve(parsed),
                StopAtFailure = true,
            };
            string? single = parsed.GetValue(text);
            NumberWriter writer = new(shell, roomName, parsed.GetValue(json), parsed.GetValue(numbers) || single is not null);
            await using ChatLogClient client = await ConnectAsync(options, again: single is null ? "px send with the same lines and" : AgainOne, cancellation);
            if (single is null)
                return await new LineSender(new LineStream(client, roomName, author, writer.Write), shell, writer).SendAllAsync(cancellation);
            writer.Write(await SendOneAsync(client, roomName, author, single, cancellation));
            writer.Flush();
            return writer.Failure is { } failure
                ? throw new ReportedException(ErrorKinds.FileSystem, failure) { Outcome = "the message is committed; its number was not written" }
                : ExitCode.Ok;
        });
        return command;
    }

    /// <summary>The name under which a user speaks who does not say another.</summary>
    public static string Nickname(Shell shell) => shell.Variable("PX_NICK") ?? shell.Variable("USER") ?? "somebody";

    // Whoever finds no primary has sent nothing now, but may have before.
    private static async Task<ChatLogClient> ConnectAsync(ClientOptions options, string again, CancellationToken cancellation)
    {
        try
        {
            return await ChatLogClient.ConnectAsync(options, cancellation);
        }
        catch (NotAppliedException exception) when (options.Retry is not null)
        {
            throw RetryOption.Unknown(exception.Message, isRetry: true, options.Retry, again, LineStream.Look);
        }
    }

    private static async Task<long> SendOneAsync(ChatLogClient client, string room, string author, string text, CancellationToken cancellation)
    {
        try
        {
            return await client.SendAsync(room, author, text, cancellation);
        }
        catch (Exception exception) when (RetryOption.IsUnknown(exception, isRetry: client.Options.Retry is not null))
        {
            RetryToken? token = client.Options.Retry ?? ((OutcomeUnknownException)exception).Retry;
            throw RetryOption.Unknown(exception.Message, isRetry: client.Options.Retry is not null, token, AgainOne, LineStream.Look);
        }
    }
}
