using PaxosShard.Wire.Primitives;

namespace PaxosShard.Wire.Commands;

/// <summary>Answer to a <see cref="ReadHistoryQuery"/> or a <see cref="FollowRoomQuery"/>.</summary>
/// <param name="First">
/// Number of the first message that is left; that of the next one when none is; 0 when there is no such room. Above the number that was wanted: that message was trimmed, and
/// there are no messages in the answer.
/// </param>
/// <param name="Last">Number of the last message that the room got; 0 for none.</param>
/// <param name="Messages">Messages, ascending by number without gaps, from the wanted one on.</param>
/// <remarks>Layout: first (8), last (8), number of messages (4), the messages (<see cref="RoomMessage"/>).</remarks>
public sealed record HistoryResult(long First, long Last, IReadOnlyList<RoomMessage> Messages)
{
    internal const int HeaderSize = sizeof(long) + sizeof(long) + sizeof(int);

    /// <summary>Reads a whole result.</summary>
    /// <exception cref="WireFormatException">The bytes are not one.</exception>
    public static HistoryResult Decode(ReadOnlySpan<byte> bytes)
    {
        WireReader reader = new(bytes);
        long first = reader.ReadNumber();
        long last = reader.ReadNumber();
        RoomMessage[] messages = new RoomMessage[reader.ReadCount(int.MaxValue, RoomMessage.SmallestSize)];
        RepeatedName author = default;
        for (int index = 0; index < messages.Length; index++)
            messages[index] = RoomMessage.Read(ref reader, ref author);
        reader.RequireEnd();
        return new HistoryResult(first, last, messages);
    }

    /// <summary>The whole result.</summary>
    /// <exception cref="ArgumentException">A text is not valid UTF-16.</exception>
    public byte[] Encode()
    {
        byte[] bytes = new byte[HeaderSize + Messages.Sum(message => message.EncodedSize())];
        WireWriter writer = new(bytes);
        writer.WriteInt64(First);
        writer.WriteInt64(Last);
        writer.WriteInt32(Messages.Count);
        foreach (RoomMessage message in Messages)
            message.Write(ref writer);
        return bytes;
    }
}
