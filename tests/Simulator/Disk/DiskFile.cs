namespace PaxosShard.Simulator.Disk;

/// <summary>
/// The content of one file: what is on the platter, what the page cache shows, and which blocks of the cache were not synced.
/// A name of the directory points to it; it lives on while it is renamed.
/// </summary>
internal sealed class DiskFile
{
    private readonly SortedSet<long> _pending = [];
    private readonly SortedSet<long> _lied = [];
    private readonly Queue<(long Offset, int Length, long Operation)> _written = new();
    private SharedBlocks _cache = new();
    private SharedBlocks _platter = new();
    private long _platterLength;
    private long _cutTo = long.MaxValue;

    /// <summary>The length that the page cache shows.</summary>
    public long Length { get; private set; }

    /// <summary>Something that a sync reported as durable is not on the platter.</summary>
    public bool HasLies => _lied.Count > 0;

    /// <summary>Parts that cannot be read until they are written again.</summary>
    public List<(long Offset, long Length)> Unreadable { get; } = [];

    public bool HasPending => _pending.Count > 0 || _cutTo != long.MaxValue || Length != _platterLength;

    /// <summary>Nothing of a part is unreadable.</summary>
    public bool IsReadable(long offset, long length)
    {
        foreach ((long start, long unreadable) in Unreadable)
        {
            if (start < offset + length && offset < start + unreadable)
                return false;
        }

        return true;
    }

    public int Read(Span<byte> buffer, long offset)
    {
        int count = (int)Math.Clamp(Length - offset, 0, buffer.Length);
        if (count > 0)
            _cache.Read(buffer[..count], offset);
        return count;
    }

    public void Write(ReadOnlySpan<byte> bytes, long offset)
    {
        if (bytes.IsEmpty)
            return;
        long end = offset + bytes.Length;
        Length = Math.Max(Length, end);
        _cache.Write(bytes, offset);
        for (long block = offset / SimulatedDisk.BlockBytes; block * SimulatedDisk.BlockBytes < end; block++)
            _pending.Add(block);
        Unreadable.RemoveAll(part => part.Offset < end && offset < part.Offset + part.Length);
    }

    /// <summary>Notes at which operation a part was written, and forgets those up to <paramref name="certifiedThrough"/>.</summary>
    public void NoteWrite(long offset, int length, long operation, long certifiedThrough)
    {
        _written.Enqueue((offset, length, operation));
        while (_written.TryPeek(out (long Offset, int Length, long Operation) oldest) && oldest.Operation <= certifiedThrough)
            _written.Dequeue();
    }

    /// <summary>Whether a part was written after an operation.</summary>
    public bool WasWrittenAfter(long operation, long offset, long length) =>
        _written.Any(write => write.Operation > operation && write.Offset < offset + length && offset < write.Offset + write.Length);

    /// <summary>Brings to the platter after all what lying syncs left behind: the drive did it before the power failed.</summary>
    public void SettleLies()
    {
        foreach (long block in _lied)
            PutOnPlatter(block, _cache[block]);
        _lied.Clear();
    }

    public void SetLength(long length)
    {
        if (length < Length)
        {
            _cache.ClearFrom(length);
            _cutTo = Math.Min(_cutTo, length);
            _pending.RemoveWhere(block => block * SimulatedDisk.BlockBytes >= length);
        }

        Length = length;
    }

    /// <summary>
    /// Brings the cache to the platter; with <paramref name="pretend"/> it only forgets what was pending, as a failed or lying sync does.
    /// A lie is remembered, so that it may turn out to have done no harm.
    /// </summary>
    public void Sync(bool pretend, bool isLie = false)
    {
        if (isLie)
            _lied.UnionWith(_pending);
        if (!pretend)
        {
            Cut();
            foreach (long block in _pending)
                PutOnPlatter(block, _cache[block]);
            _platterLength = Length;
            _lied.ExceptWith(_pending);
        }

        _pending.Clear();
        _cutTo = long.MaxValue;
    }

    /// <summary>The power fails: every pending block meets a fate of its own, then the cache is what the platter holds.</summary>
    public void Crash(Func<ulong> random)
    {
        if (_cutTo != long.MaxValue && random() % 2 == 0)
            Cut();
        foreach (long block in _pending)
            PowerLoss.Meet(random, _cache[block], bytes => PutOnPlatter(block, bytes), _platter[block]);
        _pending.Clear();
        _lied.Clear();
        _cutTo = long.MaxValue;
        _cache = _platter.Clone();
        _cache.ClearFrom(_platterLength);
        Length = _platterLength;
    }

    public byte[] Platter()
    {
        byte[] bytes = new byte[_platterLength];
        _platter.Read(bytes, 0);
        return bytes;
    }

    /// <summary>Changes bytes behind everybody's back, on the platter and in the cache.</summary>
    public void Damage(long offset, ReadOnlySpan<byte> bytes)
    {
        if (offset + bytes.Length <= _platterLength)
            _platter.Write(bytes, offset);
        if (offset + bytes.Length <= Length)
            _cache.Write(bytes, offset);
    }

    public DiskFile Clone()
    {
        DiskFile clone = new()
        {
            Length = Length,
            _cache = _cache.Clone(),
            _platter = _platter.Clone(),
            _platterLength = _platterLength,
            _cutTo = _cutTo,
        };
        clone._pending.UnionWith(_pending);
        clone._lied.UnionWith(_lied);
        clone.Unreadable.AddRange(Unreadable);
        return clone;
    }

    private void Cut()
    {
        if (_cutTo >= _platterLength)
            return;
        _platter.ClearFrom(_cutTo);
        _platterLength = _cutTo;
    }

    private void PutOnPlatter(long block, byte[] bytes)
    {
        long start = block * SimulatedDisk.BlockBytes;
        long end = Math.Min(start + SimulatedDisk.BlockBytes, Length);
        if (end <= start)
            return;
        if (end - start == SimulatedDisk.BlockBytes)
            _platter[block] = bytes;
        else
            _platter.Write(bytes.AsSpan(0, (int)(end - start)), start);
        _platterLength = Math.Max(_platterLength, end);
    }
}
