using PaxosShard.ChatClient.App.Cli;
using PaxosShard.Programs;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Text;

namespace PaxosShard.ChatClient.App.Verbs;

/// <summary>Prints messages of a room for scripts: one a line.</summary>
/// <param name="shell">Where to.</param>
/// <param name="room">The room of all of them.</param>
/// <param name="json">As JSON, with the exact text; else with control characters as escapes.</param>
internal sealed class MessageWriter(Shell shell, string room, bool json)
{
    /// <summary>Prints one; it leaves with <see cref="Flush"/>.</summary>
    public void Write(RoomMessage message)
    {
        if (!json)
        {
            shell.Data($"{message.Number}\t{TextEscaping.Escape(message.Author)}\t{TextEscaping.Escape(message.Text)}");
            return;
        }
        shell.Data(Json.ObjectLine(writer =>
        {
            writer.WriteString("room", room);
            writer.WriteNumber("number", message.Number);
            writer.WriteString("author", message.Author);
            writer.WriteString("time", DateTimeOffset.FromUnixTimeMilliseconds(message.Timestamp).ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", null));
            writer.WriteString("text", message.Text);
        }));
    }

    /// <summary>Writes out what was printed.</summary>
    public void Flush() => shell.Flush();
}
