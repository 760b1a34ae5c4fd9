using NUnit.Framework;
using PaxosShard.ChatClient.App.Terminal;

namespace PaxosShard.Tests.Unit.ChatApp;

[TestFixture]
internal sealed class ChatLineEditorTests
{
    [Test]
    public void Characters_are_put_in_where_the_cursor_is()
    {
        LineEditor editor = Typed("held");

        Apply(editor, KeyKind.Left);
        editor.Apply(new Key(KeyKind.Text, "lo wor"));
        Apply(editor, KeyKind.Home, KeyKind.Delete);
        editor.Apply(new Key(KeyKind.Text, "H"));

        Assert.That(editor.Text, Is.EqualTo("Hello word"));
        Assert.That(editor.Cursor, Is.EqualTo(1));
    }

    [Test]
    public void The_cursor_never_stands_within_a_character()
    {
        LineEditor editor = Typed("a😀e\u0301b");

        Apply(editor, KeyKind.Left, KeyKind.Left);
        Assert.That(editor.Cursor, Is.EqualTo(3));
        Apply(editor, KeyKind.Backspace);
        Assert.That(editor.Text, Is.EqualTo("ae\u0301b"));
        Apply(editor, KeyKind.Delete);
        Assert.That(editor.Text, Is.EqualTo("ab"));
    }

    [Test]
    public void Whole_parts_can_be_removed()
    {
        LineEditor editor = Typed("one two three");

        Apply(editor, KeyKind.KillWord);
        Assert.That(editor.Text, Is.EqualTo("one two "));
        Apply(editor, KeyKind.WordLeft, KeyKind.KillBehind);
        Assert.That(editor.Text, Is.EqualTo("one "));
        Apply(editor, KeyKind.KillBefore);
        Assert.That(editor.Text, Is.Empty);
    }

    [Test]
    public void Going_through_the_history_does_not_lose_the_line_that_was_begun()
    {
        LineEditor editor = Typed("first");
        editor.Accept();
        editor.Apply(new Key(KeyKind.Text, "second"));
        editor.Accept();
        editor.Apply(new Key(KeyKind.Text, "half a li"));

        Apply(editor, KeyKind.Up, KeyKind.Up, KeyKind.Up);
        Assert.That(editor.Text, Is.EqualTo("first"));
        Apply(editor, KeyKind.Down, KeyKind.Down);

        Assert.That(editor.Text, Is.EqualTo("half a li"));
    }

    [Test]
    public void A_text_that_is_too_long_is_refused_and_what_is_there_stays()
    {
        LineEditor editor = new(bytesMax: 4);

        Assert.That(editor.Apply(new Key(KeyKind.Text, "éé")), Is.True);
        Assert.That(editor.Apply(new Key(KeyKind.Text, "x")), Is.False);
        Assert.That(editor.Text, Is.EqualTo("éé"));
    }

    private static LineEditor Typed(string text)
    {
        LineEditor editor = new(bytesMax: 1000);
        editor.Apply(new Key(KeyKind.Text, text));
        return editor;
    }

    private static void Apply(LineEditor editor, params KeyKind[] keys)
    {
        foreach (KeyKind key in keys)
            editor.Apply(new Key(key));
    }
}
