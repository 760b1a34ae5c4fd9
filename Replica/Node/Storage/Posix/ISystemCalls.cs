namespace PaxosShard.Replica.Node.Storage;

/// <summary>
/// The system calls that the store makes, so that a test can let each of them fail. Each returns what the system call returns,
/// or the negated errno.
/// </summary>
public interface ISystemCalls
{
    /// <summary>open(2).</summary>
    int Open(string path, int flags, int mode);

    /// <summary>pread(2).</summary>
    long Read(int file, Span<byte> buffer, long offset);

    /// <summary>pwrite(2).</summary>
    long Write(int file, ReadOnlySpan<byte> buffer, long offset);

    /// <summary>fdatasync(2).</summary>
    int SyncData(int file);

    /// <summary>fsync(2).</summary>
    int Sync(int file);

    /// <summary>ftruncate(2).</summary>
    int SetLength(int file, long length);

    /// <summary>lseek(2) to the end.</summary>
    long Length(int file);

    /// <summary>rename(2).</summary>
    int Rename(string from, string to);

    /// <summary>unlink(2).</summary>
    int Delete(string path);

    /// <summary>mkdir(2).</summary>
    int MakeDirectory(string path, int mode);

    /// <summary>flock(2).</summary>
    int Lock(int file, int operation);
}
