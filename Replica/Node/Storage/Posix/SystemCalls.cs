using System.Runtime.InteropServices;

namespace PaxosShard.Replica.Node.Storage;

/// <summary>The real system calls of a 64-bit Linux.</summary>
internal sealed partial class SystemCalls : ISystemCalls
{
    private const int SeekEnd = 2;

    /// <summary>The one there is: it has no state.</summary>
    public static SystemCalls Instance { get; } = new();

    /// <inheritdoc/>
    public int Open(string path, int flags, int mode) => (int)Result(open(path, flags, mode));

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
    public int Lock(int file, int operation) => (int)Result(flock(file, operation));

    private static long Result(long returned) => returned >= 0 ? returned : -Marshal.GetLastPInvokeError();

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int open(string path, int flags, int mode);

    [LibraryImport("libc", SetLastError = true)]
    private static unsafe partial nint pread(int file, byte* buffer, nuint count, long offset);

    [LibraryImport("libc", SetLastError = true)]
    private static unsafe partial nint pwrite(int file, byte* buffer, nuint count, long offset);

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
