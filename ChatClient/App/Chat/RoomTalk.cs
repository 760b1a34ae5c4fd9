using PaxosShard.ChatClient.App.Verbs;
using PaxosShard.Client;
using PaxosShard.Wire.Commands;

namespace PaxosShard.ChatClient.App.Chat;

/// <summary>The talk: the room the user is in, what was said there, and what became of the user's own messages. Used by one task.</summary>
/// <param name="place">Where.</param>
/// <param name="view">What the user sees.</param>
/// <param name="work">What goes on beside.</param>
internal sealed class RoomTalk(ChatPlace place, ChatView view, ChatWork work) : IDisposable
{
    private readonly RoomVisits _visits = new(place.Client, work);
    private readonly Dictionary<string, long> _seen = new(StringComparer.Ordinal);
    private ChatEvent.Trimmed? _trimmed;

    /// <summary>The user's own messages.</summary>
    public OwnMessages Own { get; } = new();

    /// <summary>What was shown.</summary>
    public Transcript Transcript { get; } = new();

    /// <summary>The name the user speaks under.</summary>
    public string Nick { get; private set; } = place.Nick;

    /// <summary>The present room; null for none.</summary>
    public string? Room => _visits.Room;

    /// <summary>Counts the rooms that were entered: what comes late for an earlier one is of no account.</summary>
    public int Visit => _visits.Visit;

    /// <summary>The number of the last message of the present room that was shown.</summary>
    public long LastShown { get; private set; }

    /// <summary>Enters the first room.</summary>
    public void Begin() => _visits.Enter(place.Room);

    /// <summary>Says something in the present room.</summary>
    public void Say(string text)
    {
        if (_visits.Room is not { } room)
        {
            view.Note("join a room first: /join R");
            return;
        }
        if (Own.IsFull)
        {
            view.Note($"{OwnMessages.Capacity} messages wait already; this one was not sent");
            return;
        }
        OwnMessage message = Own.Add(room, Nick, text);
        // Asked for here, so that the messages of a room take effect in the order in which they were typed.
        Task<long> number = place.Client.SendAsync(room, Nick, text, work.Stopping);
        if (!work.Start(_ => FollowOwnAsync(message.Id, number)))
            view.Note("too much is under way; the fate of this message will not be shown");
    }

    /// <summary>Enters the named room, if it may be one.</summary>
    public void Join(string room)
    {
        if (room.Length == 0 || MessageRules.Violation(room, Nick, "x") is not null)
            view.Note(room.Length == 0 ? "/join R: the name of a room" : MessageRules.Violation(room, Nick, "x")!);
        else if (!string.Equals(room, _visits.Room, StringComparison.Ordinal))
            Enter(room);
    }

    /// <summary>Enters a room, or none.</summary>
    public void Enter(string? room)
    {
        if (_visits.Room is { } left)
            _seen[left] = LastShown;
        _visits.Enter(room);
        LastShown = 0;
        _trimmed = null;
        foreach (OwnMessage message in Own.LeaveRoom())
            view.Show(message, room);
        view.Note(room is null ? "no room; /join R enters one" : $"room {room}");
    }

    /// <summary>Speaks under another name from now on.</summary>
    public void Rename(string nick)
    {
        string? violation = nick.Length == 0 ? "/nick N: the name to speak as" : MessageRules.Violation("r", nick, "x");
        if (violation is null)
            Nick = nick;
        view.Note(violation ?? $"you are {nick}");
    }

    /// <summary>Shows what was shown before and has this text in it.</summary>
    public void Search(string text)
    {
        if (_visits.Room is not { } room || text.Length == 0)
        {
            view.Note(text.Length == 0 ? "/search TEXT" : "join a room first: /join R");
            return;
        }
        IReadOnlyList<RoomMessage> found = Transcript.Search(room, text, 50);
        view.Note(found.Count == 0 ? $"nothing with '{text}' among what was shown; /history N shows more" : $"with '{text}':");
        foreach (RoomMessage message in found)
            view.Show(message);
    }

    /// <summary>The history of the room that was entered is here.</summary>
    public void OnEntered(HistoryResult history)
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
        if (history.Messages.Count == 0)
            LastShown = history.Last;
    }

    /// <summary>A message of the present room.</summary>
    public void OnReceived(RoomMessage message)
    {
        LastShown = message.Number;
        Transcript.Add(_visits.Room!, message);
        if (Own.Show(_visits.Room!, message.Number, message.Author, message.Text) is { } own)
            view.Show(own, _visits.Room);
        else
            view.Show(message);
    }

    /// <summary>Messages of the present room were trimmed before they came. Own ones among them will not be shown by the room.</summary>
    public void OnTrimmed(ChatEvent.Trimmed trimmed)
    {
        _trimmed = trimmed;
        view.Note(FollowNotes.Trimmed(trimmed.Next, trimmed.FirstLeft));
        foreach (OwnMessage message in Own.Trim(_visits.Room!, trimmed.FirstLeft))
            view.Show(message, _visits.Room);
    }

    /// <summary>Older messages that were asked for.</summary>
    public void OnRecalled(ChatEvent.Recalled recalled)
    {
        view.Note($"the last {recalled.Messages.Count} of {recalled.Room}:");
        foreach (RoomMessage message in recalled.Messages)
        {
            Transcript.Add(recalled.Room, message);
            view.Show(message);
        }
        view.Note("--");
    }

    /// <summary>An own message has its number.</summary>
    public void OnCommitted(ChatEvent.Committed committed) =>
        ShowOwn(Own.Commit(committed.Id, committed.Number, _visits.Room, LastShown, IsTrimmed(committed.Number)));

    /// <summary>An own message failed, or nobody knows.</summary>
    public void OnFailed(ChatEvent.Failed failed) => ShowOwn(Own.Fail(failed.Id, failed.Reason, failed.IsUnknown));

    /// <inheritdoc/>
    public void Dispose() => _visits.Dispose();

    private bool IsTrimmed(long number) => _trimmed is not null && number >= _trimmed.Next && number < _trimmed.FirstLeft;

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

    private void ShowOwn(OwnMessage? message)
    {
        if (message is not null)
            view.Show(message, _visits.Room);
    }
}
