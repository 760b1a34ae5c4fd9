using System.Buffers.Binary;
using PaxosShard.Replica.Core.Steps;
using PaxosShard.Replica.Engine;
using PaxosShard.Replica.Node.Storage.Posix;
using PaxosShard.Wire.Frames;
using PaxosShard.Wire.Identifiers;

namespace PaxosShard.Replica.Node.Storage.Log;

/// <summary>Builds one batch after the other in a buffer that is kept; nothing is allocated per record.</summary>
/// <remarks>
/// Layout of a record: kind (1), length of the entry (3), checksum (4), group (4), view (8), slot (8), the entry's bytes. Its checksum
/// covers owner, position, and the record without the checksum itself.
/// </remarks>
/// <param name="owner">Whose log it is.</param>
internal sealed class BatchBuffer(LogOwner owner)
{
    private AlignedBytes _bytes = new(64 * 1024);

    /// <summary>Counts what of <paramref name="batches"/> from <paramref name="start"/> on goes into one batch of the log; view records are passed over.</summary>
    public static BatchExtent Measure(IReadOnlyList<LogBatch> batches, RecordPlace start)
    {
        int count = 0;
        int body = 0;
        for (int group = start.Group; group < batches.Count; group++)
        {
            List<Record> records = batches[group].Records;
            for (int index = group == start.Group ? start.Index : 0; index < records.Count; index++)
            {
                int length = EntryLength(records[index]);
                if (length < 0)
                    continue;
                if (count == LogFormat.RecordsPerBatch || (count > 0 && body + RecordName.Bytes + length > LogFormat.BatchBytes))
                    return new BatchExtent(new RecordPlace(group, index), count, body);
                count++;
                body += RecordName.Bytes + length;
            }
        }

        return new BatchExtent(new RecordPlace(batches.Count, 0), count, body);
    }

    /// <summary>Builds the batch; the span is valid until the next call.</summary>
    /// <param name="batches">The records, of each group by index.</param>
    /// <param name="start">The place of the first one.</param>
    /// <param name="extent">What <see cref="Measure"/> said of them.</param>
    /// <param name="header">The header to write; returned with its checksum.</param>
    public ReadOnlySpan<byte> Build(IReadOnlyList<LogBatch> batches, RecordPlace start, BatchExtent extent, ref BatchHeader header)
    {
        int padded = header.PaddedLength;
        if (_bytes.Length < padded)
            _bytes = new AlignedBytes(Math.Max(padded, Math.Min(_bytes.Length * 2, LogFormat.BatchBytes)));
        Span<byte> batch = _bytes.Span[..padded];
        int at = header.Length;
        int written = 0;
        for (int group = start.Group; written < extent.RecordCount; group++)
        {
            List<Record> records = batches[group].Records;
            for (int index = group == start.Group ? start.Index : 0; index < records.Count && written < extent.RecordCount; index++)
            {
                int length = Write(records[index], owner.Groups[group], batch[at..], new LogPosition(header.Position.Value + at), out RecordName name);
                if (length == 0)
                    continue;
                name.Write(batch[header.NameAt(written)..]);
                written++;
                at += length;
            }
        }

        batch[at..].Clear();
        header = header.Write(batch, owner);
        return batch;
    }

    private static int EntryLength(in Record record) => record.Kind == RecordKind.Views ? -1 : record.Entry?.Bytes.Length ?? 0;

    private int Write(in Record record, GroupId group, Span<byte> to, LogPosition position, out RecordName name)
    {
        name = default;
        if (record.Kind == RecordKind.Views)
            return 0;
        ReadOnlyMemory<byte> entry = record.Entry?.Bytes ?? ReadOnlyMemory<byte>.Empty;
        name = new RecordName(record.Kind, entry.Length, 0, group, record.View, record.Slot);
        name.Write(to);
        entry.Span.CopyTo(to[RecordName.Bytes..]);
        int length = RecordName.Bytes + entry.Length;
        uint checksum = ComputeChecksum(to[..length], owner, position);
        BinaryPrimitives.WriteUInt32BigEndian(to[4..], checksum);
        name = name with { Checksum = checksum };
        return length;
    }

    /// <summary>The checksum of a record that stands at <paramref name="position"/>.</summary>
    public static uint ComputeChecksum(ReadOnlySpan<byte> record, LogOwner owner, LogPosition position)
    {
        uint head = Crc32C.Append(owner.ChecksumOf(position), record[..4]);
        return Crc32C.Append(head, record[8..]);
    }
}

/// <summary>Where a record stands among those that wait.</summary>
/// <param name="Group">Index of its group.</param>
/// <param name="Index">Its own index.</param>
internal readonly record struct RecordPlace(int Group, int Index);

/// <summary>How far a batch reaches.</summary>
/// <param name="Next">Place of the first record that is not in it any more.</param>
/// <param name="RecordCount">Records in it.</param>
/// <param name="BodyLength">Bytes of its records.</param>
internal readonly record struct BatchExtent(RecordPlace Next, int RecordCount, int BodyLength)
{
    /// <summary>Bytes that the batch takes up in a segment.</summary>
    /// <param name="groups">Groups of the directory: the header says something of each.</param>
    public int PaddedLength(int groups) => LogFormat.RoundUp(BatchHeader.LengthFor(groups, RecordCount) + BodyLength);
}
