namespace PaxosShard.ChatClient.App.Terminal;

/// <summary>What was typed.</summary>
/// <param name="Kind">Which key.</param>
/// <param name="Text">The characters of <see cref="KeyKind.Text"/> and <see cref="KeyKind.Paste"/>; else empty.</param>
internal readonly record struct Key(KeyKind Kind, string Text = "");

/// <summary>The keys that are told apart.</summary>
internal enum KeyKind
{
    /// <summary>One that means nothing here.</summary>
    Other,

    /// <summary>Characters.</summary>
    Text,

    /// <summary>Characters that were pasted together, line feeds among them.</summary>
    Paste,

    /// <summary>Enter.</summary>
    Enter,

    /// <summary>Tab.</summary>
    Tab,

    /// <summary>Backspace.</summary>
    Backspace,

    /// <summary>Delete, Ctrl-D within a line.</summary>
    Delete,

    /// <summary>Cursor left, Ctrl-B.</summary>
    Left,

    /// <summary>Cursor right, Ctrl-F.</summary>
    Right,

    /// <summary>Home, Ctrl-A.</summary>
    Home,

    /// <summary>End, Ctrl-E.</summary>
    End,

    /// <summary>Cursor up, Ctrl-P.</summary>
    Up,

    /// <summary>Cursor down, Ctrl-N.</summary>
    Down,

    /// <summary>Ctrl-Left, Alt-B.</summary>
    WordLeft,

    /// <summary>Ctrl-Right, Alt-F.</summary>
    WordRight,

    /// <summary>Ctrl-U: removes what is before the cursor.</summary>
    KillBefore,

    /// <summary>Ctrl-K: removes what is behind the cursor.</summary>
    KillBehind,

    /// <summary>Ctrl-W: removes the word before the cursor.</summary>
    KillWord,

    /// <summary>Ctrl-L: draws everything again.</summary>
    Redraw,

    /// <summary>Ctrl-C.</summary>
    Interrupt,

    /// <summary>Ctrl-D.</summary>
    EndOfInput,

    /// <summary>Ctrl-Z.</summary>
    Suspend,
}
