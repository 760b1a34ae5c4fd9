using PaxosShard.ChatClient.App.Terminal;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Text;

namespace PaxosShard.ChatClient.App.Chat;

/// <summary>How messages look on a terminal. Pure. Nothing that others wrote is obeyed by the terminal.</summary>
/// <param name="style">The colours.</param>
internal sealed class MessageLines(Style style)
{
    private const string Action = "/me ";
    private const string Indent = "    ";

    /// <summary>A message as the room has it.</summary>
    public IReadOnlyList<string> Of(RoomMessage message) => Lines(
        $"{style.Dim($"{message.Number}")} ", style.Name(TextEscaping.Show(message.Author)), message.Text, "");

    /// <summary>An own message whose fate is known.</summary>
    /// <param name="message">The message.</param>
    /// <param name="room">The room that is shown; another one is named.</param>
    public IReadOnlyList<string> Of(OwnMessage message, string? room) => Lines(
        Place(message, room),
        style.Name("you"),
        message.Text,
        message.Failure is { } failure ? $" {style.Bad($"✗ {TextEscaping.Show(failure)}")}" : $" {style.Good($"✓ {message.Number}")}");

    /// <summary>An own message that is under way: one line, without colours.</summary>
    public static string Pending(OwnMessage message, string? room)
    {
        string text = TextEscaping.Show(message.Text.Replace('\n', '⏎'));
        return $"{(message.Number is { } number ? $"✓ {number}" : "…")} {Place(message, room)}you: {text}";
    }

    /// <summary>A line of this program itself.</summary>
    public string Note(string text) => style.Dim($"- {TextEscaping.Show(text)}");

    private static string Place(OwnMessage message, string? room) =>
        string.Equals(message.Room, room, StringComparison.Ordinal) ? "" : $"[{TextEscaping.Show(message.Room)}] ";

    private static string[] Lines(string before, string name, string text, string behind)
    {
        bool isAction = text.StartsWith(Action, StringComparison.Ordinal);
        string[] lines = [.. (isAction ? text[Action.Length..] : text).TrimEnd('\n').Split('\n').Select(TextEscaping.Show)];
        for (int index = 1; index < lines.Length; index++)
            lines[index] = Indent + lines[index];
        lines[0] = isAction ? $"{before}* {name} {lines[0]}" : $"{before}{name}: {lines[0]}";
        lines[^1] += behind;
        return lines;
    }
}
