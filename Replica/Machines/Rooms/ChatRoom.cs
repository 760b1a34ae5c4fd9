using System.Text;
using PaxosShard.Hashing;
using PaxosShard.Replica.Machines.Blocks;
using PaxosShard.Wire;

namespace PaxosShard.Replica.Machines.Rooms;

/// <summary>
/// One room: messages numbered from 1 without gaps, in the order in which the log brought them. The first ones may be trimmed; the others keep their numbers.
/// </summary>
/// <param name="name">Its name, checked, in UTF-8; the room owns these bytes.</param>
/// <param name="store">Where its messages stand.</param>
internal sealed class ChatRoom(byte[] name, ByteStore store)
{
    /// <summary>What the longest message counts for in bytes.</summary>
    public const int LargestMessage = Limits.AuthorName + Limits.MessageText + BytesPerMessage;

    private const int BytesPerRoom = 512;
    private const int BytesPerMessage = 32;

    private readonly MessageList _messages = new(store);
    private readonly ulong _nameHash = StableHash64.Of(name);
    private long _releasable = 1;
    private long _markedBy;
    private long _markedFirst;
    private long _markedLast;

    /// <summary>Its name.</summary>
    public string Name { get; } = Encoding.UTF8.GetString(name);

    /// <summary>Its name in UTF-8, by which rooms are sorted.</summary>
    public ReadOnlySpan<byte> NameBytes => name;

    /// <summary>The same; nobody writes to it.</summary>
    public ReadOnlyMemory<byte> NameMemory => name;

    /// <summary>Another room whose name has the same hash; null for none.</summary>
    public ChatRoom? NextWithSameHash { get; set; }

    /// <summary>Another room in the same arc; null for none.</summary>
    public ChatRoom? NextInArc { get; set; }

    /// <summary>It is among the rooms that were touched since the last drain.</summary>
    public bool IsTouched { get; set; }

    /// <summary>Its place in <see cref="RoomsByAge"/>; below 0 when it is not there.</summary>
    public int PlaceByAge { get; set; } = -1;

    /// <summary>The number of the export that has written all of it last.</summary>
    public long PassedBy { get; set; }

    /// <summary>What those trimmed messages count for in bytes that an export has still to write.</summary>
    public long KeptBytes { get; set; }

    /// <summary>Number of the first message that is left; that of the next one when none is.</summary>
    public long First { get; private set; } = 1;

    /// <summary>Number of the last message that it got; 0 when it got none.</summary>
    public long Last { get; private set; }

    /// <summary>How many messages are left.</summary>
    public long Count => Last + 1 - First;

    /// <summary>Log time of the first message that is left.</summary>
    public long FirstLogTime { get; private set; }

    /// <summary>Log time of the last message, of which one is left.</summary>
    public long LastLogTime
    {
        get
        {
            MessageCursor cursor = From(Last);
            return cursor.Read().LogTime;
        }
    }

    /// <summary>The sum of the hashes of its messages: of what is there, whichever way it came.</summary>
    public ulong Hash { get; private set; }

    /// <summary>What its messages count for in bytes: authors, texts and 32 for each.</summary>
    public long Bytes { get; private set; }

    /// <summary>The arc of its name.</summary>
    public Arc Arc => Arc.OfHash(_nameHash);

    /// <summary>Hash of what it is: its name, its messages and their numbers; 0 until it got the first one.</summary>
    public ulong ContentHash { get; private set; }

    /// <summary>What a room of this name counts for in bytes, without messages.</summary>
    public static long SizeOf(ReadOnlySpan<byte> name) => BytesPerRoom + (3L * name.Length);

    /// <summary>What a message counts for in bytes.</summary>
    public static long SizeOf(in StoredMessage message) => message.Author.Length + message.Text.Length + BytesPerMessage;

    /// <summary>Keeps the numbers of its first and last message for an export that has begun, unless that was done; called before it changes.</summary>
    /// <param name="export">The number of the export, higher than that of any before.</param>
    public void Mark(long export)
    {
        if (_markedBy == export)
            return;
        _markedBy = export;
        _markedFirst = First;
        _markedLast = Last;
    }

    /// <summary>The number of its first message when an export began; one more than <see cref="LastAt"/> when none was left.</summary>
    /// <param name="export">The number of the last export that has begun.</param>
    public long FirstAt(long export) => _markedBy == export ? _markedFirst : First;

    /// <summary>The number of its last message when an export began; 0 when there was none.</summary>
    /// <param name="export">The number of the last export that has begun.</param>
    public long LastAt(long export) => _markedBy == export ? _markedLast : Last;

    /// <summary>Makes it a room whose first messages are trimmed already; it has got none yet.</summary>
    /// <param name="first">The number of the message that comes next.</param>
    public void StartAt(long first)
    {
        _messages.StartAt(first);
        First = first;
        Last = first - 1;
        UpdateContentHash();
    }

    /// <summary>Reads from a message on that is there, or was trimmed and not released; valid until the room changes.</summary>
    /// <param name="number">Its number, up to <see cref="Last"/>.</param>
    public MessageCursor From(long number) => _messages.From(number);

    /// <summary>The number of the first message that is left and did not come before a log time; that of the next one when there is none.</summary>
    public long FirstSince(long logTime)
    {
        long low = First;
        long high = Last + 1;
        while (low < high)
        {
            long middle = low + ((high - low) / 2);
            MessageCursor cursor = From(middle);
            if (cursor.Read().LogTime < logTime)
                low = middle + 1;
            else
                high = middle;
        }

        return low;
    }

    /// <summary>Puts a message behind the last one; <see cref="Last"/> is its number afterwards.</summary>
    public void Append(in StoredMessage message)
    {
        AppendWithoutHash(in message);
        UpdateContentHash();
    }

    /// <summary>
    /// Puts one of many messages behind the last one: <see cref="ContentHash"/> stays as it was until <see cref="UpdateContentHash"/> computes it, once for all of them.
    /// </summary>
    public void AppendWithoutHash(in StoredMessage message)
    {
        _messages.Add(in message);
        Last++;
        Bytes += SizeOf(in message);
        Hash += HashOf(Last, in message);
        if (Last == First)
            FirstLogTime = message.LogTime;
    }

    /// <summary>Computes <see cref="ContentHash"/> from the messages that the room holds.</summary>
    public void UpdateContentHash() => ContentHash = StableHash64.Combine(StableHash64.Combine(_nameHash, (ulong)Last), Hash);

    /// <summary>
    /// Takes the first messages out: <see cref="ContentHash"/> stays as it was until <see cref="UpdateContentHash"/> computes it. The memory that they have goes with <see cref="ReleaseTrimmed"/>.
    /// </summary>
    /// <param name="first">The number of the first one that is left, up to that of the next one.</param>
    public void TrimWithoutHash(long first)
    {
        MessageCursor cursor = From(First);
        for (; First < first; First++)
        {
            StoredMessage message = cursor.Read();
            Bytes -= SizeOf(in message);
            Hash -= HashOf(First, in message);
        }

        if (Count > 0)
            FirstLogTime = cursor.Read().LogTime;
    }

    /// <summary>Takes all messages out, whatever they are: the room itself goes. The memory that they have goes with <see cref="ReleaseTrimmed"/>.</summary>
    public void Clear()
    {
        First = Last + 1;
        Bytes = 0;
        Hash = 0;
        UpdateContentHash();
    }

    /// <summary>Gives back the memory of the messages that are trimmed by now.</summary>
    /// <param name="mostChunks">Most chunks of memory that are given back, so that no step is long.</param>
    /// <returns>False: there are more, for <see cref="ReleaseMore"/>. What is trimmed later is not among them.</returns>
    public bool ReleaseTrimmed(int mostChunks)
    {
        _releasable = First;
        return ReleaseMore(mostChunks);
    }

    /// <summary>Gives back the memory of messages that <see cref="ReleaseTrimmed"/> has left over.</summary>
    /// <param name="mostChunks">As there.</param>
    /// <returns>False: there are more.</returns>
    public bool ReleaseMore(int mostChunks) => _messages.Release(_releasable, mostChunks);

    private static ulong HashOf(long number, in StoredMessage message)
    {
        ulong place = StableHash64.Combine(StableHash64.Combine((ulong)number, (ulong)message.Wall), (ulong)message.LogTime);
        return StableHash64.Of(message.Text, StableHash64.Of(message.Author, place));
    }
}
