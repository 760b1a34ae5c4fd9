using System.CommandLine;
using PaxosShard.ChatClient.App.Cli;
using PaxosShard.Client;
using PaxosShard.Programs;
using PaxosShard.Programs.Errors;
using PaxosShard.Wire;
using PaxosShard.Wire.Commands;

namespace PaxosShard.ChatClient.App.Verbs.Keys;

/// <summary>What the verbs about one key have in common: the key, whether words are hexadecimal, where to connect, and what is told of a request that failed.</summary>
internal sealed class KeyVerb
{
    private readonly Argument<string> _key = new("key") { HelpName = "KEY", Description = $"The key: 1 to {Limits.KeyName} bytes" };
    private readonly Option<bool> _hex = NewHexOption();
    private readonly Shell _shell;
    private readonly string _name;
    private readonly RetryOption? _retry;
    private readonly TargetOptions _target;

    /// <summary>Adds to a verb what all of them have: the key as its first word, and options behind its own.</summary>
    /// <param name="shell">The shell.</param>
    /// <param name="command">The verb, with its other words and options.</param>
    /// <param name="changes">It changes the key, so that its outcome may be unknown.</param>
    public KeyVerb(Shell shell, Command command, bool changes)
    {
        _shell = shell;
        _name = $"px kv {command.Name}";
        command.Arguments.Insert(0, _key);
        command.Options.Add(_hex);
        _retry = changes ? new RetryOption(command) : null;
        _target = new TargetOptions(command);
    }

    /// <summary>A new option <c>--hex</c>.</summary>
    public static Option<bool> NewHexOption() => NewFlag("--hex", "Keys and values on the command line and in the output are hexadecimal");

    /// <summary>A new option that is there or not. A word behind it is a word like any other, also a key or value <c>true</c>.</summary>
    public static Option<bool> NewFlag(string name, string description) => new(name) { Description = description, Arity = ArgumentArity.Zero };

    /// <summary>Words and output are hexadecimal.</summary>
    public bool IsHex(ParseResult parsed) => parsed.GetValue(_hex);

    /// <summary>The key.</summary>
    /// <exception cref="ReportedException">It breaks a rule for keys, or is not hexadecimal.</exception>
    public ReadOnlyMemory<byte> Key(ParseResult parsed)
    {
        ReadOnlyMemory<byte> key = KeyText.Parse(parsed.GetRequiredValue(_key), IsHex(parsed), "the key");
        ThrowIfBroken(KeyCommand.Get(key));
        return key;
    }

    /// <summary>Connects and does what a command says.</summary>
    /// <exception cref="ReportedException">It breaks a rule, or its outcome is unknown.</exception>
    public async Task<KeyResult> ExecuteAsync(ParseResult parsed, KeyCommand command, CancellationToken cancellation)
    {
        ThrowIfBroken(command);
        RetryToken? retry = _retry?.Resolve(parsed);
        ClientOptions options = _target.ClientOptions(parsed, _shell) with { Retry = retry };
        try
        {
            await using ChatLogClient client = await ChatLogClient.ConnectAsync(options, cancellation);
            return await client.Keys.ExecuteAsync(command, cancellation);
        }
        catch (Exception exception) when (RetryOption.IsUnknown(exception, isRetry: retry is not null))
        {
            RetryToken? token = retry ?? ((OutcomeUnknownException)exception).Retry;
            throw RetryOption.Unknown(exception.Message, isRetry: retry is not null, token, IsFromInput(parsed) ? null : "AGAIN", $"the same {_name} with", "px kv get KEY --dir DIR");
        }
        catch (RejectedException rejected)
        {
            throw new ReportedException(ErrorKinds.Rejected, rejected.Message) { Next = "px kv list --dir DIR" };
        }
    }

    /// <summary>The error of a verb whose key is not there.</summary>
    public ReportedException Missing(ParseResult parsed, ReadOnlyMemory<byte> key) =>
        new(ErrorKinds.NoKey, KeyText.Excerpt(key.Span, IsHex(parsed)));

    /// <summary>Writes a key and its value as a line of JSON.</summary>
    public void WriteJson(ParseResult parsed, ReadOnlyMemory<byte> key, ReadOnlyMemory<byte> value) => _shell.Data(Json.ObjectLine(writer =>
    {
        KeyText.WriteJson(writer, "key", key.Span, IsHex(parsed));
        KeyText.WriteJson(writer, "value", value.Span, IsHex(parsed));
    }));

    // What standard input had is read, and is not there for a second command.
    private static bool IsFromInput(ParseResult parsed) =>
        parsed.CommandResult.Command.Arguments.Any(static argument => argument.Name is "value")
        && parsed.CommandResult.Command.Arguments.Where(static argument => argument.Name is "value").All(argument => parsed.GetResult(argument) is null or { Tokens.Count: 0 })
        && parsed.CommandResult.Command.Options.Where(static option => option.Name is "--file").All(option => parsed.GetResult(option) is null or { Tokens.Count: 0 });

    private static void ThrowIfBroken(KeyCommand command)
    {
        if (KeyRules.Violation(command) is { } violation)
            throw new ReportedException(ErrorKinds.Usage, violation);
    }
}
