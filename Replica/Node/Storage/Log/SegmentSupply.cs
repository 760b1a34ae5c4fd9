using PaxosShard.Replica.Engine;
using PaxosShard.Replica.Node.Storage.Posix;

namespace PaxosShard.Replica.Node.Storage.Log;

/// <summary>
/// Has the next segment ready before it is needed: a file of the next number, zero-filled and synced in small steps, or one that
/// is not needed any more under a new name. At most one at a time.
/// </summary>
/// <param name="directory">Where the files are.</param>
/// <param name="options">How large they are.</param>
internal sealed class SegmentSupply(StorageDirectory directory, StoreOptions options) : IDisposable
{
    private const int ReserveBytes = 64 * 1024;

    private readonly Queue<string> _dead = new();
    private readonly AlignedBytes _zeros = new(Math.Min(options.PreparationBytes, 1024 * 1024));
    private ShrinkingFile? _leaving;
    private StorageFile? _file;
    private int _number;
    private int _filled;

    /// <summary>No space was left when the next segment was to be made. It is tried again with every step.</summary>
    public bool IsDiskFull { get; private set; }

    /// <summary>How many segments still take up space although nothing of them is needed any more.</summary>
    public int DeadCount => _dead.Count;

    /// <summary>The next segment is ready.</summary>
    public bool IsReady => _file is not null && _filled >= options.SegmentBytes;

    /// <summary>Syncs made.</summary>
    public long SyncCount { get; private set; }

    /// <summary>Takes a file over that has its final name and any content without an intact header of that number.</summary>
    public void Adopt(int number, StorageFile file)
    {
        _number = number;
        _file = file;
        file.TransferDirectly();
        _filled = (int)Math.Min(file.Length, StoreOptions.LargestSegment) / LogFormat.BlockBytes * LogFormat.BlockBytes;
    }

    /// <summary>
    /// Takes a segment back that the log does not need any more. It becomes segment <paramref name="number"/>, which spares filling one with zeros, unless the
    /// one that is in preparation is as long already: then it is deleted, a little at a time. What it holds is void under the new number. Needs no space.
    /// </summary>
    /// <param name="number">The number of the next segment.</param>
    /// <param name="name">The file that is not needed any more.</param>
    /// <exception cref="StorageFailedException">The disk failed, or the file is gone.</exception>
    public void TakeBack(int number, string name)
    {
        if (LengthOf(name) <= _filled)
        {
            _dead.Enqueue(name);
        }
        else
        {
            string next = LogFormat.SegmentName(number);
            directory.Rename(name, next);
            directory.SyncDirectory();
            _file?.Dispose();
            Adopt(number, directory.Open(next));
        }

        // There is space again, or none is needed: whoever waits for it does not have to wait for the next step.
        if (IsDiskFull)
            Reserve(number);
    }

    /// <summary>Gives a little of the space back that the oldest dead segment takes up, the file at last. All at once would keep the next syncs waiting.</summary>
    /// <exception cref="StorageFailedException">The disk failed, or the file is gone.</exception>
    public void ShrinkDead()
    {
        if (!_dead.TryPeek(out string? name))
            return;
        _leaving ??= new ShrinkingFile(Open(name), options.ReturnBytes);
        if (_leaving.TryShrink())
            return;
        _leaving.Dispose();
        _leaving = null;
        directory.Delete(name);
        _dead.Dequeue();
    }

    /// <summary>Zero-fills and syncs at most one more step of segment <paramref name="number"/>. Short of space it does nothing.</summary>
    /// <exception cref="StorageFailedException">The disk failed.</exception>
    public void Step(int number)
    {
        if (!IsReady)
            TryFillTo(number, Math.Min(_filled + options.PreparationBytes, options.SegmentBytes));
    }

    /// <summary>
    /// Makes a small beginning of segment <paramref name="number"/>, if there is space, so that a replica can start again on a disk
    /// that fills up meanwhile.
    /// </summary>
    /// <exception cref="StorageFailedException">The disk failed.</exception>
    public void Reserve(int number) =>
        TryFillTo(number, Math.Clamp(options.SegmentBytes / 4 / LogFormat.BlockBytes * LogFormat.BlockBytes, StoreOptions.SmallestSegment, ReserveBytes));

    /// <summary>Makes segment <paramref name="number"/> at least as long as asked for, now. The file is handed over by <see cref="Take"/>.</summary>
    /// <exception cref="DiskFullException">No space; nothing that counts has changed.</exception>
    /// <exception cref="StorageFailedException">The disk failed.</exception>
    public void Prepare(int number, int bytes)
    {
        try
        {
            FillTo(number, bytes);
            IsDiskFull = false;
        }
        catch (DiskFullException)
        {
            IsDiskFull = true;
            throw;
        }
    }

    /// <summary>Hands over the file that <see cref="Prepare"/> has made ready.</summary>
    public StorageFile Take(out int capacity)
    {
        StorageFile file = _file ?? throw new InvalidOperationException("no segment was prepared");
        capacity = _filled;
        _file = null;
        _filled = 0;
        return file;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _leaving?.Dispose();
        _file?.Dispose();
    }

    private long LengthOf(string name)
    {
        using StorageFile file = Open(name);
        return file.Length;
    }

    private StorageFile Open(string name)
    {
        try
        {
            return directory.Open(name);
        }
        catch (FileNotFoundException gone)
        {
            throw new StorageFailedException($"somebody has removed a segment of the log: {gone.Message}", gone);
        }
    }

    private void TryFillTo(int number, int bytes)
    {
        try
        {
            FillTo(number, bytes);
            IsDiskFull = false;
        }
        catch (DiskFullException)
        {
            IsDiskFull = true;
        }
    }

    private void FillTo(int number, int bytes)
    {
        if (_file is null)
        {
            _file = directory.Create(LogFormat.SegmentName(number));
            _file.TransferDirectly();
            _number = number;
            _filled = 0;
            directory.SyncDirectory();
        }

        if (_number != number)
            throw new InvalidOperationException($"segment {_number} was prepared, not {number}");
        while (_filled < bytes)
        {
            int step = Math.Min(bytes - _filled, options.PreparationBytes);
            WriteZeros(_filled, step);
            _file.SyncData();
            SyncCount++;
            _filled += step;
        }
    }

    private void WriteZeros(long offset, int count)
    {
        for (int done = 0; done < count; done += _zeros.Length)
        {
            int part = Math.Min(_zeros.Length, count - done);
            _file!.WriteAt(_zeros.Span[..part], offset + done);
        }
    }
}
