using System.Globalization;
using System.Text;

namespace PaxosShard.ChatClient.App.Terminal;

/// <summary>Makes any text harmless for a terminal: control characters are shown, not obeyed, and a message stays on its line.</summary>
internal static class TextEscaping
{
    /// <summary>The text with every control, format and line-separating character written as an escape; the same string when there is none.</summary>
    public static string Escape(string text)
    {
        int first = 0;
        while (first < text.Length && !IsHarmful(text[first]))
            first++;
        return first == text.Length ? text : EscapeFrom(text, first);
    }

    private static string EscapeFrom(string text, int first)
    {
        StringBuilder result = new(text.Length + 16);
        result.Append(text, 0, first);
        foreach (char character in text.AsSpan(first))
        {
            switch (character)
            {
                case '\n':
                    result.Append("\\n");
                    break;
                case '\r':
                    result.Append("\\r");
                    break;
                case '\t':
                    result.Append("\\t");
                    break;
                case var _ when !IsHarmful(character):
                    result.Append(character);
                    break;
                default:
                    result.Append(CultureInfo.InvariantCulture, $"\\u{(int)character:x4}");
                    break;
            }
        }
        return result.ToString();
    }

    // C0, DEL and C1; line and paragraph separators; and the marks that turn the direction of writing, which make a text look like another.
    private static bool IsHarmful(char character) =>
        char.IsControl(character) || character is '\u2028' or '\u2029' or (>= '\u202a' and <= '\u202e') or (>= '\u2066' and <= '\u2069');
}
