using System.Runtime.InteropServices;

namespace PaxosShard.Replica.Node.Storage.Posix;

/// <summary>The real system calls of a 64-bit Linux.</summary>
internal sealed partial class SystemCalls : ISystemCalls
{
    private const int SeekEnd = 2;
    private const int SetStatusFlags = 4;

    /// <summary>Where the name stands in a dirent, behind its inode (8), offset (8), length (2) and type (1).</summary>
    private const int NameInEntry = 19;

    // O_DIRECT is one of the few flags that differ.
    private static readonly int _direct = RuntimeInformation.ProcessArchitecture is Architecture.Arm64 or Architecture.Arm ? 0x10000 : 0x4000;

    /// <summary>The one there is: it has no state.</summary>
    public static SystemCalls Instance { get; } = new();

    /// <inheritdoc/>
    public int Open(string path, int flags, int mode) => (int)Result(open(path, flags, mode));

    /// <inheritdoc/>
    public void Close(int file) => _ = close(file);

    /// <inheritdoc/>
    public unsafe long Read(int file, Span<byte> buffer, long offset)
    {
        fixed (byte* start = buffer)
            return Result(pread(file, start, (nuint)buffer.Length, offset));
    }

    /// <inheritdoc/>
    public unsafe long Write(int file, ReadOnlySpan<byte> buffer, long offset)
    {
        fixed (byte* start = buffer)
            return Result(pwrite(file, start, (nuint)buffer.Length, offset));
    }

    /// <inheritdoc/>
    public int SyncData(int file) => (int)Result(fdatasync(file));

    /// <inheritdoc/>
    public int Sync(int file) => (int)Result(fsync(file));

    /// <inheritdoc/>
    public int SetLength(int file, long length) => (int)Result(ftruncate(file, length));

    /// <inheritdoc/>
    public long Length(int file) => Result(lseek(file, 0, SeekEnd));

    /// <inheritdoc/>
    public int Rename(string from, string to) => (int)Result(rename(from, to));

    /// <inheritdoc/>
    public int Delete(string path) => (int)Result(unlink(path));

    /// <inheritdoc/>
    public int MakeDirectory(string path, int mode) => (int)Result(mkdir(path, mode));

    /// <inheritdoc/>
    public int List(string path, ICollection<string> names)
    {
        nint directory = opendir(path);
        if (directory == 0)
            return -Marshal.GetLastPInvokeError();
        try
        {
            while (true)
            {
                // At the end it returns nothing as after an error, but the number of the error is 0.
                nint entry = readdir(directory);
                if (entry == 0)
                    return -Marshal.GetLastPInvokeError();
                string name = Marshal.PtrToStringUTF8(entry + NameInEntry)!;
                if (name is not ("." or ".."))
                    names.Add(name);
            }
        }
        finally
        {
            _ = closedir(directory);
        }
    }

    /// <inheritdoc/>
    public int Lock(int file, int operation) => (int)Result(flock(file, operation));

    /// <inheritdoc/>
    public int SetDirect(int file, bool isDirect) => (int)Result(fcntl(file, SetStatusFlags, isDirect ? _direct : 0));

    /// <inheritdoc/>
    public int ProcessId() => Environment.ProcessId;

    private static long Result(long returned) => returned >= 0 ? returned : -Marshal.GetLastPInvokeError();

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int open(string path, int flags, int mode);

    [LibraryImport("libc")]
    private static partial int close(int file);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint opendir(string path);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint readdir(nint directory);

    [LibraryImport("libc")]
    private static partial int closedir(nint directory);

    [LibraryImport("libc", SetLastError = true)]
    private static unsafe partial nint pread(int file, byte* buffer, nuint count, long offset);

    [LibraryImport("libc", SetLastError = true)]
    private static unsafe partial nint pwrite(int file, byte* buffer, nuint count, long offset);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int fcntl(int file, int command, nint argument);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int fdatasync(int file);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int fsync(int file);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int ftruncate(int file, long length);

    [LibraryImport("libc", SetLastError = true)]
    private static partial long lseek(int file, long offset, int whence);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int rename(string from, string to);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int unlink(string path);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int mkdir(string path, int mode);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int flock(int file, int operation);
}
