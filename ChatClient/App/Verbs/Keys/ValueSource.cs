using System.CommandLine;
using PaxosShard.ChatClient.App.Cli;
using PaxosShard.Programs;
using PaxosShard.Programs.Errors;

namespace PaxosShard.ChatClient.App.Verbs.Keys;

/// <summary>Where a verb has its value from: a word, a file, or else standard input.</summary>
internal sealed class ValueSource
{
    private readonly Argument<string?> _word = new("value") { HelpName = "VALUE", Description = "The value; all of standard input when left out", Arity = ArgumentArity.ZeroOrOne };
    private readonly Option<string?> _file = new("--file") { Description = "Take the value from this file; like standard input it is bytes as they are, also with --hex", HelpName = "F" };

    /// <summary>Adds its word and its option to a verb.</summary>
    public ValueSource(Command command)
    {
        command.Arguments.Add(_word);
        command.Options.Add(_file);
    }

    /// <summary>The value; one that is too long may end behind the first byte that is too many. Who is to type it is told so.</summary>
    /// <exception cref="ReportedException">There are two, it is not hexadecimal, or it cannot be read.</exception>
    public async Task<ReadOnlyMemory<byte>> ReadAsync(ParseResult parsed, Shell shell, bool isHex, CancellationToken cancellation) =>
        (parsed.GetValue(_word), parsed.GetValue(_file)) switch
        {
            ({ } word, null) => KeyText.Parse(word, isHex, "the value"),
            (null, { } file) => await ValueReader.ReadFileAsync(file, cancellation),
            (null, null) => await ReadInputAsync(shell, cancellation),
            _ => throw new ReportedException(ErrorKinds.Usage, "the value is given as a word and by --file"),
        };

    private static Task<ReadOnlyMemory<byte>> ReadInputAsync(Shell shell, CancellationToken cancellation)
    {
        if (Descriptor.IsTerminal(Descriptor.Input))
            shell.Note("the value is what you type, its line feeds too, up to Ctrl-D at the beginning of a line; Ctrl-C stores nothing");
        return ValueReader.ReadInputAsync(cancellation);
    }
}
