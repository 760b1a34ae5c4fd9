namespace PaxosShard.Replica.Machines.Rooms;

/// <summary>Reads messages of a <see cref="MessageList"/> one after the other; valid until the list changes.</summary>
internal struct MessageCursor
{
    private readonly MessageList _list;
    private int _chunk;
    private int _offset;

    /// <summary>A cursor at a message.</summary>
    /// <param name="list">Where it reads.</param>
    /// <param name="chunk">The chunk that the message stands in.</param>
    /// <param name="offset">Where in it.</param>
    /// <param name="number">Its number.</param>
    public MessageCursor(MessageList list, int chunk, int offset, long number)
    {
        _list = list;
        _chunk = chunk;
        _offset = offset;
        Number = number;
    }

    /// <summary>The number of the message that is read next, if there is one.</summary>
    public long Number { get; private set; }

    /// <summary>Reads that message, which is there, and goes on to the one behind it.</summary>
    public StoredMessage Read()
    {
        ReadOnlySpan<byte> chunk = _list.BytesOf(_chunk);
        StoredMessage message = StoredMessage.ReadFrom(chunk[_offset..]);
        Number++;
        _offset += message.Size;
        if (_offset < chunk.Length)
            return message;
        _chunk++;
        _offset = 0;
        return message;
    }
}
