using PaxosShard.Replica.Node.Storage.Posix;

namespace PaxosShard.Replica.Node.Storage.Log;

/// <summary>Reads whole segment files into one buffer that is kept: recovery holds one segment in memory at a time.</summary>
/// <param name="directory">Where the files are.</param>
internal sealed class SegmentBytes(StorageDirectory directory)
{
    private const int Step = 1024 * 1024;
    private AlignedBytes _buffer = new(0);

    /// <summary>Some part of the file that was read last could not be read; zeros stand there.</summary>
    public bool HasUnreadable { get; private set; }

    /// <summary>Reads a file, or its first <paramref name="limit"/> bytes; the span is valid until the next call.</summary>
    public ReadOnlySpan<byte> Load(string name, long limit = StoreOptions.LargestSegment)
    {
        using StorageFile file = directory.Open(name, readOnly: true);
        int length = (int)Math.Min(file.Length, Math.Min(limit, StoreOptions.LargestSegment));
        if (_buffer.Length < length)
            _buffer = new AlignedBytes(LogFormat.RoundUp(length));
        file.TransferDirectly();
        HasUnreadable = false;
        for (int at = 0; at < length; at += Step)
            Read(file, at, _buffer.Span.Slice(at, Math.Min(Step, length - at)));
        return _buffer.Span[..length];
    }

    private void Read(StorageFile file, int at, Span<byte> part)
    {
        if (TryRead(file, at, part))
            return;
        for (int offset = 0; offset < part.Length; offset += LogFormat.BlockBytes)
        {
            Span<byte> block = part[offset..Math.Min(offset + LogFormat.BlockBytes, part.Length)];
            if (TryRead(file, at + offset, block))
                continue;
            block.Clear();
            HasUnreadable = true;
        }
    }

    private static bool TryRead(StorageFile file, int at, Span<byte> part)
    {
        try
        {
            int count = file.ReadAt(part, at);
            part[count..].Clear();
            return true;
        }
        catch (StorageReadException)
        {
            return false;
        }
    }
}
