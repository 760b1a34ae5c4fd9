using System.Runtime.InteropServices;
using System.Text;
using PaxosShard.Hashing;
using PaxosShard.Simulator.Moves.Clients;
using PaxosShard.Wire.Commands;

namespace PaxosShard.Simulator.Moves.Checks;

/// <summary>
/// What is true: all keys and rooms as the changes that have run have made them, whichever group ran each. It knows nothing of groups, moves and sessions: it is what a cluster of one group, which does
/// nothing twice, would hold.
/// </summary>
internal sealed class Ghost
{
    private const int BytesPerKey = 128;
    private const int BytesPerRoom = 512;
    private const int BytesPerMessage = 32;

    private readonly SortedDictionary<string, byte[]> _keys = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, List<SendMessageCommand>> _rooms = new(StringComparer.Ordinal);

    // The values that a key has had, and messages of a room, each with the number of the change that made it.
    private readonly Dictionary<string, List<(long Change, byte[]? Value)>> _values = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<long>> _sent = new(StringComparer.Ordinal);

    /// <summary>How many changes have run.</summary>
    public long Changes { get; private set; }

    /// <summary>The keys that are there.</summary>
    public IEnumerable<string> Keys => _keys.Keys;

    /// <summary>The rooms that are there.</summary>
    public IEnumerable<string> Rooms => _rooms.Keys;

    /// <summary>The value of a key; null when it is not there.</summary>
    public byte[]? FindValue(string key) => _keys.GetValueOrDefault(key);

    /// <summary>The texts of a room, the first one first.</summary>
    public IReadOnlyList<string> TextsOf(string room) => _rooms.TryGetValue(room, out List<SendMessageCommand>? messages) ? [.. messages.Select(static message => message.Text)] : [];

    /// <summary>The values that a key has had since so many changes had run; null among them: it was not there.</summary>
    public IEnumerable<byte[]?> ValuesSince(string key, long changes)
    {
        List<(long Change, byte[]? Value)> values = _values.GetValueOrDefault(key) ?? [];
        int first = values.FindLastIndex(value => value.Change <= changes);
        return first < 0 ? values.Select(static value => value.Value).Prepend(null) : values.Skip(first).Select(static value => value.Value);
    }

    /// <summary>How many messages a room had when so many changes had run.</summary>
    public int CountOf(string room, long changes) => _sent.GetValueOrDefault(room)?.Count(change => change <= changes) ?? 0;

    /// <summary>What all that is in some arcs counts for in bytes, as the state of a shard counts it.</summary>
    public long BytesIn(Predicate<Arc> isIn)
    {
        long bytes = 0;
        foreach ((string key, byte[] value) in _keys)
            bytes += isIn(ArcNames.ArcOf(key)) ? key.Length + value.Length + BytesPerKey : 0;
        foreach ((string room, List<SendMessageCommand> messages) in _rooms)
            bytes += isIn(ArcNames.ArcOf(room)) ? BytesPerRoom + (3L * room.Length) + messages.Sum(static message => message.Author.Length + message.Text.Length + BytesPerMessage) : 0;
        return bytes;
    }

    /// <summary>A change runs.</summary>
    /// <param name="command">The command, encoded.</param>
    /// <returns>The payload of its result.</returns>
    public byte[] Apply(ReadOnlyMemory<byte> command)
    {
        Changes++;
        byte[] result = Change(command);
        string name = Encoding.UTF8.GetString(CommandPart.NameIn(command.Span));
        if ((CommandKind)command.Span[0] == CommandKind.SendMessage)
            (CollectionsMarshal.GetValueRefOrAddDefault(_sent, name, out _) ??= []).Add(Changes);
        else
            (CollectionsMarshal.GetValueRefOrAddDefault(_values, name, out _) ??= []).Add((Changes, FindValue(name)));
        return result;
    }

    private byte[] Change(ReadOnlyMemory<byte> command)
    {
        if ((CommandKind)command.Span[0] == CommandKind.SendMessage)
            return Send(SendMessageCommand.Decode(command.Span));
        if (!KeyCommand.TryRead(command, out KeyCommand change))
            throw new InvalidOperationException("a client has sent what is no command");
        string key = Encoding.UTF8.GetString(change.Key.Span);
        byte[]? found = FindValue(key);
        switch (change.Kind)
        {
            case CommandKind.DeleteKey:
                return _keys.Remove(key) ? Done() : KeyResult.Encode(KeyOutcome.Missing, []);
            case CommandKind.AppendToKey:
                _keys[key] = [.. (found ?? []), .. change.Value.Span];
                return Done();
            case CommandKind.CompareAndSetKey when found is null && change.Expected is not null:
                return KeyResult.Encode(KeyOutcome.Missing, []);
            case CommandKind.CompareAndSetKey when found is not null && (change.Expected is not { } expected || !expected.Span.SequenceEqual(found)):
                return KeyResult.Encode(KeyOutcome.Mismatch, found);
            default:
                _keys[key] = change.Value.ToArray();
                return Done();
        }
    }

    private static byte[] Done() => KeyResult.Encode(KeyOutcome.Done, []);

    private byte[] Send(SendMessageCommand send)
    {
        if (!_rooms.TryGetValue(send.Room, out List<SendMessageCommand>? messages))
            _rooms.Add(send.Room, messages = []);
        messages.Add(send);
        return new SendMessageResult(messages.Count).Encode();
    }
}
