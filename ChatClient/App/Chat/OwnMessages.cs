namespace PaxosShard.ChatClient.App.Chat;

/// <summary>
/// The messages of this user from the moment they are sent until their fate is printed. Each is printed once: in the room's
/// order when the room shows it, or when it has failed. Pure.
/// </summary>
internal sealed class OwnMessages
{
    /// <summary>Most at once; one more is not taken.</summary>
    public const int Capacity = 1000;

    private readonly List<OwnMessage> _messages = [];
    private long _lastId;

    /// <summary>There is no place for one more.</summary>
    public bool IsFull => _messages.Count >= Capacity;

    /// <summary>How many have no fate yet.</summary>
    public int Unsettled => _messages.Count(message => message.Number is null);

    /// <summary>Those to be shown as pending, in the order in which they were sent.</summary>
    public IEnumerable<OwnMessage> Pending => _messages.Where(message => message.PrintedAs is null);

    /// <summary>Takes one in.</summary>
    /// <param name="room">Where it is said.</param>
    /// <param name="nick">Under which name.</param>
    /// <param name="text">What.</param>
    /// <param name="saidAt">When, in milliseconds since 1970.</param>
    public OwnMessage Add(string room, string nick, string text, long saidAt)
    {
        OwnMessage message = new(++_lastId, room, nick, text, saidAt);
        _messages.Add(message);
        return message;
    }

    /// <summary>The group has committed one.</summary>
    /// <param name="id">Which.</param>
    /// <param name="number">Its number.</param>
    /// <param name="room">The room that is shown.</param>
    /// <param name="lastShown">The last message that is shown of it.</param>
    /// <param name="isTrimmed">It was trimmed there before it could be shown.</param>
    /// <returns>The message if it is to be printed now; null when it was printed or the room will show it.</returns>
    public OwnMessage? Commit(long id, long number, string? room, long lastShown, bool isTrimmed = false)
    {
        int place = _messages.FindIndex(message => message.Id == id);
        OwnMessage message = _messages[place] with { Number = number };
        bool isHere = !isTrimmed && string.Equals(message.Room, room, StringComparison.Ordinal);
        if (message.PrintedAs == number || (isHere && number <= lastShown))
        {
            _messages.RemoveAt(place);
            return null;
        }
        if (isHere)
        {
            _messages[place] = message with { PrintedAs = null };
            return null;
        }
        _messages.RemoveAt(place);
        return message;
    }

    /// <summary>One has failed.</summary>
    /// <param name="id">Which.</param>
    /// <param name="reason">Why.</param>
    /// <param name="isUnknown">It may have been committed.</param>
    /// <returns>The message if it is to be printed; null when the room has shown what became of it.</returns>
    public OwnMessage? Fail(long id, string reason, bool isUnknown)
    {
        int place = _messages.FindIndex(message => message.Id == id);
        OwnMessage message = _messages[place];
        _messages.RemoveAt(place);
        return isUnknown && message.PrintedAs is not null ? null : message with { Failure = reason };
    }

    /// <summary>The room shows a message: is it one of these?</summary>
    /// <returns>The message with its number if it is; null when somebody else said it.</returns>
    public OwnMessage? Show(string room, long number, string author, string text)
    {
        int place = _messages.FindIndex(message => message.Number == number && IsIn(message, room));
        if (place >= 0)
        {
            OwnMessage known = _messages[place];
            _messages.RemoveAt(place);
            return known;
        }
        // The room may be faster than the answer. The same words of the same name are taken for ours; the answer has the last word.
        place = _messages.FindIndex(message => message.Number is null && message.PrintedAs is null && IsIn(message, room)
            && string.Equals(message.Nick, author, StringComparison.Ordinal) && string.Equals(message.Text, text, StringComparison.Ordinal));
        if (place < 0)
            return null;
        _messages[place] = _messages[place] with { PrintedAs = number };
        return _messages[place] with { Number = number };
    }

    /// <summary>Messages of a room were trimmed before it showed them: those of this user are to be printed now.</summary>
    /// <param name="room">The room.</param>
    /// <param name="firstLeft">The number of the first message that is left.</param>
    public IReadOnlyList<OwnMessage> Trim(string room, long firstLeft)
    {
        List<OwnMessage> known = _messages.FindAll(IsGone);
        _messages.RemoveAll(IsGone);
        return known;

        bool IsGone(OwnMessage message) => message.Number < firstLeft && IsIn(message, room);
    }

    /// <summary>The room is left: those that it would have shown are to be printed now.</summary>
    public IReadOnlyList<OwnMessage> LeaveRoom()
    {
        List<OwnMessage> known = _messages.FindAll(message => message.Number is not null);
        _messages.RemoveAll(message => message.Number is not null);
        return known;
    }

    /// <summary>Nothing more becomes known: those without a fate are to be printed as failed.</summary>
    /// <param name="reason">Why.</param>
    public IReadOnlyList<OwnMessage> GiveUp(string reason)
    {
        List<OwnMessage> left = [.. Pending.Select(message => message.Number is null ? message with { Failure = reason } : message)];
        _messages.Clear();
        return left;
    }

    private static bool IsIn(OwnMessage message, string room) => string.Equals(message.Room, room, StringComparison.Ordinal);
}

/// <summary>A message of this user whose fate is not shown yet.</summary>
/// <param name="Id">Which.</param>
/// <param name="Room">Where it was said.</param>
/// <param name="Nick">Under which name.</param>
/// <param name="Text">What.</param>
/// <param name="SaidAt">When, in milliseconds since 1970.</param>
internal sealed record OwnMessage(long Id, string Room, string Nick, string Text, long SaidAt)
{
    /// <summary>Its number, once the group has said it; null before.</summary>
    public long? Number { get; init; }

    /// <summary>The number under which it was printed before the group said it; null when it was not.</summary>
    public long? PrintedAs { get; init; }

    /// <summary>Why it failed; null when it did not.</summary>
    public string? Failure { get; init; }
}
