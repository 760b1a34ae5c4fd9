namespace PaxosShard.Replica.Node.Storage.Log;

/// <summary>Finds the batches of a segment, also those behind a place that cannot be read.</summary>
internal static class SegmentScan
{
    /// <summary>Every intact batch header in these bytes of a segment, in order of place.</summary>
    /// <param name="bytes">The segment, from its first byte on.</param>
    /// <param name="number">Its number.</param>
    /// <param name="owner">Whose log it is.</param>
    /// <param name="incarnation">The incarnation that wrote it, from its header; null when that cannot be read: then the latest one found counts.</param>
    /// <exception cref="DataDirectoryException">One of them is of other groups than the directory.</exception>
    public static List<ScannedBatch> Run(ReadOnlySpan<byte> bytes, int number, LogOwner owner, ulong? incarnation)
    {
        List<ScannedBatch> batches = [];
        bool gap = false;
        int at = LogFormat.BlockBytes;
        while (at <= bytes.Length - BatchHeader.FixedBytes)
        {
            if (BatchHeader.TryRead(bytes[at..], owner, new LogPosition(number, at), out BatchHeader header)
                && (incarnation is null || header.Incarnation == incarnation))
            {
                owner.RequireGroups(header.Groups);
                batches.Add(new ScannedBatch(header, gap));
                at += header.PaddedLength;
                gap = false;
            }
            else
            {
                at += LogFormat.BlockBytes;
                gap = true;
            }
        }

        return incarnation is null && batches.Count > 0 ? OfLatest(batches) : batches;
    }

    private static List<ScannedBatch> OfLatest(List<ScannedBatch> batches)
    {
        ulong latest = batches.Max(batch => batch.Header.Incarnation);
        return [.. batches.Where(batch => batch.Header.Incarnation == latest)];
    }
}

/// <summary>A batch that was found.</summary>
/// <param name="Header">Its header.</param>
/// <param name="AfterGap">Something that cannot be read lies before it.</param>
internal readonly record struct ScannedBatch(BatchHeader Header, bool AfterGap);
