using System.Collections.Concurrent;
using PaxosShard.Replica.Node.Storage.Log;
using PaxosShard.Replica.Node.Storage.Posix;

namespace PaxosShard.Replica.Node.Faults;

/// <summary>The system calls of a replica that dies just before one of them (<see cref="CrashSteps"/>).</summary>
/// <param name="calls">The real ones.</param>
/// <param name="steps">Where it dies.</param>
internal sealed class CrashingCalls(ISystemCalls calls, CrashSteps steps) : ISystemCalls
{
    private const string Names = "directory";
    private const string Snapshot = "snapshot";
    private const string Segment = "segment";

    private readonly ConcurrentDictionary<int, string> _kinds = [];

    /// <inheritdoc/>
    public int Open(string path, int flags, int mode)
    {
        string kind = KindOf(path);
        if (!string.Equals(kind, Names, StringComparison.Ordinal))
            steps.Before($"{kind}-{((flags & StorageDirectory.CreateFlag) != 0 ? "create" : "open")}");
        int file = calls.Open(path, flags, mode);
        if (file >= 0)
            _kinds[file] = kind;
        return file;
    }

    /// <inheritdoc/>
    public void Close(int file)
    {
        _kinds.TryRemove(file, out _);
        calls.Close(file);
    }

    /// <inheritdoc/>
    public long Read(int file, Span<byte> buffer, long offset) => calls.Read(file, buffer, offset);

    /// <inheritdoc/>
    public long Write(int file, ReadOnlySpan<byte> buffer, long offset)
    {
        steps.Before($"{_kinds[file]}-write");
        return calls.Write(file, buffer, offset);
    }

    /// <inheritdoc/>
    public int SetDirect(int file, bool isDirect) => calls.SetDirect(file, isDirect);

    /// <inheritdoc/>
    public int SyncData(int file)
    {
        steps.Before($"{_kinds[file]}-sync");
        return calls.SyncData(file);
    }

    /// <inheritdoc/>
    public int Sync(int file)
    {
        steps.Before($"{_kinds[file]}-sync");
        return calls.Sync(file);
    }

    /// <inheritdoc/>
    public int SetLength(int file, long length) => calls.SetLength(file, length);

    /// <inheritdoc/>
    public long Length(int file) => calls.Length(file);

    /// <inheritdoc/>
    public int Rename(string from, string to)
    {
        steps.Before($"{KindOf(to)}-rename");
        return calls.Rename(from, to);
    }

    /// <inheritdoc/>
    public int Delete(string path)
    {
        steps.Before($"{KindOf(path)}-delete");
        return calls.Delete(path);
    }

    /// <inheritdoc/>
    public int MakeDirectory(string path, int mode) => calls.MakeDirectory(path, mode);

    /// <inheritdoc/>
    public int List(string path, ICollection<string> names) => calls.List(path, names);

    /// <inheritdoc/>
    public int Lock(int file, int operation) => calls.Lock(file, operation);

    /// <inheritdoc/>
    public int ProcessId() => calls.ProcessId();

    /// <summary>By the names of FORMAT.md; the identity and the lock have names of which no step is made.</summary>
    private static string KindOf(string path)
    {
        string name = Path.GetFileName(path);
        if (name.StartsWith(Snapshot, StringComparison.Ordinal))
            return Snapshot;
        if (LogFormat.IsSegmentName(name, out _))
            return Segment;
        return name is "lock" || name.StartsWith("identity", StringComparison.Ordinal) ? name : Names;
    }
}
