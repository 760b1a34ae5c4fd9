using PaxosShard.Replica.Node.Storage.Posix;

namespace PaxosShard.Simulator.Disk;

/// <summary>
/// The system calls of the process that works on a <see cref="SimulatedDisk"/>: they go where the real ones would, and fail as those do,
/// so that all of the product's storage runs above them. A descriptor is never used again: whoever uses one of an earlier life is found out.
/// </summary>
/// <param name="disk">The disk.</param>
internal sealed class DiskCalls(SimulatedDisk disk) : ISystemCalls
{
    private const int WriteFlag = 2;
    private const int CreateFlag = 0x40;
    private const int ExclusiveFlag = 0x80;
    private const int ExclusiveLock = 6;
    private const int NoEntry = -2;
    private const int Interrupted = -4;
    private const int InputOutput = -5;
    private const int WouldBlock = -11;
    private const int Exists = -17;
    private const int InvalidArgument = -22;
    private const int NoSpace = -28;

    private readonly Dictionary<int, OpenFile> _open = [];
    private int _newest = 2;
    private int _lockHolder;
    private long _calls;

    /// <summary>Calls so far that were interrupted or cut short.</summary>
    public long Interruptions { get; private set; }

    /// <summary>Descriptors that are open.</summary>
    public int OpenFiles => _open.Count;

    /// <summary>The process is gone, and everything that it held.</summary>
    public void CloseAll()
    {
        _open.Clear();
        _lockHolder = 0;
    }

    public int Open(string path, int flags, int mode)
    {
        if (IsInterrupted())
            return Interrupted;
        string name = NameOf(path);
        if (name.Length == 0)
            return Add(new OpenFile(new DiskFile(), name, IsWritable: false));
        DiskFile? file = disk.Find(name);
        if (file is null && (flags & CreateFlag) == 0)
            return NoEntry;
        if (file is not null && (flags & ExclusiveFlag) != 0)
            return Exists;
        if (file is null)
        {
            file = new DiskFile();
            if (disk.Missing(file, 1) > 0)
                return NoSpace;
            disk.Begin(ChangingCall.Create, name);
            disk.Change(new DirectoryChange(file, From: null, To: name));
        }

        return Add(new OpenFile(file, name, (flags & WriteFlag) != 0));
    }

    public void Close(int file)
    {
        _open.Remove(file);
        if (_lockHolder == file)
            _lockHolder = 0;
    }

    public long Read(int file, Span<byte> buffer, long offset)
    {
        OpenFile open = Find(file);
        if (open.IsDirect && !IsWhole(offset, buffer.Length))
            return InvalidArgument;
        if (IsInterrupted())
            return Interrupted;
        return open.Content.IsReadable(offset, buffer.Length) ? open.Content.Read(buffer, offset) : InputOutput;
    }

    public long Write(int file, ReadOnlySpan<byte> buffer, long offset)
    {
        OpenFile open = FindWritable(file);
        if (open.IsDirect && !IsWhole(offset, buffer.Length))
            return InvalidArgument;
        bool isShort = IsInterrupted();
        if (isShort && buffer.Length <= SimulatedDisk.BlockBytes)
            return Interrupted;
        long missing = disk.Missing(open.Content, offset + buffer.Length);
        ReadOnlySpan<byte> fits = buffer[..(int)Math.Clamp(buffer.Length - missing, 0, isShort ? SimulatedDisk.BlockBytes : buffer.Length)];
        if (fits.IsEmpty && !buffer.IsEmpty)
            return NoSpace;
        disk.Begin(ChangingCall.Write, open.Name);
        disk.Write(open.Content, fits, offset);
        return fits.Length;
    }

    public int SetDirect(int file, bool isDirect)
    {
        Find(file).IsDirect = isDirect;
        return 0;
    }

    public int SyncData(int file)
    {
        OpenFile open = Find(file);
        disk.Begin(ChangingCall.Sync, open.Name);
        return Result(disk.SyncFile(open.Content, open.Name));
    }

    public int Sync(int file)
    {
        if (Find(file).Name.Length > 0)
            throw new NotSupportedException("files are synced by their data");
        disk.Begin(ChangingCall.SyncNames, string.Empty);
        return Result(disk.SyncNames());
    }

    public int SetLength(int file, long length)
    {
        OpenFile open = FindWritable(file);
        if (IsInterrupted())
            return Interrupted;
        if (disk.Missing(open.Content, length) > 0)
            return NoSpace;
        disk.Begin(ChangingCall.SetLength, open.Name);
        disk.SetLength(open.Content, length);
        return 0;
    }

    public long Length(int file) => Find(file).Content.Length;

    public int Rename(string from, string to) => Change(NameOf(from), NameOf(to));

    public int Delete(string path) => Change(NameOf(path), to: null);

    public int MakeDirectory(string path, int mode) => Exists;

    public int List(string path, ICollection<string> names)
    {
        foreach (string name in disk.Names)
            names.Add(name);
        return 0;
    }

    public int Lock(int file, int operation)
    {
        Find(file);
        if (IsInterrupted())
            return Interrupted;
        if (_lockHolder != 0 && _lockHolder != file)
            return WouldBlock;
        if (operation == ExclusiveLock)
            _lockHolder = file;
        return 0;
    }

    /// <summary>The same one in every run.</summary>
    public int ProcessId() => 1;

    private static string NameOf(string path) => path.Length <= SimulatedDisk.Location.Length ? string.Empty : path[(SimulatedDisk.Location.Length + 1)..];

    private static int Result(bool isDone) => isDone ? 0 : InputOutput;

    private bool IsInterrupted()
    {
        bool isInterrupted = disk.InterruptsEvery > 0 && ++_calls % disk.InterruptsEvery == 0;
        Interruptions += isInterrupted ? 1 : 0;
        return isInterrupted;
    }

    private OpenFile Find(int file) =>
        _open.GetValueOrDefault(file) ?? throw new InvalidOperationException($"descriptor {file} is closed, or of a life that is over");

    private OpenFile FindWritable(int file) =>
        Find(file) is { IsWritable: true } open ? open : throw new InvalidOperationException($"descriptor {file} is for reading");

    private int Change(string from, string? to)
    {
        if (disk.Find(from) is not { } file)
            return NoEntry;
        disk.Begin(to is null ? ChangingCall.Delete : ChangingCall.Rename, from);
        disk.Change(new DirectoryChange(file, from, to));
        return 0;
    }

    private int Add(OpenFile file)
    {
        _open[++_newest] = file;
        return _newest;
    }

    private static bool IsWhole(long offset, int length) => offset % SimulatedDisk.BlockBytes == 0 && length % SimulatedDisk.BlockBytes == 0;

    private sealed record OpenFile(DiskFile Content, string Name, bool IsWritable)
    {
        public bool IsDirect { get; set; }
    }
}
