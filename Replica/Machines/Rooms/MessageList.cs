namespace PaxosShard.Replica.Machines.Rooms;

/// <summary>
/// A room's messages in their order, in blocks: a long room grows without ever being copied, and a short one takes little.
/// </summary>
internal sealed class MessageList
{
    private const int BlockShift = 10;
    private const int BlockLength = 1 << BlockShift;
    private const int FirstBlockLength = 4;

    private readonly List<StoredMessage[]> _blocks = [new StoredMessage[FirstBlockLength]];

    /// <summary>How many there are.</summary>
    public long Count { get; private set; }

    /// <summary>The message at a place from 0 to <see cref="Count"/> - 1.</summary>
    public ref readonly StoredMessage this[long index] =>
        ref _blocks[(int)(index >> BlockShift)][(int)(index & (BlockLength - 1))];

    /// <summary>Puts a message behind the last one.</summary>
    public void Add(in StoredMessage message)
    {
        int block = (int)(Count >> BlockShift);
        int place = (int)(Count & (BlockLength - 1));
        if (block == _blocks.Count)
            _blocks.Add(new StoredMessage[BlockLength]);
        else if (place == _blocks[block].Length)
            GrowFirstBlock();
        _blocks[block][place] = message;
        Count++;
    }

    // Only the first block starts short; the others come when the room is known to be a long one.
    private void GrowFirstBlock()
    {
        StoredMessage[] block = _blocks[0];
        Array.Resize(ref block, block.Length * 2);
        _blocks[0] = block;
    }
}

/// <summary>A message as a room keeps it: slices of the entry or of the export it came in, whose bytes live as long as the message.</summary>
/// <param name="Author">UTF-8.</param>
/// <param name="Text">UTF-8.</param>
/// <param name="Timestamp">Wall-clock time of the entry that brought it, milliseconds since 1970 UTC; it may be earlier than that of the message before.</param>
internal readonly record struct StoredMessage(ReadOnlyMemory<byte> Author, ReadOnlyMemory<byte> Text, long Timestamp);
