using PaxosShard.Wire.Commands;

namespace PaxosShard.ChatClient.App.Chat;

/// <summary>The messages that were shown, for searching; the oldest are forgotten. Pure.</summary>
internal sealed class Transcript
{
    /// <summary>Most messages that are kept.</summary>
    public const int Capacity = 5000;

    private readonly Dictionary<string, SortedDictionary<long, RoomMessage>> _rooms = new(StringComparer.Ordinal);
    private readonly Queue<(string Room, long Number)> _order = [];

    /// <summary>The rooms that were seen.</summary>
    public IEnumerable<string> Rooms => _rooms.Keys;

    /// <summary>Keeps a message; one that is there already changes nothing.</summary>
    public void Add(string room, RoomMessage message)
    {
        if (!_rooms.TryGetValue(room, out SortedDictionary<long, RoomMessage>? messages))
            _rooms[room] = messages = [];
        if (!messages.TryAdd(message.Number, message))
            return;
        _order.Enqueue((room, message.Number));
        if (_order.Count <= Capacity)
            return;
        (string oldRoom, long oldNumber) = _order.Dequeue();
        _rooms[oldRoom].Remove(oldNumber);
    }

    /// <summary>The last messages of a room, none missing between them: fewer than wanted where what is kept begins, or was not shown in one go.</summary>
    public IReadOnlyList<RoomMessage> Last(string room, int count)
    {
        if (!_rooms.TryGetValue(room, out var messages))
            return [];
        List<RoomMessage> last = [];
        foreach (RoomMessage message in messages.Values.Reverse())
        {
            if (last.Count == count || (last.Count > 0 && message.Number != last[^1].Number - 1))
                break;
            last.Add(message);
        }
        last.Reverse();
        return last;
    }

    /// <summary>Who wrote in a room, in what is kept of it; whoever wrote last comes first.</summary>
    public IReadOnlyList<string> Authors(string room, int count) => _rooms.TryGetValue(room, out var messages)
        ? [.. messages.Values.Reverse().Select(static message => message.Author).Distinct(StringComparer.Ordinal).Take(count)]
        : [];

    /// <summary>The last messages of a room that hold a text, whatever the case of its letters.</summary>
    public IReadOnlyList<RoomMessage> Search(string room, string text, int count) => _rooms.TryGetValue(room, out var messages)
        ? [.. messages.Values.Where(message => Holds(message.Text, text) || Holds(message.Author, text)).TakeLast(count)]
        : [];

    private static bool Holds(string part, string text) => part.Contains(text, StringComparison.OrdinalIgnoreCase);
}
