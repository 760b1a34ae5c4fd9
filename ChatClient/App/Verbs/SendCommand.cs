using System.CommandLine;
using System.CommandLine.Parsing;
using PaxosShard.ChatClient.App.Cli;
using PaxosShard.ChatClient.App.Groups;
using PaxosShard.Client;
using PaxosShard.Programs;
using PaxosShard.Programs.Errors;

namespace PaxosShard.ChatClient.App.Verbs;

/// <summary><c>px send</c>: sends one message, or every line of the input, and returns when all are committed.</summary>
internal static class SendCommand
{
    private const string HowOne = "the same px send with";

    /// <summary>The verb.</summary>
    public static Command Create(Shell shell)
    {
        Argument<string> room = new("room") { HelpName = "ROOM", Description = "Name of the room" };
        Argument<string[]> text = new("text") { HelpName = "TEXT", Description = "The message, in quotes; every line of standard input when left out", Arity = ArgumentArity.ZeroOrMore };
        Option<string?> nick = new("--nick") { Description = "Who speaks (default: PX_NICK, or your login)", HelpName = "NAME" };
        Option<bool> numbers = new("--numbers") { Description = "Print room and number of every message" };
        Option<bool> json = new("--json") { Description = "Print room and number of every message as JSON" };
        BlankOption blank = new();
        Command command = new("send", "Send one message, or every line of standard input, and wait until all are committed.\nExample: px send lobby 'hello, world'")
        {
            room, text, nick, numbers, json, blank.Option,
        };
        RetryOption retry = new(command);
        TargetOptions target = new(command);
        command.SetAction(async (parsed, cancellation) =>
        {
            string? single = MessageOf(parsed, text);
            string roomName = parsed.GetRequiredValue(room);
            BlankLines blankLines = blank.Of(parsed);
            string author = parsed.GetValue(nick) ?? Nickname(shell);
            if (MessageRules.Violation(roomName, author, "x") is { } violation)
                throw new ReportedException(ErrorKinds.Usage, violation);
            ClientOptions options = target.ClientOptions(parsed, shell) with
            {
                Retry = retry.Resolve(parsed),
                StopAtFailure = true,
            };
            NumberWriter writer = new(shell, roomName, parsed.GetValue(json), parsed.GetValue(numbers) || single is not null);
            await using ChatLogClient client = await ConnectAsync(options, again: single is null ? LineStream.AgainFrom(1) : LineStream.AgainOne, single is null ? "px send with the same lines and" : HowOne, cancellation);
            using DemoEndWatch watch = new(client, shell.Place, cancellation);
            if (single is null)
                return await new LineSender(new LineStream(client, roomName, author, writer.Write) { Blank = blankLines }, shell, writer, watch).SendAllAsync(cancellation);
            writer.Write(await SendOneAsync(client, roomName, author, single, watch));
            writer.Flush();
            return writer.Failure is { } failure
                ? throw new ReportedException(ErrorKinds.FileSystem, failure) { Outcome = "the message is committed; its number was not written" }
                : ExitCode.Ok;
        });
        return command;
    }

    // Put together again they would not be what was typed: the shell has taken away how many spaces there were.
    private static string? MessageOf(ParseResult parsed, Argument<string[]> text)
    {
        string[] words = parsed.GetValue(text) ?? [];
        if (words.Length <= 1)
            return words.FirstOrDefault();
        HashSet<Token> own = [.. parsed.GetResult(text)!.Tokens];
        string quoted = ShellWord.Of(string.Join(' ', words));
        string others = string.Concat(parsed.Tokens.Where(token => !own.Contains(token)).Skip(2).Select(static token => $" {ShellWord.Of(token.Value)}"));
        throw new ReportedException(ErrorKinds.Usage, $"a message of {words.Length} words needs quotes around it") { Next = $"px send ROOM {quoted}{others}" };
    }

    /// <summary>The name under which a user speaks who does not say another: of the environment, or else their login.</summary>
    public static string Nickname(Shell shell) => shell.Variable("PX_NICK") ?? shell.Variable("USER") ?? shell.Variable("LOGNAME") ?? Login() ?? "somebody";

    // Of whoever started this process, as the system knows them, also where the environment does not say.
    private static string? Login()
    {
        try
        {
            return Environment.UserName is { Length: > 0 } name ? name : null;
        }
        catch (InvalidOperationException)
        {
            return null; // A number without a name.
        }
    }

    // Whoever finds no primary has sent nothing now, but may have before.
    private static async Task<ChatLogClient> ConnectAsync(ClientOptions options, string? again, string how, CancellationToken cancellation)
    {
        try
        {
            return await ChatLogClient.ConnectAsync(options, cancellation);
        }
        catch (NotAppliedException exception) when (options.Retry is not null)
        {
            throw RetryOption.Unknown(exception.Message, isRetry: true, options.Retry, again, how, LineStream.Look);
        }
    }

    private static async Task<long> SendOneAsync(ChatLogClient client, string room, string author, string text, DemoEndWatch watch)
    {
        try
        {
            return await client.SendAsync(room, author, text, watch.Token);
        }
        catch (OperationCanceledException) when (watch.Ended is not null)
        {
            throw watch.Ended;
        }
        catch (Exception exception) when (RetryOption.IsUnknown(exception, isRetry: client.Options.Retry is not null))
        {
            RetryToken? token = client.Options.Retry ?? ((OutcomeUnknownException)exception).Retry;
            throw RetryOption.Unknown(exception.Message, isRetry: client.Options.Retry is not null, token, LineStream.AgainOne, HowOne, LineStream.Look);
        }
    }
}
