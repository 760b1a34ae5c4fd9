using PaxosShard.ChatClient.App.Cli;
using PaxosShard.ChatClient.App.Posix;
using PaxosShard.ChatClient.App.Terminal;
using PaxosShard.Client;
using PaxosShard.Programs.Errors;
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
/// <param name="cluster">The cluster, within which names are told apart.</param>
internal sealed class ChatConversation(ChatPlace place, ChatView view, ChatWork work, RawTerminal terminal, Guid cluster) : IDisposable
{
    private const int AuthorsShown = 50;

    private readonly RoomTalk _talk = new(place, view, work, cluster);
    private readonly ChatQueries _queries = new(place.Client, work);
    private readonly ChatOutages _outages = new(place, view, work);
    private readonly InterruptKey _interrupt = new(view.Editor);
    private int? _exitCode;
    private bool _isLeaving;

    /// <summary>Converses until the user leaves.</summary>
    /// <returns>The exit code.</returns>
    /// <exception cref="ReportedException">Whoever started the group has ended it.</exception>
    public async Task<int> RunAsync(CancellationToken cancellation)
    {
        _talk.Begin();
        Refresh();
        while (_exitCode is null && await work.Events.WaitToReadAsync(cancellation))
        {
            // What waits is taken together and drawn once.
            for (int taken = 0; taken < 256 && _exitCode is null && work.Events.TryRead(out ChatEvent? happened); taken++)
                On(happened);
            if (_isLeaving && _talk.Own.Unsettled == 0)
                _exitCode ??= ExitCode.Ok;
            Refresh();
        }
        return _exitCode ?? ExitCode.Ok;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _outages.Dispose();
        _talk.Dispose();
    }

    private void Refresh()
    {
        (int columns, int rows) = RawTerminal.Size();
        view.Screen.Resize(columns, rows);
        view.Refresh(_talk.Nick, _talk.Room, _talk.Own.Pending);
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
            case ChatEvent.Entered entered when entered.Visit == _talk.Visit:
                _talk.OnEntered(entered.History);
                break;
            case ChatEvent.Received received when received.Visit == _talk.Visit:
                _talk.OnReceived(received.Message);
                break;
            case ChatEvent.Trimmed trimmed when trimmed.Visit == _talk.Visit:
                _talk.OnTrimmed(trimmed);
                break;
            case ChatEvent.Committed committed:
                _talk.OnCommitted(committed);
                break;
            case ChatEvent.Failed failed:
                _talk.OnFailed(failed);
                break;
            case ChatEvent.Changed changed:
                OnChanged(changed.Change);
                break;
            case ChatEvent.Alarmed alarmed:
                _outages.OnAlarm(alarmed);
                break;
            case ChatEvent.GroupEnded ended:
                _talk.GiveUp($"outcome unknown: {ended.Error.Kind.Title}");
                throw ended.Error;
            case ChatEvent.Noted noted:
                foreach (string line in noted.Lines)
                    view.Note(line);
                break;
            case ChatEvent.Recalled recalled:
                _talk.OnRecalled(recalled);
                break;
        }
    }

    private void OnKey(Key key)
    {
        InterruptMeaning meaning = _interrupt.On(key, _isLeaving);
        switch (key.Kind)
        {
            case KeyKind.Interrupt when meaning == InterruptMeaning.Leaves:
                _exitCode = ExitCode.Interrupted;
                break;
            case KeyKind.Interrupt when meaning == InterruptMeaning.Asks:
                view.Note($"Ctrl-C once more leaves{(_talk.Own.Unsettled > 0 ? $", without waiting for {Spoken.Messages(_talk.Own.Unsettled)}" : "")}{place.LeavingText}");
                break;
            case KeyKind.Interrupt:
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
                string? room = _talk.Room;
                work.Start(async token => await work.PutAsync(new ChatEvent.Noted(await group.RunAsync(input.Argument, room, line => work.TryPut(new ChatEvent.Noted([line])), token))), input.Name);
                break;
            case ChatInputKind.Group:
                view.Note($"{input.Name} is a command of px demo; elsewhere px ps lists the processes, and kill -9 PID ends one. Nothing was sent; \\\\text sends a text with a backslash");
                break;
        }
    }

    private void OnCommand(string name, string argument)
    {
        switch (name)
        {
            case "/join":
                _talk.Join(argument);
                break;
            case "/part":
                _talk.Enter(null);
                break;
            case "/nick":
                _talk.Rename(argument);
                break;
            case "/me":
                Note(argument.Length == 0 ? "/me TEXT" : null);
                if (argument.Length > 0)
                    Say($"/me {argument}");
                break;
            case "/history":
                Note(_talk.Room is { } room ? _queries.History(room, argument, _talk.Transcript) : "join a room first: /join R");
                break;
            case "/search":
                _talk.Search(argument);
                break;
            case "/rooms":
                _queries.Rooms(argument, _talk.Room);
                break;
            case "/who":
                Note(_talk.Room is { } here ? WroteText(here) : "join a room first: /join R");
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

    // Connections are not kept, and so nobody knows who reads.
    private string WroteText(string room)
    {
        IReadOnlyList<string> authors = _talk.Transcript.Authors(room, AuthorsShown);
        return authors.Count == 0
            ? $"nobody has written in {room}, as far as it was shown here; who reads it is not known"
            : $"have written in {room}, as far as it was shown here, the last one first: {string.Join(", ", authors)}; who reads it is not known";
    }

    private void Say(string text)
    {
        if (_isLeaving)
            view.Note("leaving; nothing more is sent");
        else
            _talk.Say(text);
    }

    private void OnChanged(ConnectionChange change)
    {
        if (change.Kind == ConnectionChangeKind.Lost)
            _outages.OnLost(change, _talk);
        else if (_outages.OnBack(change, _talk.Room) is { } lastShown)
            _queries.Back(change, lastShown.Room, lastShown.Number);
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
            _ when isJoin => ChatInput.Complete(text["/join ".Length..], _talk.Transcript.Rooms) is { } room ? "/join " + room : null,
            ['/', ..] => ChatInput.Complete(text, ChatInput.Commands.Select(command => command.Name)),
            ['\\', ..] when place.Group is not null => ChatInput.Complete(text, place.Group.Commands),
            _ => null,
        };
        if (longer is not null)
            view.Editor.Set(longer);
    }

    private void Leave()
    {
        _isLeaving = true;
        if (_talk.Own.Unsettled > 0)
            view.Note($"waiting for {Spoken.Messages(_talk.Own.Unsettled)}; Ctrl-C leaves at once");
    }
}
