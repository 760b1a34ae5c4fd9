using NUnit.Framework;
using PaxosShard.ChatClient.App.Chat;
using PaxosShard.ChatClient.App.Terminal;
using PaxosShard.Wire.Commands;

namespace PaxosShard.Tests.Unit.ChatApp;

[TestFixture]
internal sealed class ChatScreenTests
{
    private ChatVirtualTerminal _terminal = null!;
    private OwnMessages _own = null!;
    private ChatView _view = null!;

    [SetUp]
    public void Open()
    {
        _terminal = new ChatVirtualTerminal();
        _own = new OwnMessages();
        _view = new ChatView(new ScreenModel(hasCursor: true), new Style(hasColours: true), _terminal.Write);
    }

    [Test]
    public void A_message_that_arrives_while_typing_goes_above_the_line_and_takes_nothing_of_it()
    {
        Type("half a li");
        _view.Show(new RoomMessage(17, "bob", 0, "hi"));
        Refresh();
        Type("ne");

        Assert.That(_terminal.Lines, Is.EqualTo(new[] { "17 bob: hi", "lobby ann> half a line" }));
        Assert.That(_terminal.Cursor, Is.EqualTo((1, "lobby ann> half a line".Length)));
    }

    [Test]
    public void An_own_message_is_pending_above_the_line_until_the_room_shows_it_with_its_number()
    {
        OwnMessage message = _own.Add("lobby", "ann", "hello");
        Type("next");
        Assert.That(_terminal.Lines, Is.EqualTo(new[] { "… you: hello", "lobby ann> next" }));

        Assert.That(_own.Commit(message.Id, 18, "lobby", lastShown: 16), Is.Null);
        _view.Show(new RoomMessage(17, "bob", 0, "earlier"));
        Refresh();
        Assert.That(_terminal.Lines, Is.EqualTo(new[] { "17 bob: earlier", "✓ 18 you: hello", "lobby ann> next" }));

        _view.Show(_own.Show("lobby", 18, "ann", "hello")!, "lobby");
        Refresh();
        Assert.That(_terminal.Lines, Is.EqualTo(new[] { "17 bob: earlier", "you: hello ✓ 18", "lobby ann> next" }));
    }

    [Test]
    public void A_message_that_failed_says_why()
    {
        OwnMessage message = _own.Add("lobby", "ann", "hello");
        Refresh();

        _view.Show(_own.Fail(message.Id, "no primary\u001b[2J", isUnknown: false)!, "lobby");
        Refresh();

        Assert.That(_terminal.Lines, Is.EqualTo(new[] { "you: hello ✗ no primary\\u001b[2J", "lobby ann>" }));
    }

    [Test]
    public void Nothing_that_others_wrote_is_obeyed()
    {
        _view.Show(new RoomMessage(1, "eve\u001b]0;x\u0007", 0, "a\u001b[2Jb\rc\u0085\u202e\nsecond"));
        Refresh();

        Assert.That(_terminal.Lines, Is.EqualTo(new[]
        {
            "1 eve\\u001b]0;x\\u0007: a\\u001b[2Jb\\rc\\u0085\\u202e", "    second", "lobby ann>",
        }));
    }

    [Test]
    public void A_line_longer_than_the_terminal_moves_within_its_row_and_keeps_the_cursor_in_sight()
    {
        _view.Screen.Resize(20, 5);
        Type("0123456789abcdefghij");
        Assert.That(_terminal.Lines, Is.EqualTo(new[] { "lobby ann> defghij" }));

        _view.Editor.Apply(new Key(KeyKind.Home));
        Refresh();
        Assert.That(_terminal.Lines, Is.EqualTo(new[] { "lobby ann> 01234567" }));
        Assert.That(_terminal.Cursor, Is.EqualTo((0, "lobby ann> ".Length)));
    }

    [Test]
    public void Leaving_takes_the_input_line_away_and_keeps_what_was_said()
    {
        Type("half");
        _view.Show(new RoomMessage(1, "bob", 0, "hi"));
        _view.Leave();

        Assert.That(_terminal.Lines, Is.EqualTo(new[] { "1 bob: hi", "" }));
    }

    [Test]
    public void A_terminal_that_understands_nothing_gets_lines_alone()
    {
        List<string> written = [];
        ChatView view = new(new ScreenModel(hasCursor: false), new Style(hasColours: false), written.Add);
        view.Editor.Apply(new Key(KeyKind.Text, "half"));
        view.Show(new RoomMessage(17, "bob", 0, "hi"));
        view.Refresh("ann", "lobby", []);

        Assert.That(written, Is.EqualTo(new[] { "17 bob: hi\n" }));
    }

    private void Type(string text)
    {
        _view.Editor.Apply(new Key(KeyKind.Text, text));
        Refresh();
    }

    private void Refresh() => _view.Refresh("ann", "lobby", _own.Pending);
}
