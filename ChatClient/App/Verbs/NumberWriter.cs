using PaxosShard.ChatClient.App.Cli;
using PaxosShard.Programs;
using PaxosShard.Wire.Text;

namespace PaxosShard.ChatClient.App.Verbs;

/// <summary>Prints where messages were committed. That this cannot be read or written any more stops nobody who sends: it is told.</summary>
/// <param name="shell">Where to.</param>
/// <param name="room">The room of all of them.</param>
/// <param name="json">As JSON.</param>
/// <param name="isOn">Without JSON: whether to print at all.</param>
internal sealed class NumberWriter(Shell shell, string room, bool json, bool isOn)
{
    private readonly string _room = TextEscaping.Escape(room);
    private bool _isTold;

    /// <summary>Why numbers could not be written, as on a full disk; null when they could, or nobody wants to read them.</summary>
    public string? Failure { get; private set; }

    /// <summary>Prints one; it leaves with <see cref="Flush"/>.</summary>
    public void Write(long number)
    {
        if (json)
        {
            Try(() => shell.Data(Json.ObjectLine(writer =>
            {
                writer.WriteString("room", room);
                writer.WriteNumber("number", number);
            })));
        }
        else if (isOn)
        {
            Try(() => shell.Data($"{_room}\t{number}"));
        }
    }

    /// <summary>Writes out what was printed.</summary>
    public void Flush() => Try(shell.Flush);

    private void Try(Action write)
    {
        if (Failure is not null)
            return;
        try
        {
            write();
        }
        catch (IOException exception)
        {
            Failure = exception.Message;
        }
        if (shell.HasReader || _isTold)
            return;
        _isTold = true;
        shell.Note("nobody reads the numbers any more; the lines are sent all the same");
    }
}
