using PaxosShard.Replica.Node.Storage.Posix;

namespace PaxosShard.Tests.Unit.Storage;

/// <summary>The real system calls, written down in their order; calls that a test names fail instead of being made.</summary>
internal sealed class RecordedSystemCalls : ISystemCalls
{
    private const int InvalidArgument = 22;

    private readonly Dictionary<int, string> _paths = [];
    private bool _areDirect;

    /// <summary>The file system knows calls that go to the disk itself.</summary>
    public bool KnowsDirect { get; set; } = true;

    /// <summary>The file system says that it does, and then takes none.</summary>
    public bool RefusesDirect { get; set; }

    /// <summary>Every call that changes something or makes it durable, as its name and the path it is about.</summary>
    public List<string> Calls { get; } = [];

    /// <summary>What is to fail, as it would be written down, with the errno.</summary>
    public Dictionary<string, int> Failures { get; } = [];

    public int Open(string path, int flags, int mode)
    {
        if (Failures.TryGetValue($"open {path}", out int errno))
            return -errno;
        int descriptor = SystemCalls.Instance.Open(path, flags, mode);
        _paths[descriptor] = path;
        return descriptor;
    }

    public void Close(int file) => SystemCalls.Instance.Close(file);

    public long Read(int file, Span<byte> buffer, long offset) => _areDirect && RefusesDirect ? -InvalidArgument : SystemCalls.Instance.Read(file, buffer, offset);

    public long Write(int file, ReadOnlySpan<byte> buffer, long offset)
    {
        if (_areDirect && RefusesDirect)
            return -InvalidArgument;
        int result = Note($"write {_paths[file]}");
        return result < 0 ? result : SystemCalls.Instance.Write(file, buffer, offset);
    }

    public int SetDirect(int file, bool isDirect)
    {
        if (isDirect && !KnowsDirect)
            return -InvalidArgument;
        _areDirect = isDirect;
        return SystemCalls.Instance.SetDirect(file, isDirect);
    }

    public int SyncData(int file)
    {
        int result = Note($"fdatasync {_paths[file]}");
        return result < 0 ? result : SystemCalls.Instance.SyncData(file);
    }

    public int Sync(int file)
    {
        int result = Note($"fsync {_paths[file]}");
        return result < 0 ? result : SystemCalls.Instance.Sync(file);
    }

    public int SetLength(int file, long length)
    {
        int result = Note($"ftruncate {_paths[file]}");
        return result < 0 ? result : SystemCalls.Instance.SetLength(file, length);
    }

    public long Length(int file) => SystemCalls.Instance.Length(file);

    public int Rename(string from, string to)
    {
        int result = Note($"rename {from}");
        return result < 0 ? result : SystemCalls.Instance.Rename(from, to);
    }

    public int Delete(string path)
    {
        int result = Note($"unlink {path}");
        return result < 0 ? result : SystemCalls.Instance.Delete(path);
    }

    public int MakeDirectory(string path, int mode)
    {
        int result = Note($"mkdir {path}");
        return result < 0 ? result : SystemCalls.Instance.MakeDirectory(path, mode);
    }

    public int List(string path, ICollection<string> names) => SystemCalls.Instance.List(path, names);

    public int ProcessId() => SystemCalls.Instance.ProcessId();

    public int Lock(int file, int operation) => SystemCalls.Instance.Lock(file, operation);

    private int Note(string call)
    {
        Calls.Add(call);
        return Failures.TryGetValue(call, out int errno) ? -errno : 0;
    }
}
