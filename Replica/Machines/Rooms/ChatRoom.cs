using System.Text;
using PaxosShard.Hashing;

namespace PaxosShard.Replica.Machines.Rooms;

/// <summary>One room: messages numbered from 1 without gaps, in the order in which the log brought them.</summary>
/// <param name="name">Its name, checked, in UTF-8; the room owns these bytes.</param>
internal sealed class ChatRoom(byte[] name)
{
    private readonly MessageList _messages = new();
    private readonly ulong _nameHash = StableHash64.Of(name);
    private long _markedBy;
    private long _markedLast;

    /// <summary>Its name.</summary>
    public string Name { get; } = Encoding.UTF8.GetString(name);

    /// <summary>Its name in UTF-8, by which rooms are sorted.</summary>
    public ReadOnlySpan<byte> NameBytes => name;

    /// <summary>Another room whose name has the same hash; null for none.</summary>
    public ChatRoom? NextWithSameHash { get; set; }

    /// <summary>Another room in the same arc; null for none.</summary>
    public ChatRoom? NextInArc { get; set; }

    /// <summary>It is among the rooms that were touched since the last drain.</summary>
    public bool IsTouched { get; set; }

    /// <summary>Number of the first message; 0 when there is none.</summary>
    public long First => Last == 0 ? 0 : 1;

    /// <summary>Number of the last message; 0 when there is none.</summary>
    public long Last { get; private set; }

    /// <summary>Rolling hash over all its messages.</summary>
    public ulong Hash { get; private set; }

    /// <summary>The arc of its name.</summary>
    public Arc Arc => Arc.OfHash(_nameHash);

    /// <summary>Hash of what it is: its name and its messages; 0 as long as there is none.</summary>
    public ulong ContentHash { get; private set; }

    /// <summary>The message of a number from <see cref="First"/> to <see cref="Last"/>.</summary>
    public ref readonly StoredMessage this[long number] => ref _messages[number - 1];

    /// <summary>Keeps the number of its last message for an export that has begun, unless that was done; called before it gets another message.</summary>
    /// <param name="export">The number of the export, higher than that of any before.</param>
    public void Mark(long export)
    {
        if (_markedBy == export)
            return;
        _markedBy = export;
        _markedLast = Last;
    }

    /// <summary>The number of its last message when an export began; 0 when there was none.</summary>
    /// <param name="export">The number of the last export that has begun.</param>
    public long LastAt(long export) => _markedBy == export ? _markedLast : Last;

    /// <summary>Puts a message behind the last one; <see cref="Last"/> is its number afterwards.</summary>
    public void Append(in StoredMessage message)
    {
        _messages.Add(in message);
        Last++;
        ulong content = StableHash64.Of(message.Text.Span, StableHash64.Of(message.Author.Span, (ulong)message.Timestamp));
        Hash = StableHash64.Combine(StableHash64.Combine(Hash, (ulong)Last), content);
        ContentHash = StableHash64.Combine(_nameHash, Hash);
    }
}
