using System.Text;
using PaxosShard.Hashing;
using PaxosShard.Replica.Core.Steps;
using PaxosShard.Replica.Machines.Rooms;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Tests.Unit.Machines.Exports;

/// <summary>What a shard holds, in plain dictionaries; it believes the machine what became of a command. Names, texts and values are in hexadecimal.</summary>
/// <param name="retention">How much of each room is kept.</param>
internal sealed class NaiveShard(RoomRetention retention)
{
    private readonly Dictionary<string, NaiveRoom> _rooms = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _keys = new(StringComparer.Ordinal);

    public IEnumerable<string> Rooms => _rooms.Keys;

    /// <summary>One line for each message and key, and for a room in which no message is left one with the number of the next: arcs in their order, in an arc the rooms before the keys, both by the bytes of their names.</summary>
    public List<string> Lines()
    {
        var rooms = _rooms.SelectMany(static room => room.Value.Lines().Select(line => (Arc: ArcOf(room.Key), Kind: "room", Name: room.Key, line.Number, line.Tail)));
        var keys = _keys.Select(static key => (Arc: ArcOf(key.Key), Kind: "key", Name: key.Key, Number: 0, Tail: key.Value));
        return
        [
            .. rooms.Concat(keys).OrderBy(static line => line.Arc).ThenByDescending(static line => line.Kind, StringComparer.Ordinal)
                .ThenBy(static line => line.Name, StringComparer.Ordinal).ThenBy(static line => line.Number)
                .Select(static line => $"{line.Arc} {line.Kind} {line.Name} {line.Number} {line.Tail}"),
        ];
    }

    public void Apply(byte[] command, long wall, long logTime, CommandResult result)
    {
        TrimOld(logTime);
        if (result.Status != ReplyStatus.Ok)
            return;
        if (KeyCommand.TryRead(command, out KeyCommand change))
            Change(in change, (KeyOutcome)result.Payload.Span[0]);
        else
            Say(SendMessageCommand.Decode(command), wall, logTime);
    }

    private static int ArcOf(string name) => Arc.Of(Convert.FromHexString(name)).Number;

    private static string Hex(string text) => Convert.ToHexString(Encoding.UTF8.GetBytes(text));

    private void Say(SendMessageCommand send, long wall, long logTime)
    {
        if (!_rooms.TryGetValue(Hex(send.Room), out NaiveRoom? room))
            _rooms.Add(Hex(send.Room), room = new NaiveRoom());
        room.Messages.Add((logTime, send.Author.Length + send.Text.Length + 32, $"{wall} {logTime} {Hex(send.Author)} {Hex(send.Text)}"));
        while (room.Trimmed < room.Messages.Count - 1 && (IsTooLarge(room) || IsTooOld(room, logTime)))
            room.Trimmed++;
    }

    // In these tests no command comes near the bounds of what is trimmed at once, but that of four rooms.
    private void TrimOld(long logTime)
    {
        for (int rooms = 0; rooms < 4; rooms++)
        {
            NaiveRoom? oldest = _rooms.Where(static room => room.Value.Left > 0)
                .OrderBy(static room => room.Value.Messages[room.Value.Trimmed].LogTime).ThenBy(static room => room.Key, StringComparer.Ordinal)
                .Select(static room => room.Value).FirstOrDefault();
            while (oldest is { Left: > 0 } && IsTooOld(oldest, logTime))
                oldest.Trimmed++;
        }
    }

    private bool IsTooLarge(NaiveRoom room) =>
        (retention.Messages > 0 && room.Left > retention.Messages)
        || (retention.Bytes > 0 && room.Messages.Skip(room.Trimmed).Sum(static message => message.Bytes) > retention.Bytes);

    private bool IsTooOld(NaiveRoom room, long logTime) => retention.Age > 0 && room.Messages[room.Trimmed].LogTime + retention.Age < logTime;

    private void Change(in KeyCommand change, KeyOutcome outcome)
    {
        if (outcome != KeyOutcome.Done)
            return;
        string key = Convert.ToHexString(change.Key.Span);
        string value = Convert.ToHexString(change.Value.Span);
        switch (change.Kind)
        {
            case CommandKind.DeleteKey:
                _keys.Remove(key);
                break;
            case CommandKind.AppendToKey:
                _keys[key] = _keys.GetValueOrDefault(key) + value;
                break;
            default:
                _keys[key] = value;
                break;
        }
    }

    private sealed class NaiveRoom
    {
        public List<(long LogTime, long Bytes, string Line)> Messages { get; } = [];

        public int Trimmed { get; set; }

        public int Left => Messages.Count - Trimmed;

        public IEnumerable<(int Number, string Tail)> Lines() => Left == 0
            ? [(Trimmed + 1, "none")]
            : Messages.Select(static (message, index) => (index + 1, message.Line)).Skip(Trimmed);
    }
}
