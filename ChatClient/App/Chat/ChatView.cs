using PaxosShard.ChatClient.App.Terminal;
using PaxosShard.Wire;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Text;

namespace PaxosShard.ChatClient.App.Chat;

/// <summary>What the user sees and types: the lines of the conversation, the pending messages, the input line. Pure but for what it is told to write with.</summary>
/// <param name="screen">The screen.</param>
/// <param name="style">The colours.</param>
/// <param name="write">Writes to the terminal.</param>
/// <param name="clock">What time it is, and in which zone times are shown.</param>
internal sealed class ChatView(ScreenModel screen, Style style, Action<string> write, TimeProvider clock)
{
    private readonly MessageLines _lines = new(style, clock);

    /// <summary>The input line.</summary>
    public LineEditor Editor { get; } = new(Limits.MessageText);

    /// <summary>The screen.</summary>
    public ScreenModel Screen => screen;

    /// <summary>Shows a message of the room.</summary>
    public void Show(RoomMessage message) => Print(_lines.Of(message));

    /// <summary>Shows the fate of an own message.</summary>
    /// <param name="message">The message.</param>
    /// <param name="room">The room that is shown.</param>
    /// <param name="time">When it was committed, as its room says; null when it does not.</param>
    public void Show(OwnMessage message, string? room, long? time = null) => Print(_lines.Of(message, room, time));

    /// <summary>Shows a line of this program itself.</summary>
    public void Note(string text)
    {
        bool isFirst = true;
        foreach (string line in screen.Wrap(TextEscaping.Show(text)))
        {
            screen.Print(isFirst ? _lines.Note(line) : _lines.NoteBehind(line));
            isFirst = false;
        }
    }

    /// <summary>Writes what has changed.</summary>
    /// <param name="nick">Who speaks.</param>
    /// <param name="room">The room that is shown.</param>
    /// <param name="pending">Own messages under way.</param>
    public void Refresh(string nick, string? room, IEnumerable<OwnMessage> pending)
    {
        screen.SetPending([.. pending.Select(message => MessageLines.Pending(message, room))]);
        screen.SetInput($"{TextEscaping.Show(room ?? "no room")} {TextEscaping.Show(nick)}> ", Editor.Text, Editor.Cursor);
        WriteOut(screen.Render());
    }

    /// <summary>Clears the input line away, so that others may write.</summary>
    public void Leave() => WriteOut(screen.Leave());

    private void Print(IReadOnlyList<string> lines)
    {
        foreach (string line in lines)
            screen.Print(line);
    }

    private void WriteOut(string text)
    {
        if (text.Length > 0)
            write(text);
    }
}
