using NUnit.Framework;
using PaxosShard.ChatClient.App.Chat;
using PaxosShard.ChatClient.App.Terminal;
using PaxosShard.Wire.Commands;

namespace PaxosShard.Tests.Unit.ChatApp;

[TestFixture]
internal sealed class ChatScreenTests
{
    private readonly DayClock _clock = new();
    private ChatVirtualTerminal _terminal = null!;
    private OwnMessages _own = null!;
    private ChatView _view = null!;

    [SetUp]
    public void Open()
    {
        _terminal = new ChatVirtualTerminal();
        _own = new OwnMessages();
        _view = new ChatView(new ScreenModel(hasCursor: true), new Style(hasColours: true), _terminal.Write, _clock);
    }

    [Test]
    public void A_message_that_arrives_while_typing_goes_above_the_line_and_takes_nothing_of_it()
    {
        Type("half a li");
        _view.Show(new RoomMessage(17, "bob", 0, "hi"));
        Refresh();
        Type("ne");

        Assert.That(_terminal.Lines, Is.EqualTo(new[] { "02:00 17 bob: hi", "lobby ann> half a line" }));
        Assert.That(_terminal.Cursor, Is.EqualTo((1, "lobby ann> half a line".Length)));
    }

    [Test]
    public void An_own_message_is_pending_above_the_line_until_the_room_shows_it_with_its_number()
    {
        OwnMessage message = _own.Add("lobby", "ann", "hello", saidAt: 0);
        Type("next");
        Assert.That(_terminal.Lines, Is.EqualTo(new[] { "… you: hello", "lobby ann> next" }));

        Assert.That(_own.Commit(message.Id, 18, "lobby", lastShown: 16), Is.Null);
        _view.Show(new RoomMessage(17, "bob", 0, "earlier"));
        Refresh();
        Assert.That(_terminal.Lines, Is.EqualTo(new[] { "02:00 17 bob: earlier", "✓ 18 you: hello", "lobby ann> next" }));

        _view.Show(_own.Show("lobby", 18, "ann", "hello")!, "lobby");
        Refresh();
        Assert.That(_terminal.Lines, Is.EqualTo(new[] { "02:00 17 bob: earlier", "02:00 you: hello ✓ 18", "lobby ann> next" }));
    }

    [Test]
    public void A_message_that_failed_says_why()
    {
        OwnMessage message = _own.Add("lobby", "ann", "hello", saidAt: 0);
        Refresh();

        _view.Show(_own.Fail(message.Id, "no primary\u001b[2J", isUnknown: false)!, "lobby");
        Refresh();

        Assert.That(_terminal.Lines, Is.EqualTo(new[] { "02:00 you: hello ✗ no primary\\u001b[2J", "lobby ann>" }));
    }

    [Test]
    public void Nothing_that_others_wrote_is_obeyed()
    {
        _view.Show(new RoomMessage(1, "eve\u001b]0;x\u0007", 0, "a\u001b[2Jb\rc\u0085\u202e\nsecond"));
        Refresh();

        Assert.That(_terminal.Lines, Is.EqualTo(new[]
        {
            "02:00 1 eve\\u001b]0;x\\u0007: a\\u001b[2Jb\\rc\\u0085\\u202e", "    second", "lobby ann>",
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

        Assert.That(_terminal.Lines, Is.EqualTo(new[] { "02:00 1 bob: hi", "" }));
    }

    [Test]
    public void A_terminal_that_understands_nothing_gets_lines_alone()
    {
        List<string> written = [];
        ChatView view = new(new ScreenModel(hasCursor: false), new Style(hasColours: false), written.Add, _clock);
        view.Editor.Apply(new Key(KeyKind.Text, "half"));
        view.Show(new RoomMessage(17, "bob", 0, "hi"));
        view.Refresh("ann", "lobby", []);

        Assert.That(written, Is.EqualTo(new[] { "02:00 17 bob: hi\n" }));
    }

    private void Type(string text)
    {
        _view.Editor.Apply(new Key(KeyKind.Text, text));
        Refresh();
    }

    private void Refresh() => _view.Refresh("ann", "lobby", _own.Pending);

    [Test]
    public void The_first_message_of_another_day_has_the_date_before_it()
    {
        const long Hour = 3_600_000;
        _view.Show(new RoomMessage(1, "bob", 21 * Hour, "late"));
        _view.Show(new RoomMessage(2, "bob", 22 * Hour, "midnight"));
        _view.Show(new RoomMessage(3, "bob", 23 * Hour, "early"));
        Refresh();

        Assert.That(_terminal.Lines, Is.EqualTo(new[] { "23:00 1 bob: late", "- Friday, 1970-01-02", "00:00 2 bob: midnight", "01:00 3 bob: early", "lobby ann>" }));
    }

    [Test]
    public void A_note_that_is_longer_than_the_terminal_is_broken_between_words()
    {
        _view.Screen.Resize(20, 10);
        _view.Note("Ctrl-C once more leaves and ends 0123456789012345678901");
        Refresh();

        Assert.That(_terminal.Lines, Is.EqualTo(new[] { "- Ctrl-C once more", "  leaves and ends", "  01234567890123456", "  78901", "lobby ann>" }));
    }

    [Test]
    public void What_the_user_does_reads_as_others_read_it()
    {
        OwnMessage message = _own.Add("lobby", "ann", "/me waves", saidAt: 0);
        Refresh();
        Assert.That(_terminal.Lines, Is.EqualTo(new[] { "… * ann waves", "lobby ann>" }));

        _own.Commit(message.Id, 1, "lobby", lastShown: 0);
        _view.Show(_own.Show("lobby", 1, "ann", "/me waves")!, "lobby", time: 0);
        _view.Show(new RoomMessage(2, "bob", 0, "/me waves"));
        Refresh();

        Assert.That(_terminal.Lines, Is.EqualTo(new[] { "02:00 * ann waves ✓ 1", "02:00 2 * bob waves", "lobby ann>" }));
    }

    /// <summary>The first day of 1970, two hours east of Greenwich.</summary>
    private sealed class DayClock : TimeProvider
    {
        public override TimeZoneInfo LocalTimeZone { get; } = TimeZoneInfo.CreateCustomTimeZone("east", TimeSpan.FromHours(2), "east", "east");

        public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch;
    }
}
