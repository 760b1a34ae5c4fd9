using PaxosShard.Replica.Engine;

namespace PaxosShard.Replica.Node.Storage.Posix;

/// <summary>
/// An open file of a <see cref="StorageDirectory"/>, by its descriptor. Interrupted calls go on, short writes are completed, and no sync is
/// ever made twice. Offsets and lengths are in bytes. Used by one thread.
/// </summary>
public sealed class StorageFile : IDisposable
{
    private readonly ISystemCalls _calls;
    private readonly int _descriptor;
    private readonly string _path;
    private bool _isClosed;
    private bool _isDirect;

    /// <summary>Takes an open descriptor over.</summary>
    internal StorageFile(ISystemCalls calls, int descriptor, string path)
    {
        _calls = calls;
        _descriptor = descriptor;
        _path = path;
    }

    /// <summary>Its length now.</summary>
    /// <exception cref="StorageFailedException">It cannot be found.</exception>
    public long Length
    {
        get
        {
            long length = _calls.Length(Descriptor);
            return length >= 0 ? length : throw Failed("find the length of", length);
        }
    }

    private int Descriptor
    {
        get
        {
            ObjectDisposedException.ThrowIf(_isClosed, this);
            return _descriptor;
        }
    }

    /// <summary>Fills <paramref name="buffer"/> from <paramref name="offset"/> on; returns fewer bytes only at the end of the file.</summary>
    /// <exception cref="StorageReadException">The disk cannot read that part (EIO).</exception>
    /// <exception cref="StorageFailedException">It cannot be read for another reason.</exception>
    public int ReadAt(Span<byte> buffer, long offset)
    {
        int done = 0;
        while (done < buffer.Length)
        {
            long count = _calls.Read(Descriptor, buffer[done..], offset + done);
            if (count == -ErrorNumber.Interrupted)
                continue;
            if (count == -ErrorNumber.InvalidArgument && _isDirect)
            {
                LeaveDirect();
                continue;
            }

            if (ErrorNumber.IsUnreadable(count))
                throw new StorageReadException($"cannot read {_path} at {offset + done}: {ErrorNumber.Describe(count)}");
            if (count < 0)
                throw Failed("read", count);
            if (count == 0)
                break;
            done += (int)count;
        }

        return done;
    }

    /// <summary>
    /// From now on bytes go between the memory of the caller and the disk, without a copy in the cache of the system: a sync then has nothing left to carry there, and whoever reads a large file
    /// has the disk do only what it waits for. (Read through the cache, a gigabyte is fetched far ahead, and the syncs of all logs on that disk wait behind it for many times as long as usual.) Every write has to begin at a multiple of
    /// <see cref="AlignedBytes.Alignment"/>, in memory and in the file, and be as long as one; so has every read, or it goes through the cache, and all that follow. A file system that does not know this goes on as before.
    /// </summary>
    public void TransferDirectly() => _isDirect = _calls.SetDirect(Descriptor, true) >= 0;

    /// <summary>Writes all of <paramref name="buffer"/>, lengthening the file where needed. Durable only after <see cref="SyncData"/>.</summary>
    /// <exception cref="DiskFullException">No space; a part of the bytes may have been written.</exception>
    /// <exception cref="StorageFailedException">It cannot be written.</exception>
    public void WriteAt(ReadOnlySpan<byte> buffer, long offset)
    {
        int done = 0;
        while (done < buffer.Length)
        {
            long count = _calls.Write(Descriptor, buffer[done..], offset + done);
            if (count == -ErrorNumber.Interrupted)
                continue;
            if (count == -ErrorNumber.InvalidArgument && _isDirect)
            {
                LeaveDirect();
                continue;
            }

            if (ErrorNumber.IsDiskFull(count))
                throw new DiskFullException($"no space to write {buffer.Length} bytes to {_path} at {offset}: {done} were written");
            if (count <= 0)
                throw Failed("write", count);
            done += (int)count;
        }
    }

    /// <summary>Cuts the file, or lengthens it with zeros.</summary>
    /// <exception cref="DiskFullException">No space.</exception>
    /// <exception cref="StorageFailedException">It failed.</exception>
    public void SetLength(long length)
    {
        int result;
        do
        {
            result = _calls.SetLength(Descriptor, length);
        }
        while (result == -ErrorNumber.Interrupted);

        if (ErrorNumber.IsDiskFull(result))
            throw new DiskFullException($"no space to lengthen {_path} to {length} bytes");
        if (result < 0)
            throw Failed("cut", result);
    }

    /// <summary>Makes everything written so far durable, the length included.</summary>
    /// <exception cref="StorageFailedException">
    /// It failed: fatal, never to be tried again, because the cache may call clean now what the disk does not have (rule 12).
    /// </exception>
    public void SyncData()
    {
        int result = _calls.SyncData(Descriptor);
        if (result < 0)
            throw Failed("sync", result);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_isClosed)
            return;
        _isClosed = true;
        _calls.Close(_descriptor);
    }

    // Some take the flag and then none of the calls, or not behind one that was cut short.
    private void LeaveDirect()
    {
        int result = _calls.SetDirect(Descriptor, false);
        if (result < 0)
            throw Failed("leave the cache on for", result);
        _isDirect = false;
    }

    private StorageFailedException Failed(string what, long result) =>
        new($"cannot {what} {_path}: {ErrorNumber.Describe(result)}") { IsSystemLimit = ErrorNumber.IsLimit(result) };
}
