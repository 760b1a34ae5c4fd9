using PaxosShard.Wire.Primitives;

namespace PaxosShard.Wire.Messages;

/// <summary>
/// The starts of a replica that one of its peers may remember: the one that the peer last said it remembers, and the one that it was
/// asked to remember since. There are never more, however often the replica was started while the peer was away: it is not
/// asked before it has said again what it remembers (PROTOCOL.md, "Who has met whom").
/// </summary>
/// <param name="First">What the peer said; none when it remembered none.</param>
/// <param name="Second">What it was asked to remember since; none when it never was.</param>
public readonly record struct ShownStarts(StartMark First, StartMark Second)
{
    /// <summary>Bytes on the wire and on disk.</summary>
    public const int Bytes = 2 * StartMark.Bytes;

    /// <summary>The peer may remember this start.</summary>
    public bool Contains(StartMark start) => start.IsSome && (start == First || start == Second);

    internal static ShownStarts Read(ref WireReader reader)
    {
        ShownStarts shown = new(ReadMark(ref reader), ReadMark(ref reader));
        return shown.First.Number < shown.Second.Number || shown == default
            ? shown
            : throw new WireFormatException("a hello names its starts out of order");
    }

    internal static StartMark ReadMark(ref WireReader reader) => new(reader.ReadUInt64(), reader.ReadGuid());

    internal static void WriteMark(ref WireWriter writer, StartMark mark)
    {
        writer.WriteUInt64(mark.Number);
        writer.WriteGuid(mark.Id);
    }

    internal void Write(ref WireWriter writer)
    {
        WriteMark(ref writer, First);
        WriteMark(ref writer, Second);
    }
}
