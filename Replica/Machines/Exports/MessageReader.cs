using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using PaxosShard.Replica.Machines.Rooms;
using PaxosShard.Wire;

namespace PaxosShard.Replica.Machines.Exports;

/// <summary>
/// Reads the messages of a room in an export, one after the other. A large export has millions, so each is read in one go and not field by field. Nothing is believed: what does
/// not fit is refused. Layout: see <see cref="ExportFormat"/>.
/// </summary>
internal ref struct MessageReader
{
    private const int AuthorAt = 2 * sizeof(long);

    private readonly ReadOnlySpan<byte> _piece;

    /// <summary>A reader that stands before a message.</summary>
    /// <param name="piece">The piece that it stands in; unchanged while this reader lives.</param>
    /// <param name="position">Where it begins.</param>
    public MessageReader(ReadOnlySpan<byte> piece, int position)
    {
        _piece = piece;
        Position = position;
    }

    /// <summary>Where the next message begins.</summary>
    public int Position { get; private set; }

    /// <summary>Reads the next message; author and text are slices of the piece, no longer than their limits, and not checked otherwise.</summary>
    /// <exception cref="WireFormatException">There is none; the message says where, never what was there.</exception>
    public StoredMessage Read()
    {
        ReadOnlySpan<byte> bytes = _piece[Position..];
        if (bytes.Length < ExportFormat.SmallestMessage)
            Refuse(Position);
        long logTime = BinaryPrimitives.ReadInt64BigEndian(bytes[sizeof(long)..]);
        uint author = BinaryPrimitives.ReadUInt32BigEndian(bytes[AuthorAt..]);
        if (logTime is < 0 or > Limits.HighestTime || author > Limits.AuthorName || author > bytes.Length - ExportFormat.SmallestMessage)
            Refuse(Position);
        int textAt = AuthorAt + sizeof(uint) + (int)author;
        uint text = BinaryPrimitives.ReadUInt32BigEndian(bytes[textAt..]);
        int left = bytes.Length - textAt - sizeof(uint);
        if (text > Limits.MessageText || text > left)
            Refuse(Position);
        Position += textAt + sizeof(uint) + (int)text;
        return new StoredMessage(
            BinaryPrimitives.ReadInt64BigEndian(bytes),
            logTime,
            bytes.Slice(AuthorAt + sizeof(uint), (int)author),
            bytes.Slice(textAt + sizeof(uint), (int)text));
    }

    [DoesNotReturn]
    private static void Refuse(int position) => throw new WireFormatException($"there is no message at {position}");
}
