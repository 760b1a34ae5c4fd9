namespace PaxosShard.ChatClient.App.Load.Follows;

/// <summary>What is known of the messages of a run to one room: when each was sent, and which number it has in the room. Grows with the messages, 16 bytes for each. Safe from any thread.</summary>
internal sealed class SentTimes
{
    private const int ChunkBits = 14;
    private const int ChunkLength = 1 << ChunkBits;

    private readonly Lock _gate = new();
    private volatile Message[][] _chunks = [];
    private long _count;

    /// <summary>Messages that were sent so far.</summary>
    public long Count => Volatile.Read(ref _count);

    /// <summary>One more is sent.</summary>
    /// <param name="at">When, as the clock of the machine counts.</param>
    /// <returns>Which one it is, from 0.</returns>
    public long Add(long at)
    {
        long message = Interlocked.Increment(ref _count) - 1;
        Of(message).SentAt = at;
        return message;
    }

    /// <summary>When a message was sent, as the clock of the machine counts.</summary>
    public long SentAt(long message) => Of(message).SentAt;

    /// <summary>Somebody says that a message has this number.</summary>
    /// <returns>False when somebody else said that it has another one: then it is in the room twice, or somebody is wrong.</returns>
    public bool IsAt(long message, long number)
    {
        ref long known = ref Of(message).Number;
        long said = Volatile.Read(ref known);
        if (said == 0)
            said = Interlocked.CompareExchange(ref known, number, 0);
        return said == 0 || said == number;
    }

    private ref Message Of(long message)
    {
        int chunk = (int)(message >> ChunkBits);
        if (chunk >= _chunks.Length)
            Grow(chunk);
        return ref _chunks[chunk][message & (ChunkLength - 1)];
    }

    private void Grow(int chunk)
    {
        lock (_gate)
        {
            while (chunk >= _chunks.Length)
                _chunks = [.. _chunks, new Message[ChunkLength]];
        }
    }

    private struct Message
    {
        public long SentAt;
        public long Number;
    }
}
