using System.Globalization;
using PaxosShard.ChatClient.App.Cli;
using PaxosShard.Programs;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Text;

namespace PaxosShard.ChatClient.App.Verbs;

/// <summary>Prints messages of a room for scripts: one a line.</summary>
/// <param name="shell">Where to.</param>
/// <param name="room">The room of all of them.</param>
/// <param name="json">As JSON, with the exact text; else with control characters as escapes.</param>
/// <param name="times">Zone in which the time of each is printed behind its number; null: no times. JSON has them anyway, in UTC.</param>
internal sealed class MessageWriter(Shell shell, string room, bool json, TimeZoneInfo? times = null)
{
    private const string Utc = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";
    private const string Local = "yyyy-MM-dd'T'HH:mm:ss.fffzzz";

    /// <summary>Prints one; it leaves with <see cref="Flush"/>.</summary>
    public void Write(RoomMessage message)
    {
        if (!json)
        {
            string time = times is null ? "" : $"\t{Time(message.Timestamp, times)}";
            shell.Data($"{message.Number}{time}\t{TextEscaping.Escape(message.Author)}\t{TextEscaping.Escape(message.Text)}");
            return;
        }
        shell.Data(Json.ObjectLine(writer =>
        {
            writer.WriteString("room", room);
            writer.WriteNumber("number", message.Number);
            writer.WriteString("author", message.Author);
            writer.WriteString("time", Time(message.Timestamp, TimeZoneInfo.Utc));
            writer.WriteString("text", message.Text);
        }));
    }

    /// <summary>Writes out what was printed.</summary>
    public void Flush() => shell.Flush();

    private static string Time(long milliseconds, TimeZoneInfo zone) =>
        TimeZoneInfo.ConvertTime(DateTimeOffset.FromUnixTimeMilliseconds(milliseconds), zone).ToString(zone.Equals(TimeZoneInfo.Utc) ? Utc : Local, CultureInfo.InvariantCulture);
}
