using Microsoft.Win32.SafeHandles;

namespace PaxosShard.Replica.Node.Storage;

/// <summary>A file by its descriptor. Interrupted calls go on, short writes are completed, and no sync is ever made twice.</summary>
internal sealed class PosixFile(ISystemCalls calls, int descriptor, string path) : IStorageFile
{
    private readonly SafeFileHandle _handle = new(descriptor, ownsHandle: true);

    /// <inheritdoc/>
    public long Length
    {
        get
        {
            long length = calls.Length(Descriptor);
            return length >= 0 ? length : throw Failed("find the length of", length);
        }
    }

    private int Descriptor
    {
        get
        {
            ObjectDisposedException.ThrowIf(_handle.IsClosed, this);
            return (int)_handle.DangerousGetHandle();
        }
    }

    /// <inheritdoc/>
    public int ReadAt(Span<byte> buffer, long offset)
    {
        int done = 0;
        while (done < buffer.Length)
        {
            long count = calls.Read(Descriptor, buffer[done..], offset + done);
            if (count == -ErrorNumber.Interrupted)
                continue;
            if (ErrorNumber.IsUnreadable(count))
                throw new StorageReadException($"cannot read {path} at {offset + done}: {ErrorNumber.Describe(count)}");
            if (count < 0)
                throw Failed("read", count);
            if (count == 0)
                break;
            done += (int)count;
        }

        return done;
    }

    /// <inheritdoc/>
    public void WriteAt(ReadOnlySpan<byte> buffer, long offset)
    {
        int done = 0;
        while (done < buffer.Length)
        {
            long count = calls.Write(Descriptor, buffer[done..], offset + done);
            if (count == -ErrorNumber.Interrupted)
                continue;
            if (ErrorNumber.IsDiskFull(count))
                throw new DiskFullException($"no space to write {buffer.Length} bytes to {path} at {offset}: {done} were written");
            if (count <= 0)
                throw Failed("write", count);
            done += (int)count;
        }
    }

    /// <inheritdoc/>
    public void SetLength(long length)
    {
        int result;
        do
        {
            result = calls.SetLength(Descriptor, length);
        }
        while (result == -ErrorNumber.Interrupted);

        if (ErrorNumber.IsDiskFull(result))
            throw new DiskFullException($"no space to lengthen {path} to {length} bytes");
        if (result < 0)
            throw Failed("cut", result);
    }

    /// <inheritdoc/>
    public void SyncData()
    {
        int result = calls.SyncData(Descriptor);
        if (result < 0)
            throw Failed("sync", result);
    }

    /// <inheritdoc/>
    public void Dispose() => _handle.Dispose();

    private StorageFailedException Failed(string what, long result) =>
        new($"cannot {what} {path}: {ErrorNumber.Describe(result)}") { IsSystemLimit = ErrorNumber.IsLimit(result) };
}
