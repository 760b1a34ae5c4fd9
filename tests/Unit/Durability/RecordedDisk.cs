using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using PaxosShard.Replica.Core.Steps;
using PaxosShard.Replica.Node.Storage;
using PaxosShard.Replica.Node.Storage.Posix;
using PaxosShard.Simulator.Disk;
using PaxosShard.Wire.Identifiers;
using static PaxosShard.Tests.Unit.Durability.DiskCallKind;

namespace PaxosShard.Tests.Unit.Durability;

/// <summary>
/// The system calls on a real directory, noted one by one. Only the syncs are not made but kept account of: so it knows what a power
/// failure would leave at any moment. A test may let any call fail, and run something before and after each.
/// </summary>
internal sealed class RecordedDisk(string root) : ISystemCalls
{
    private const int CreateFlag = 0x40;
    private const int InvalidArgument = 22;

    private readonly SystemCalls _real = SystemCalls.Instance;
    private readonly Dictionary<int, TrackedFile> _open = [];
    private readonly Dictionary<string, TrackedFile> _names = new(StringComparer.Ordinal);
    private Dictionary<string, TrackedFile> _durable = new(StringComparer.Ordinal);
    private RecoveredState? _recovered;
    private bool _isInside;

    /// <summary>Everything that was called, in order.</summary>
    public List<DiskCall> Calls { get; } = [];

    /// <summary>Writes that went to the disk itself.</summary>
    public int DirectWrites { get; private set; }

    /// <summary>Writes that should have and could not, because of where they begin or how long they are.</summary>
    public int Refused { get; private set; }

    /// <summary>Says what a call returns instead of being made: a negated errno, for a write also how many bytes it takes; null to make it.</summary>
    public Func<DiskCall, int?>? Interfere { get; set; }

    /// <summary>Runs before and after each call: what another thread may do meanwhile.</summary>
    public Action? Around { get; set; }

    private string Live => Directory.CreateDirectory(Path.Combine(root, "live")).FullName;

    /// <summary>The directory, to be worked in.</summary>
    public StorageDirectory OpenDirectory() => new(Live, this);

    /// <summary>What a replica would remember if the power failed now and everything that was not synced were lost.</summary>
    public RecoveredState AfterPowerFailure() => _recovered ??= Recover(_durable.ToDictionary(file => file.Key, file => file.Value.Synced, StringComparer.Ordinal));

    /// <summary>What a replica would remember if the process were killed now: the page cache keeps everything that was written.</summary>
    public RecoveredState AfterKill() =>
        Recover(_names.Keys.Where(name => name is not "lock").ToDictionary(name => name, name => File.ReadAllBytes(Path.Combine(Live, name)), StringComparer.Ordinal));

    public int Open(string path, int flags, int mode)
    {
        bool isDirectory = string.Equals(path, Live, StringComparison.Ordinal);
        bool isNew = !isDirectory && (flags & CreateFlag) != 0 && !File.Exists(path);
        int? answer = Begin(isDirectory ? DiskCallKind.OpenDirectory : isNew ? Create : DiskCallKind.Open, path);
        int result = answer ?? _real.Open(path, flags, mode);
        if (result >= 0)
            _open[result] = isDirectory ? new TrackedFile(".") : Track(Path.GetFileName(path));
        return End(result);
    }

    public void Close(int file)
    {
        _open.Remove(file);
        _real.Close(file);
    }

    public long Read(int file, Span<byte> buffer, long offset) =>
        End(Begin(DiskCallKind.Read, _open[file].Name) ?? _real.Read(file, buffer, offset));

    public long Write(int file, ReadOnlySpan<byte> buffer, long offset)
    {
        if (_open[file].IsDirect && !(IsAligned(buffer) && offset % AlignedBytes.Alignment == 0))
        {
            Refused++;
            return End(-InvalidArgument);
        }

        DirectWrites += _open[file].IsDirect ? 1 : 0;
        int? answer = Begin(DiskCallKind.Write, _open[file].Name);
        return End(answer < 0 ? answer.Value : _real.Write(file, buffer[..Math.Min(answer ?? buffer.Length, buffer.Length)], offset));
    }

    // What is written is read back from the same descriptor, for which the real flag would ask for more; so what it asks of writes is checked here.
    public int SetDirect(int file, bool isDirect)
    {
        int result = Begin(DiskCallKind.SetDirect, _open[file].Name) ?? 0;
        if (result >= 0)
            _open[file].IsDirect = isDirect;
        return End(result);
    }

    public int SyncData(int file)
    {
        TrackedFile tracked = _open[file];
        int result = Begin(DiskCallKind.SyncData, tracked.Name) ?? 0;

        // After a failed sync the cache may call clean what the disk does not have: no later sync brings it there.
        tracked.IsLost |= result < 0;
        if (!tracked.IsLost)
            tracked.Synced = ReadAll(file);
        _recovered = null;
        return End(result);
    }

    public int Sync(int file)
    {
        int result = Begin(SyncDirectory, _open[file].Name) ?? 0;
        if (result >= 0)
            _durable = new Dictionary<string, TrackedFile>(_names, StringComparer.Ordinal);
        _recovered = null;
        return End(result);
    }

    public int SetLength(int file, long length) => End(Begin(DiskCallKind.SetLength, _open[file].Name) ?? _real.SetLength(file, length));

    public long Length(int file) => End(Begin(DiskCallKind.Length, _open[file].Name) ?? _real.Length(file));

    public int Rename(string from, string to)
    {
        int result = Begin(DiskCallKind.Rename, from) ?? _real.Rename(from, to);
        if (result >= 0 && _names.Remove(Path.GetFileName(from), out TrackedFile? file))
        {
            file.Name = Path.GetFileName(to);
            _names[file.Name] = file;
        }

        return End(result);
    }

    public int Delete(string path)
    {
        int result = Begin(DiskCallKind.Delete, path) ?? _real.Delete(path);
        if (result >= 0)
            _names.Remove(Path.GetFileName(path));
        return End(result);
    }

    public int MakeDirectory(string path, int mode) => End(Begin(DiskCallKind.MakeDirectory, path) ?? _real.MakeDirectory(path, mode));

    public int List(string path, ICollection<string> names) => End(Begin(DiskCallKind.List, path) ?? _real.List(path, names));

    public int ProcessId() => _real.ProcessId();

    public int Lock(int file, int operation) => End(Begin(DiskCallKind.Lock, _open[file].Name) ?? _real.Lock(file, operation));

    private int? Begin(DiskCallKind kind, string path)
    {
        DiskCall call = new(Calls.Count + 1, kind, Path.GetFileName(path));
        Calls.Add(call);
        RunAround();
        return Interfere?.Invoke(call);
    }

    private T End<T>(T result)
    {
        RunAround();
        return result;
    }

    private byte[] ReadAll(int file)
    {
        byte[] all = new byte[_real.Length(file)];
        int done = 0;
        while (done < all.Length)
            done += (int)_real.Read(file, all.AsSpan(done), done);
        return all;
    }

    private TrackedFile Track(string name)
    {
        if (!_names.TryGetValue(name, out TrackedFile? file))
            _names[name] = file = new TrackedFile(name);
        return file;
    }

    private void RunAround()
    {
        if (_isInside)
            return;
        _isInside = true;
        Around?.Invoke();
        _isInside = false;
    }

    private static RecoveredState Recover(Dictionary<string, byte[]> files)
    {
        try
        {
            StorageDirectory image = new SimulatedDisk().OpenDirectory();
            foreach ((string name, byte[] content) in files)
            {
                using StorageFile file = image.Create(name);
                file.WriteAt(content, 0);
            }

            return ReplicaStore.ReadOnly(image)[0].State;
        }
        catch (DataDirectoryException)
        {
            return new RecoveredState { Promised = PaxosShard.Wire.Identifiers.View.None };
        }
    }

    private static bool IsAligned(ReadOnlySpan<byte> buffer)
    {
        nint address = Unsafe.ByteOffset(ref Unsafe.NullRef<byte>(), ref MemoryMarshal.GetReference(buffer));
        return address % AlignedBytes.Alignment == 0 && buffer.Length % AlignedBytes.Alignment == 0;
    }

    private sealed class TrackedFile(string name)
    {
        public string Name { get; set; } = name;

        public byte[] Synced { get; set; } = [];

        public bool IsLost { get; set; }

        public bool IsDirect { get; set; }
    }
}
