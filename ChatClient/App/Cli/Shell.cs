using System.Text;
using PaxosShard.Programs;
using PaxosShard.Programs.Errors;
using PaxosShard.Wire.Text;

namespace PaxosShard.ChatClient.App.Cli;

/// <summary>What a verb has of the world around it: data goes to standard output, notes to standard error.</summary>
internal sealed class Shell
{
    private readonly StringBuilder _line = new();
    private readonly Action<ReadOnlyMemory<byte>> _writeData;
    private readonly Action<string> _writeNote;
    private readonly Func<string, string?> _environment;

    /// <summary>A shell with its own ends, for tests.</summary>
    /// <param name="writeData">Receives data as the bytes it is, line feeds included.</param>
    /// <param name="writeNote">Receives notes, line feeds included.</param>
    /// <param name="environment">The environment.</param>
    public Shell(Action<ReadOnlyMemory<byte>> writeData, Action<string> writeNote, Func<string, string?> environment)
    {
        _writeData = writeData;
        _writeNote = writeNote;
        _environment = environment;
    }

    /// <summary>The shell of the process.</summary>
    public static Shell OfProcess() => new(
        bytes => Descriptor.Write(Descriptor.Output, bytes.Span),
        text => Descriptor.Write(Descriptor.Error, Encoding.UTF8.GetBytes(text)),
        VariableOfProcess);

    /// <summary>A variable of the environment; null when it is not set or empty.</summary>
    /// <exception cref="ReportedException">It is not UTF-8.</exception>
    public string? Variable(string name) => _environment(name) is { Length: > 0 } value ? value : null;

    /// <summary>How this program is called by whoever reads what it says: the first word of a command that is to be pasted.</summary>
    public string Px => Variable(NextCommand.Variable) is { } calledAs ? ShellWord.Of(calledAs) : "px";

    /// <summary>The directory of the group or cluster that the verb talks to; null when none is known.</summary>
    public string? Place { get; set; }

    /// <summary>
    /// False once a write found that nobody reads the data any more, as behind <c>| head</c>; what is written afterwards is dropped. The
    /// verb decides what that means for its work, never the write.
    /// </summary>
    public bool HasReader { get; private set; } = true;

    /// <summary>Writes a line of data; it leaves with <see cref="Flush"/>, or when enough has come together.</summary>
    public void Data(string line)
    {
        _line.Append(line).Append('\n');
        if (_line.Length > 16 * 1024)
            Flush();
    }

    /// <summary>Writes data that is no line of text, as it is, behind the lines before it.</summary>
    /// <exception cref="IOException">It cannot be written, as on a full disk.</exception>
    public void RawData(ReadOnlyMemory<byte> bytes)
    {
        Flush();
        if (!bytes.IsEmpty)
            Write(bytes);
    }

    /// <summary>Writes out what has come together.</summary>
    /// <exception cref="IOException">It cannot be written, as on a full disk.</exception>
    public void Flush()
    {
        if (_line.Length == 0)
            return;
        byte[] bytes = Encoding.UTF8.GetBytes(_line.ToString());
        _line.Clear();
        Write(bytes);
    }

    /// <summary>Writes a line for people, with nothing in it that a terminal would obey.</summary>
    public void Note(string line)
    {
        try
        {
            _writeNote(TextEscaping.Show(line) + "\n");
        }
        catch (Exception exception) when (exception is OutputClosedException or IOException)
        {
            // There is nobody left to tell; the exit code still does.
        }
    }

    /// <summary>Writes several lines for people.</summary>
    public void Notes(string lines)
    {
        foreach (string line in lines.ReplaceLineEndings("\n").Split('\n'))
            Note(line);
    }

    private void Write(ReadOnlyMemory<byte> bytes)
    {
        if (!HasReader)
            return;
        try
        {
            _writeData(bytes);
        }
        catch (OutputClosedException)
        {
            HasReader = false;
        }
    }

    private static string? VariableOfProcess(string name) => RawWords.FindBadVariable(name) is { } bad
        ? throw new ReportedException(ErrorKinds.Usage, $"the environment: {bad}")
        : Environment.GetEnvironmentVariable(name);
}
