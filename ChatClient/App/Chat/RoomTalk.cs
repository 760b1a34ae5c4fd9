using PaxosShard.ChatClient.App.Cli;
using PaxosShard.ChatClient.App.Verbs;
using PaxosShard.Client;
using PaxosShard.Wire.Commands;

namespace PaxosShard.ChatClient.App.Chat;

/// <summary>The talk: the room the user is in, what was said there, and what became of the user's own messages. Used by one task.</summary>
internal sealed class RoomTalk : IDisposable
{
    private const int MostGivenUp = 1000;

    private readonly ChatPlace _place;
    private readonly ChatView _view;
    private readonly ChatWork _work;
    private readonly Guid _cluster;

    // Own messages of unknown outcome: when one is shown by its room after all, nobody else has said it.
    private readonly HashSet<string> _givenUp = new(StringComparer.Ordinal);
    private readonly RoomVisits _visits;
    private readonly Dictionary<string, long> _seen = new(StringComparer.Ordinal);
    private ClaimedName _name;
    private bool _isNamesakeTold;
    private ChatEvent.Trimmed? _trimmed;
    private long _entered;

    /// <summary>In no room yet.</summary>
    /// <param name="place">Where.</param>
    /// <param name="view">What the user sees.</param>
    /// <param name="work">What goes on beside.</param>
    /// <param name="cluster">The cluster, within which names are told apart.</param>
    public RoomTalk(ChatPlace place, ChatView view, ChatWork work, Guid cluster)
    {
        (_place, _view, _work, _cluster) = (place, view, work, cluster);
        _visits = new RoomVisits(place.Client, work);
        _name = ClaimedName.Claim(cluster, place.Nick);
    }

    /// <summary>The user's own messages.</summary>
    public OwnMessages Own { get; } = new();

    /// <summary>What was shown.</summary>
    public Transcript Transcript { get; } = new();

    /// <summary>The name the user speaks under.</summary>
    public string Nick => _name.Name;

    /// <summary>The present room; null for none.</summary>
    public string? Room => _visits.Room;

    /// <summary>Counts the rooms that were entered: what comes late for an earlier one is of no account.</summary>
    public int Visit => _visits.Visit;

    /// <summary>The number of the last message of the present room that was shown.</summary>
    public long LastShown { get; private set; }

    /// <summary>What the present room had said when it was entered is shown.</summary>
    public bool IsEntered { get; private set; }

    /// <summary>Enters the first room.</summary>
    public void Begin()
    {
        _view.Note($"room {_place.Room}, you are {Who()}; /help lists the commands{(_place.Group is null ? "" : ", \\help those for the group")}");
        _visits.Enter(_place.Room);
    }

    /// <summary>Says something in the present room.</summary>
    public void Say(string text)
    {
        if (_visits.Room is not { } room)
        {
            _view.Note("join a room first: /join R");
            return;
        }
        if (Own.IsFull)
        {
            _view.Note($"{OwnMessages.Capacity} messages wait already; this one was not sent");
            return;
        }
        OwnMessage message = Own.Add(room, Nick, text, DateTimeOffset.UtcNow.ToUnixTimeMilliseconds());
        // Asked for here, so that the messages of a room take effect in the order in which they were typed.
        Task<long> number = _place.Client.SendAsync(room, Nick, text, _work.Stopping);
        if (!_work.Start(_ => FollowOwnAsync(message.Id, number)))
            _view.Note("too much is under way; the fate of this message will not be shown");
    }

    /// <summary>Enters the named room, if it may be one.</summary>
    public void Join(string room)
    {
        if (room.Length == 0 || MessageRules.Violation(room, Nick, "x") is not null)
            _view.Note(room.Length == 0 ? "/join R: the name of a room" : MessageRules.Violation(room, Nick, "x")!);
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
        IsEntered = false;
        _trimmed = null;
        foreach (OwnMessage message in Own.LeaveRoom())
            _view.Show(message, room);
        _view.Note(room is null ? "no room; /join R enters one" : $"room {room}");
    }

    /// <summary>Speaks under another name from now on.</summary>
    public void Rename(string nick)
    {
        string? violation = nick.Length == 0 ? "/nick N: the name to speak as" : MessageRules.Violation("r", nick, "x");
        if (violation is null)
        {
            _name.Dispose();
            _name = ClaimedName.Claim(_cluster, nick);
            _isNamesakeTold = false;
        }
        _view.Note(violation ?? $"you are {Who()}");
    }

    /// <summary>Shows what was shown before and has this text in it.</summary>
    public void Search(string text)
    {
        if (_visits.Room is not { } room || text.Length == 0)
        {
            _view.Note(text.Length == 0 ? "/search TEXT" : "join a room first: /join R");
            return;
        }
        IReadOnlyList<RoomMessage> found = Transcript.Search(room, text, 50);
        _view.Note(found.Count == 0 ? $"nothing with '{text}' among what was shown; /history N shows more" : $"with '{text}':");
        foreach (RoomMessage message in found)
            _view.Show(message);
    }

    /// <summary>The history of the room that was entered is here.</summary>
    public void OnEntered(HistoryResult history)
    {
        long seen = _visits.Room is { } room && _seen.TryGetValue(room, out long last) ? last : long.MaxValue;
        bool isMarked = false;
        foreach (RoomMessage message in history.Messages.Where(message => message.Number <= history.Last))
        {
            if (!isMarked && message.Number > seen)
                _view.Note($"-- {history.Last - seen} new --");
            isMarked |= message.Number > seen;
            OnReceived(message);
        }
        if (history.Messages.Count == 0)
            LastShown = history.Last;
        IsEntered = true;
        _entered = history.Last;
    }

    /// <summary>A message of the present room.</summary>
    public void OnReceived(RoomMessage message)
    {
        LastShown = message.Number;
        Transcript.Add(_visits.Room!, message);
        if (Own.Show(_visits.Room!, message.Number, message.Author, message.Text) is { } own)
            _view.Show(own, _visits.Room, message.Timestamp);
        else
            ShowOther(message);
    }

    /// <summary>Messages of the present room were trimmed before they came. Own ones among them will not be shown by the room.</summary>
    public void OnTrimmed(ChatEvent.Trimmed trimmed)
    {
        _trimmed = trimmed;
        _view.Note(FollowNotes.Trimmed(trimmed.Next, trimmed.FirstLeft));
        foreach (OwnMessage message in Own.Trim(_visits.Room!, trimmed.FirstLeft))
            _view.Show(message, _visits.Room);
    }

    /// <summary>Older messages that were asked for.</summary>
    public void OnRecalled(ChatEvent.Recalled recalled)
    {
        _view.Note(recalled.Messages.Count == 0 ? $"there is no message in {recalled.Room} yet" : $"the last {Spoken.Messages(recalled.Messages.Count)} of {recalled.Room}:");
        if (recalled.Messages.Count == 0)
            return;
        foreach (RoomMessage message in recalled.Messages)
        {
            Transcript.Add(recalled.Room, message);
            _view.Show(message);
        }
        _view.Note("--");
    }

    /// <summary>An own message has its number.</summary>
    public void OnCommitted(ChatEvent.Committed committed) =>
        ShowOwn(Own.Commit(committed.Id, committed.Number, _visits.Room, LastShown, IsTrimmed(committed.Number)));

    /// <summary>An own message failed, or nobody knows.</summary>
    public void OnFailed(ChatEvent.Failed failed)
    {
        OwnMessage? message = Own.Fail(failed.Id, failed.Reason, failed.IsUnknown);
        if (message is not null && failed.IsUnknown && _givenUp.Count < MostGivenUp)
            _givenUp.Add(message.Text);
        ShowOwn(message);
    }

    /// <summary>Nothing more becomes known of the user's own messages.</summary>
    public void GiveUp(string reason)
    {
        foreach (OwnMessage message in Own.GiveUp(reason))
            ShowOwn(message);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _visits.Dispose();
        _name.Dispose();
    }

    private string Who() => _name.IsAnother ? $"{_name.Name}, because another chat on this machine speaks as {_name.Wanted}" : _name.Name;

    private bool IsTrimmed(long number) => _trimmed is not null && number >= _trimmed.Next && number < _trimmed.FirstLeft;

    private void ShowOther(RoomMessage message)
    {
        _view.Show(message);
        bool isNamesake = IsEntered && message.Number > _entered && string.Equals(message.Author, Nick, StringComparison.Ordinal) && !_givenUp.Contains(message.Text);
        if (!isNamesake || _isNamesakeTold)
            return;
        _isNamesakeTold = true;
        _view.Note($"somebody else speaks as {Nick} too; /nick N takes another name");
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
            fate = new ChatEvent.Failed(id, $"outcome unknown: {exception.Message}; /history shows whether it is there", IsUnknown: true);
        }
        catch (UnavailableException)
        {
            // Who was asked in vain was told when it began.
            fate = new ChatEvent.Failed(id, $"not sent: nobody led for {Spoken.Time(_place.Client.Options.RequestTimeout)}", IsUnknown: false);
        }
        catch (Exception exception) when (exception is NotAppliedException or RejectedException)
        {
            fate = new ChatEvent.Failed(id, $"not sent: {exception.Message}", IsUnknown: false);
        }
        await _work.PutAsync(fate);
    }

    private void ShowOwn(OwnMessage? message)
    {
        if (message is not null)
            _view.Show(message, _visits.Room);
    }
}
