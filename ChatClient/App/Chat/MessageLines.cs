using System.Globalization;
using PaxosShard.ChatClient.App.Terminal;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Text;

namespace PaxosShard.ChatClient.App.Chat;

/// <summary>
/// How messages look on a terminal, each with its time of day, and a line with the date in front of the first one of another day. Nothing that others wrote is obeyed by the terminal.
/// </summary>
/// <param name="style">The colours.</param>
/// <param name="clock">What time it is, and in which zone times are shown.</param>
internal sealed class MessageLines(Style style, TimeProvider clock)
{
    private const string Action = "/me ";
    private const string Indent = "    ";

    // Today needs no line with its date.
    private DateOnly _shown = DateOnly.FromDateTime(clock.GetLocalNow().DateTime);

    /// <summary>A message as the room has it.</summary>
    public IReadOnlyList<string> Of(RoomMessage message) => Lines(
        message.Timestamp, $"{style.Dim($"{message.Number}")} ", style.Name(TextEscaping.Show(message.Author)), message.Text, "");

    /// <summary>An own message whose fate is known.</summary>
    /// <param name="message">The message.</param>
    /// <param name="room">The room that is shown; another one is named.</param>
    /// <param name="time">When it was committed, in milliseconds since 1970; null when the room did not say: then when it was said.</param>
    public IReadOnlyList<string> Of(OwnMessage message, string? room, long? time = null) => Lines(
        time ?? message.SaidAt,
        Place(message, room),
        style.Name(IsAction(message.Text) ? TextEscaping.Show(message.Nick) : "you"),
        message.Text,
        message.Failure is { } failure ? $" {style.Bad($"✗ {TextEscaping.Show(failure)}")}" : $" {style.Good($"✓ {message.Number}")}");

    /// <summary>An own message that is under way: one line, without colours.</summary>
    public static string Pending(OwnMessage message, string? room)
    {
        string text = TextEscaping.Show(message.Text.Replace('\n', '⏎'));
        string said = IsAction(message.Text) ? $"* {TextEscaping.Show(message.Nick)} {text[Action.Length..]}" : $"you: {text}";
        return $"{(message.Number is { } number ? $"✓ {number}" : "…")} {Place(message, room)}{said}";
    }

    /// <summary>A line of this program itself.</summary>
    public string Note(string text) => style.Dim($"- {TextEscaping.Show(text)}");

    /// <summary>A further line of it.</summary>
    public string NoteBehind(string text) => style.Dim($"  {TextEscaping.Show(text)}");

    private static bool IsAction(string text) => text.StartsWith(Action, StringComparison.Ordinal);

    private static string Place(OwnMessage message, string? room) =>
        string.Equals(message.Room, room, StringComparison.Ordinal) ? "" : $"[{TextEscaping.Show(message.Room)}] ";

    private string[] Lines(long time, string before, string name, string text, string behind)
    {
        DateTimeOffset local = TimeZoneInfo.ConvertTime(DateTimeOffset.FromUnixTimeMilliseconds(time), clock.LocalTimeZone);
        string start = $"{style.Dim(local.ToString("HH:mm", CultureInfo.InvariantCulture))} {before}";
        bool isAction = IsAction(text);
        string[] lines = [.. (isAction ? text[Action.Length..] : text).TrimEnd('\n').Split('\n').Select(TextEscaping.Show)];
        for (int index = 1; index < lines.Length; index++)
            lines[index] = Indent + lines[index];
        lines[0] = isAction ? $"{start}* {name} {lines[0]}" : $"{start}{name}: {lines[0]}";
        lines[^1] += behind;
        DateOnly day = DateOnly.FromDateTime(local.DateTime);
        if (day == _shown)
            return lines;
        _shown = day;
        return [Note(day.ToString("dddd, yyyy-MM-dd", CultureInfo.InvariantCulture)), .. lines];
    }
}
