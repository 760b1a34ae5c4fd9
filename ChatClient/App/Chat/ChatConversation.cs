using PaxosShard.ChatClient.App.Cli;
using PaxosShard.ChatClient.App.Posix;
using PaxosShard.ChatClient.App.Terminal;
using PaxosShard.Client;
using PaxosShard.Wire;

namespace PaxosShard.ChatClient.App.Chat;

/// <summary>
/// A conversation at a terminal. One task runs this: it alone owns the state and writes to the terminal; everything else
/// reaches it as an event.
/// </summary>
/// <param name="place">Where.</param>
/// <param name="view">What the user sees.</param>
/// <param name="work">What goes on beside.</param>
/// <param name="terminal">The terminal.</param>
internal sealed class ChatConversation(ChatPlace place, ChatView view, ChatWork work, RawTerminal terminal) : IDisposable
{
    private readonly RoomVisits _visits = new(place.Client, work);
    private readonly ChatQueries _queries = new(place.Client, work);
    private readonly OwnMessages _own = new();
    private readonly OutageNotices _outages = new();
    private readonly Transcript _transcript = new();
    private readonly Dictionary<string, long> _seen = new(StringComparer.Ordinal);
    private string _nick = place.Nick;
    private long _lastShown;
    private long _lastShownAtLoss;
    private int? _exitCode;
    private bool _isLeaving;

    /// <summary>Converses until the user leaves.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync(CancellationToken cancellation)
    {
        view.Note($"room {place.Room}, you are {_nick}; /help lists the commands{(place.Group is null ? "" : ", \\help those for the group")}");
        _visits.Enter(place.Room);
        Refresh();
        while (_exitCode is null && await work.Events.WaitToReadAsync(cancellation))
        {
            // What waits is taken together and drawn once.
            for (int taken = 0; taken < 256 && _exitCode is null && work.Events.TryRead(out ChatEvent? happened); taken++)
                On(happened);
            if (_isLeaving && _own.Unsettled == 0)
                _exitCode ??= ExitCode.Ok;
            Refresh();
        }
        return _exitCode ?? ExitCode.Ok;
    }

    /// <inheritdoc/>
    public void Dispose() => _visits.Dispose();

    private void Refresh()
    {
        (int columns, int rows) = RawTerminal.Size();
        view.Screen.Resize(columns, rows);
        view.Refresh(_nick, _visits.Room, _own.Pending);
    }

    private void On(ChatEvent happened)
    {
        switch (happened)
        {
            case ChatEvent.Typed typed:
                foreach (Key key in typed.Keys.TakeWhile(_ => _exitCode is null))
                    OnKey(key);
                break;
            case ChatEvent.InputEnded:
                Leave();
                break;
            case ChatEvent.Suspended:
                view.Leave();
                terminal.Leave();
                ProcessIdentity.StopThisProcess();
                break;
            case ChatEvent.Continued:
                terminal.Enter();
                view.Screen.Forget();
                break;
            case ChatEvent.Entered entered when entered.Visit == _visits.Visit:
                OnEntered(entered.History);
                break;
            case ChatEvent.Received received when received.Visit == _visits.Visit:
                OnReceived(received.Message);
                break;
            case ChatEvent.Committed committed:
                ShowOwn(_own.Commit(committed.Id, committed.Number, _visits.Room, _lastShown));
                break;
            case ChatEvent.Failed failed:
                ShowOwn(_own.Fail(failed.Id, failed.Reason, failed.IsUnknown));
                break;
            case ChatEvent.Changed changed:
                OnChanged(changed.Change);
                break;
            case ChatEvent.Alarmed alarmed:
                Note(_outages.Alarm(alarmed.Outage));
                break;
            case ChatEvent.Noted noted:
                foreach (string line in noted.Lines)
                    view.Note(line);
                break;
            case ChatEvent.Recalled recalled:
                OnRecalled(recalled);
                break;
        }
    }

    private void OnKey(Key key)
    {
        switch (key.Kind)
        {
            case KeyKind.Interrupt:
                _exitCode = ExitCode.Interrupted;
                break;
            case KeyKind.EndOfInput when view.Editor.Text.Length == 0:
                Leave();
                break;
            case KeyKind.EndOfInput:
                view.Editor.Apply(new Key(KeyKind.Delete));
                break;
            case KeyKind.Suspend:
                On(new ChatEvent.Suspended());
                break;
            case KeyKind.Enter:
                OnLine(view.Editor.Accept());
                break;
            case KeyKind.Tab:
                Complete();
                break;
            default:
                if (!view.Editor.Apply(key) && key.Kind == KeyKind.Paste)
                    view.Note($"what was pasted does not fit in one message of {Limits.MessageText} bytes");
                break;
        }
    }

    private void OnLine(string line)
    {
        ChatInput input = ChatInput.Parse(line, place.Group is not null);
        switch (input.Kind)
        {
            case ChatInputKind.Text:
                Say(input.Argument);
                break;
            case ChatInputKind.Command:
                OnCommand(input.Name, input.Argument);
                break;
            case ChatInputKind.Unknown:
                view.Note(input.Argument.Length > 0
                    ? $"there is no command {input.Name}; did you mean {input.Argument}? Nothing was sent; //text sends a text with a slash"
                    : $"there is no command {input.Name}; /help lists them. Nothing was sent; //text sends a text with a slash");
                break;
            case ChatInputKind.Group when place.Group is { } group:
                work.Start(async token => await work.PutAsync(new ChatEvent.Noted(await group.RunAsync(input.Argument, token))));
                break;
            case ChatInputKind.Group:
                view.Note($"{input.Name} is a command of px demo. Nothing was sent; \\\\text sends a text with a backslash");
                break;
        }
    }

    private void OnCommand(string name, string argument)
    {
        switch (name)
        {
            case "/join":
                Join(argument);
                break;
            case "/part":
                Enter(null);
                break;
            case "/nick":
                Rename(argument);
                break;
            case "/me":
                Note(argument.Length == 0 ? "/me TEXT" : null);
                if (argument.Length > 0)
                    Say($"/me {argument}");
                break;
            case "/history":
                Note(_visits.Room is { } room ? _queries.History(room, argument) : "join a room first: /join R");
                break;
            case "/search":
                Search(argument);
                break;
            case "/rooms":
                _queries.Rooms();
                break;
            case "/who":
                view.Note("who is present is not known: the group keeps messages, not connections; spoken here: "
                    + string.Join(", ", _transcript.Authors.Take(50)));
                break;
            case "/where":
                _queries.Where();
                break;
            case "/help":
                foreach ((string command, string argumentName, string purpose) in ChatInput.Commands)
                    view.Note($"{command + " " + argumentName,-14}{purpose}");
                break;
            case "/quit":
                Leave();
                break;
        }
    }

    private void Say(string text)
    {
        if (_visits.Room is not { } room)
        {
            view.Note("join a room first: /join R");
            return;
        }
        if (_own.IsFull || _isLeaving)
        {
            view.Note(_isLeaving ? "leaving; nothing more is sent" : $"{OwnMessages.Capacity} messages wait already; this one was not sent");
            return;
        }
        OwnMessage message = _own.Add(room, _nick, text);
        // Asked for here, so that messages take effect in the order in which they were typed.
        Task<long> number = place.Client.SendAsync(room, _nick, text, work.Stopping);
        if (!work.Start(_ => FollowOwnAsync(message.Id, number)))
            view.Note("too much is under way; the fate of this message will not be shown");
    }

    private async Task FollowOwnAsync(long id, Task<long> number)
    {
        ChatEvent fate;
        try
        {
            fate = new ChatEvent.Committed(id, await number);
        }
        catch (OutcomeUnknownException exception)
        {
            fate = new ChatEvent.Failed(id, $"outcome unknown: {exception.Message}", IsUnknown: true);
        }
        catch (Exception exception) when (exception is NotAppliedException or RejectedException)
        {
            fate = new ChatEvent.Failed(id, $"not sent: {exception.Message}", IsUnknown: false);
        }
        await work.PutAsync(fate);
    }

    private void Join(string room)
    {
        if (room.Length == 0 || MessageRules.Violation(room, _nick, "x") is not null)
            view.Note(room.Length == 0 ? "/join R: the name of a room" : MessageRules.Violation(room, _nick, "x")!);
        else if (!string.Equals(room, _visits.Room, StringComparison.Ordinal))
            Enter(room);
    }

    private void Enter(string? room)
    {
        if (_visits.Room is { } left)
            _seen[left] = _lastShown;
        _visits.Enter(room);
        _lastShown = 0;
        foreach (OwnMessage message in _own.LeaveRoom())
            view.Show(message, room);
        view.Note(room is null ? "no room; /join R enters one" : $"room {room}");
    }

    private void Rename(string nick)
    {
        string? violation = nick.Length == 0 ? "/nick N: the name to speak as" : MessageRules.Violation("r", nick, "x");
        if (violation is null)
            _nick = nick;
        view.Note(violation ?? $"you are {nick}");
    }

    private void Search(string text)
    {
        if (_visits.Room is not { } room || text.Length == 0)
        {
            view.Note(text.Length == 0 ? "/search TEXT" : "join a room first: /join R");
            return;
        }
        IReadOnlyList<RoomMessage> found = _transcript.Search(room, text, 50);
        view.Note(found.Count == 0 ? $"nothing with '{text}' among what was shown; /history N shows more" : $"with '{text}':");
        foreach (RoomMessage message in found)
            view.Show(message);
    }

    private void OnEntered(HistoryResult history)
    {
        long seen = _visits.Room is { } room && _seen.TryGetValue(room, out long last) ? last : long.MaxValue;
        bool isMarked = false;
        foreach (RoomMessage message in history.Messages.Where(message => message.Number <= history.Last))
        {
            if (!isMarked && message.Number > seen)
                view.Note($"-- {history.Last - seen} new --");
            isMarked |= message.Number > seen;
            OnReceived(message);
        }
        _lastShown = Math.Max(_lastShown, history.Last);
    }

    private void OnReceived(RoomMessage message)
    {
        _lastShown = message.Number;
        _transcript.Add(_visits.Room!, message);
        if (_own.Show(_visits.Room!, message.Number, message.Author, message.Text) is { } own)
            view.Show(own, _visits.Room);
        else
            view.Show(message);
    }

    private void OnRecalled(ChatEvent.Recalled recalled)
    {
        view.Note($"the last {recalled.Messages.Count} of {recalled.Room}:");
        foreach (RoomMessage message in recalled.Messages)
        {
            _transcript.Add(recalled.Room, message);
            view.Show(message);
        }
        view.Note("--");
    }

    private void OnChanged(ConnectionChange change)
    {
        if (change.Kind == ConnectionChangeKind.Lost)
        {
            _outages.Lost(change);
            _lastShownAtLoss = _lastShown;
            int outage = _outages.Outage;
            work.Start(async token =>
            {
                await Task.Delay(OutageNotices.Silence, token);
                await work.PutAsync(new ChatEvent.Alarmed(outage));
            });
            return;
        }
        (string? first, bool tellBack) = _outages.Back(change);
        Note(first);
        if (tellBack)
            _queries.Back(change, _visits.Room, _lastShownAtLoss);
    }

    private void ShowOwn(OwnMessage? message)
    {
        if (message is not null)
            view.Show(message, _visits.Room);
    }

    private void Note(string? text)
    {
        if (text is not null)
            view.Note(text);
    }

    private void Complete()
    {
        string text = view.Editor.Text;
        bool isJoin = text.StartsWith("/join ", StringComparison.Ordinal);
        string? longer = text switch
        {
            _ when view.Editor.Cursor != text.Length => null,
            _ when isJoin => ChatInput.Complete(text["/join ".Length..], _transcript.Rooms) is { } room ? "/join " + room : null,
            ['/', ..] => ChatInput.Complete(text, ChatInput.Commands.Select(command => command.Name)),
            ['\\', ..] when place.Group is not null => ChatInput.Complete(text, GroupCommands.All.Select(entry => entry.Command)),
            _ => null,
        };
        if (longer is not null)
            view.Editor.Set(longer);
    }

    private void Leave()
    {
        _isLeaving = true;
        if (_own.Unsettled > 0)
            view.Note($"waiting for {_own.Unsettled} messages; Ctrl-C leaves at once");
    }
}
