using System.Buffers;
using PaxosShard.Hashing;
using PaxosShard.Replica.Machines.Rooms;
using PaxosShard.Wire.Primitives;

namespace PaxosShard.Replica.Machines.Exports;

/// <summary>Writes one piece of an export, as <see cref="ExportFormat"/> says.</summary>
/// <param name="output">Gets the piece.</param>
/// <param name="checksum">The checksum of what stands in the pieces before it; 0 for the first one.</param>
internal sealed class PieceWriter(IBufferWriter<byte> output, ulong checksum)
{
    /// <summary>Bytes written so far.</summary>
    public int Length { get; private set; }

    /// <summary>The checksum of what was written so far, with that of the pieces before.</summary>
    public ulong Checksum { get; private set; } = checksum;

    /// <summary>Begins the piece.</summary>
    public void WriteHeader(PieceKind kind, long number)
    {
        Span<byte> place = output.GetSpan(ExportFormat.PieceHeaderSize)[..ExportFormat.PieceHeaderSize];
        WireWriter writer = new(place);
        writer.WriteByte((byte)kind);
        writer.WriteInt64(number);
        Advance(place.Length);
    }

    /// <summary>Writes the head of the export.</summary>
    public void WriteHead(in ExportHead head)
    {
        Span<byte> place = output.GetSpan(ExportHead.Size)[..ExportHead.Size];
        WireWriter writer = new(place);
        head.Write(ref writer);
        AdvanceChecked(place);
    }

    /// <summary>Writes the configuration that the machine had adopted.</summary>
    public void WriteConfiguration(ReadOnlySpan<byte> configuration)
    {
        int size = sizeof(int) + configuration.Length;
        Span<byte> place = output.GetSpan(size)[..size];
        WireWriter writer = new(place);
        writer.WriteBytes(configuration);
        AdvanceChecked(place);
    }

    /// <summary>Writes a record of the moves.</summary>
    public void WriteRecord(ReadOnlySpan<byte> record)
    {
        Span<byte> place = output.GetSpan(record.Length)[..record.Length];
        record.CopyTo(place);
        AdvanceChecked(place);
    }

    /// <summary>Begins a part of a room; its messages follow.</summary>
    public void WriteRoomPart(Arc arc, ReadOnlySpan<byte> name, long first, int count)
    {
        int size = ExportFormat.SizeOfRoomPart(name);
        Span<byte> place = output.GetSpan(size)[..size];
        WireWriter writer = new(place);
        writer.WriteByte((byte)RecordKind.RoomPart);
        writer.WriteUInt16(arc.Number);
        writer.WriteBytes(name);
        writer.WriteInt64(first);
        writer.WriteInt32(count);
        AdvanceChecked(place);
    }

    /// <summary>Writes the next message of a part of a room.</summary>
    public void WriteMessage(in StoredMessage message)
    {
        int size = ExportFormat.SizeOfMessage(in message);
        Span<byte> place = output.GetSpan(size)[..size];
        WireWriter writer = new(place);
        writer.WriteInt64(message.Wall);
        writer.WriteInt64(message.LogTime);
        writer.WriteBytes(message.Author);
        writer.WriteBytes(message.Text);
        AdvanceChecked(place);
    }

    /// <summary>Writes a key.</summary>
    public void WriteKey(Arc arc, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        int size = ExportFormat.SizeOfKey(name, value);
        Span<byte> place = output.GetSpan(size)[..size];
        WireWriter writer = new(place);
        writer.WriteByte((byte)RecordKind.Key);
        writer.WriteUInt16(arc.Number);
        writer.WriteBytes(name);
        writer.WriteBytes(value);
        AdvanceChecked(place);
    }

    /// <summary>Says that there are no more records in the piece.</summary>
    public void WriteEnd()
    {
        output.GetSpan(1)[0] = (byte)RecordKind.End;
        Advance(1);
    }

    /// <summary>Writes the foot of the export, with the checksum of all that was written.</summary>
    /// <param name="hashes">The hash of each arc.</param>
    public void WriteFoot(ReadOnlySpan<ulong> hashes)
    {
        int arcs = hashes.Length - hashes.Count(0UL);
        int size = sizeof(ushort) + (arcs * ExportFormat.ArcSize);
        Span<byte> place = output.GetSpan(size)[..size];
        WireWriter writer = new(place);
        writer.WriteUInt16(arcs);
        for (int arc = 0; arc < hashes.Length; arc++)
        {
            if (hashes[arc] == 0)
                continue;
            writer.WriteUInt16(arc);
            writer.WriteUInt64(hashes[arc]);
        }

        AdvanceChecked(place);
        WireWriter end = new(output.GetSpan(sizeof(ulong))[..sizeof(ulong)]);
        end.WriteUInt64(Checksum);
        Advance(sizeof(ulong));
    }

    private void AdvanceChecked(ReadOnlySpan<byte> written)
    {
        Checksum = StableHash64.Of(written, Checksum);
        Advance(written.Length);
    }

    private void Advance(int count)
    {
        output.Advance(count);
        Length += count;
    }
}
