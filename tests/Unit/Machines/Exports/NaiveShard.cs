using System.Text;
using PaxosShard.Hashing;
using PaxosShard.Replica.Core.Steps;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Tests.Unit.Machines.Exports;

/// <summary>What a shard holds, in plain dictionaries; it believes the machine what became of a command. Names, texts and values are in hexadecimal.</summary>
internal sealed class NaiveShard
{
    private readonly Dictionary<string, List<string>> _rooms = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _keys = new(StringComparer.Ordinal);

    public IEnumerable<string> Rooms => _rooms.Keys;

    /// <summary>One line for each message and key: arcs in their order, in an arc the rooms before the keys, both by the bytes of their names.</summary>
    public List<string> Lines()
    {
        var rooms = _rooms.SelectMany(static room => room.Value.Select((message, index) => (Arc: ArcOf(room.Key), Kind: "room", Name: room.Key, Number: index + 1, Tail: message)));
        var keys = _keys.Select(static key => (Arc: ArcOf(key.Key), Kind: "key", Name: key.Key, Number: 0, Tail: key.Value));
        return
        [
            .. rooms.Concat(keys).OrderBy(static line => line.Arc).ThenByDescending(static line => line.Kind, StringComparer.Ordinal)
                .ThenBy(static line => line.Name, StringComparer.Ordinal).ThenBy(static line => line.Number)
                .Select(static line => $"{line.Arc} {line.Kind} {line.Name} {line.Number} {line.Tail}"),
        ];
    }

    public void Apply(byte[] command, long wall, CommandResult result)
    {
        if (result.Status != ReplyStatus.Ok)
            return;
        if (KeyCommand.TryRead(command, out KeyCommand change))
            Change(in change, (KeyOutcome)result.Payload[0]);
        else
            Say(SendMessageCommand.Decode(command), wall);
    }

    private static int ArcOf(string name) => Arc.Of(Convert.FromHexString(name)).Number;

    private static string Hex(string text) => Convert.ToHexString(Encoding.UTF8.GetBytes(text));

    private void Say(SendMessageCommand send, long wall)
    {
        if (!_rooms.TryGetValue(Hex(send.Room), out List<string>? room))
            _rooms.Add(Hex(send.Room), room = []);
        room.Add($"{wall} {Hex(send.Author)} {Hex(send.Text)}");
    }

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
}
