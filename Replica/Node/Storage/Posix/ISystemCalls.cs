namespace PaxosShard.Replica.Node.Storage.Posix;

/// <summary>
/// The system calls that the store makes: all that it asks of the outside world, and all that is another thing under the simulator. Each
/// returns what the system call returns, or the negated errno. Calls come from two threads, that of the log and that of the snapshots, and never about the same file.
/// </summary>
public interface ISystemCalls
{
    /// <summary>open(2).</summary>
    int Open(string path, int flags, int mode);

    /// <summary>close(2). What it returns is of no use: the descriptor is gone in any case, and what has to be durable was synced before.</summary>
    void Close(int file);

    /// <summary>pread(2).</summary>
    long Read(int file, Span<byte> buffer, long offset);

    /// <summary>pwrite(2).</summary>
    long Write(int file, ReadOnlySpan<byte> buffer, long offset);

    /// <summary>fcntl(2) with F_SETFL: from now on writes go to the disk itself (O_DIRECT), or through the system's cache again.</summary>
    int SetDirect(int file, bool isDirect);

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

    /// <summary>opendir(3), readdir(3) to the end, closedir(3): adds the names of everything in a directory, without itself and the one above it, in any order.</summary>
    int List(string path, ICollection<string> names);

    /// <summary>flock(2).</summary>
    int Lock(int file, int operation);

    /// <summary>getpid(2).</summary>
    int ProcessId();
}
