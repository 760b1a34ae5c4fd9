namespace PaxosShard.ChatClient.App.Terminal;

/// <summary>Which bytes a terminal sends for which key.</summary>
internal static class KeyTables
{
    /// <summary>The key of a control character.</summary>
    public static KeyKind OfControl(byte value) => value switch
    {
        1 => KeyKind.Home,
        2 => KeyKind.Left,
        3 => KeyKind.Interrupt,
        4 => KeyKind.EndOfInput,
        5 => KeyKind.End,
        6 => KeyKind.Right,
        8 or 127 => KeyKind.Backspace,
        9 => KeyKind.Tab,
        10 or 13 => KeyKind.Enter,
        11 => KeyKind.KillBehind,
        12 => KeyKind.Redraw,
        14 => KeyKind.Down,
        16 => KeyKind.Up,
        21 => KeyKind.KillBefore,
        23 => KeyKind.KillWord,
        26 => KeyKind.Suspend,
        _ => KeyKind.Other,
    };

    /// <summary>The key of a sequence that began with ESC [ or ESC O.</summary>
    /// <param name="parameters">What is between; numbers with semicolons.</param>
    /// <param name="final">The last byte.</param>
    public static KeyKind OfSequence(string parameters, char final)
    {
        bool isWord = parameters.EndsWith(";5", StringComparison.Ordinal) || parameters.EndsWith(";3", StringComparison.Ordinal);
        return final switch
        {
            'A' => KeyKind.Up,
            'B' => KeyKind.Down,
            'C' => isWord ? KeyKind.WordRight : KeyKind.Right,
            'D' => isWord ? KeyKind.WordLeft : KeyKind.Left,
            'H' => KeyKind.Home,
            'F' => KeyKind.End,
            'M' => KeyKind.Enter,
            '~' => parameters switch
            {
                "1" or "7" => KeyKind.Home,
                "4" or "8" => KeyKind.End,
                "3" => KeyKind.Delete,
                _ => KeyKind.Other,
            },
            _ => KeyKind.Other,
        };
    }

    /// <summary>The key of a character behind ESC alone, as Alt sends it.</summary>
    public static KeyKind OfAlt(byte value) => value switch
    {
        (byte)'b' => KeyKind.WordLeft,
        (byte)'f' => KeyKind.WordRight,
        8 or 127 => KeyKind.KillWord,
        _ => KeyKind.Other,
    };
}
