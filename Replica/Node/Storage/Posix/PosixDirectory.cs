using System.Globalization;
using System.Text;
using Microsoft.Win32.SafeHandles;
using PaxosShard.Wire;

namespace PaxosShard.Replica.Node.Storage;

/// <summary>A directory of a Linux file system, by system calls that report every error.</summary>
public sealed class PosixDirectory : IStorageDirectory
{
    private const int ReadOnlyFlag = 0;
    private const int ReadWrite = 2;
    private const int CreateFlag = 0x40;
    private const int Exclusive = 0x80;
    private const int CloseOnExec = 0x80000;
    private const int OwnerOnly = 0x180;
    private const int SharedNoWait = 5;
    private const int ExclusiveNoWait = 6;
    private const int ProcessIdBytes = 16;

    private readonly ISystemCalls _calls;

    /// <summary>A directory that exists.</summary>
    /// <param name="path">Where it is.</param>
    /// <param name="calls">The system calls; the real ones when null.</param>
    /// <exception cref="DirectoryNotFoundException">It does not exist.</exception>
    public PosixDirectory(string path, ISystemCalls? calls = null)
    {
        Location = Path.GetFullPath(path);
        _calls = calls ?? SystemCalls.Instance;
        if (!Directory.Exists(Location))
            throw new DirectoryNotFoundException($"there is no directory {Location}");
    }

    /// <inheritdoc/>
    public string Location { get; }

    /// <summary>
    /// A directory that is made, for its owner only, when it does not exist, and so are the directories above it. Every directory above
    /// it is synced before this returns, also those that were there: whoever made them last may have been killed before that.
    /// </summary>
    /// <param name="path">Where it is.</param>
    /// <param name="calls">The system calls; the real ones when null.</param>
    /// <exception cref="DiskFullException">No space for it.</exception>
    /// <exception cref="StorageFailedException">It cannot be made, or a directory that got a new entry cannot be synced.</exception>
    public static PosixDirectory OpenOrMake(string path, ISystemCalls? calls = null)
    {
        string full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        new DirectoryPath(calls ?? SystemCalls.Instance).Make(full);
        return new PosixDirectory(full, calls);
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> List()
    {
        try
        {
            string[] names = [.. Directory.EnumerateFileSystemEntries(Location).Select(entry => Path.GetFileName(entry))];
            Array.Sort(names, StringComparer.Ordinal);
            return names;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new StorageFailedException($"cannot list {Location}: {exception.Message}", exception);
        }
    }

    /// <inheritdoc/>
    public IStorageFile Open(string name, bool readOnly = false)
    {
        int descriptor = Call(name, readOnly ? ReadOnlyFlag : ReadWrite);
        if (descriptor == -ErrorNumber.NoEntry)
            throw new FileNotFoundException($"there is no {PathOf(name)}", PathOf(name));
        if (descriptor < 0)
            throw Failed("open", name, descriptor);
        return new PosixFile(_calls, descriptor, PathOf(name));
    }

    /// <inheritdoc/>
    public IStorageFile Create(string name)
    {
        int descriptor = Call(name, ReadWrite | CreateFlag | Exclusive);
        if (ErrorNumber.IsDiskFull(descriptor))
            throw new DiskFullException($"no space to create {PathOf(name)}");
        if (descriptor < 0)
            throw Failed("create", name, descriptor);
        return new PosixFile(_calls, descriptor, PathOf(name));
    }

    /// <inheritdoc/>
    public void Rename(string from, string to)
    {
        int result = _calls.Rename(PathOf(from), PathOf(to));
        if (result < 0)
            throw Failed("rename", from, result);
    }

    /// <inheritdoc/>
    public void Delete(string name)
    {
        int result = _calls.Delete(PathOf(name));
        if (result < 0)
            throw Failed("remove", name, result);
    }

    /// <inheritdoc/>
    public void SyncDirectory()
    {
        int descriptor = _calls.Open(Location, ReadOnlyFlag | CloseOnExec, 0);
        if (descriptor < 0)
            throw Failed("open the directory", string.Empty, descriptor);
        using SafeFileHandle handle = new(descriptor, ownsHandle: true);
        int result = _calls.Sync(descriptor);
        if (result < 0)
            throw Failed("sync the directory", string.Empty, result);
    }

    /// <inheritdoc/>
    public IDisposable Lock(string name)
    {
        int descriptor = Call(name, ReadWrite | CreateFlag);
        if (ErrorNumber.IsDiskFull(descriptor))
            throw new DiskFullException($"no space to create {PathOf(name)}");
        if (descriptor < 0)
            throw Failed("open", name, descriptor);
        PosixFile file = new(_calls, descriptor, PathOf(name));
        try
        {
            TakeLock(file, name, descriptor, ExclusiveNoWait);
            byte[] note = new byte[ProcessIdBytes];
            Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{Environment.ProcessId,15}\n"), note);
            file.WriteAt(note, 0);
            file.SyncData();
            SyncDirectory();
            return file;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void ThrowIfLocked(string name)
    {
        int descriptor = Call(name, ReadOnlyFlag);
        if (descriptor == -ErrorNumber.NoEntry)
            return;
        if (descriptor < 0)
            throw Failed("open", name, descriptor);
        using PosixFile file = new(_calls, descriptor, PathOf(name));
        TakeLock(file, name, descriptor, SharedNoWait);
    }

    private void TakeLock(PosixFile file, string name, int descriptor, int operation)
    {
        int result;
        do
        {
            result = _calls.Lock(descriptor, operation);
        }
        while (result == -ErrorNumber.Interrupted);

        if (result == -ErrorNumber.WouldBlock)
            throw new DataDirectoryInUseException(Location, ReadProcessId(file));
        if (result < 0)
            throw Failed("lock", name, result);
    }

    private static int ReadProcessId(PosixFile file)
    {
        byte[] note = new byte[ProcessIdBytes];
        int count = file.ReadAt(note, 0);
        return int.TryParse(Encoding.ASCII.GetString(note, 0, count), CultureInfo.InvariantCulture, out int processId) ? processId : 0;
    }

    private int Call(string name, int flags)
    {
        int descriptor;
        do
        {
            descriptor = _calls.Open(PathOf(name), flags | CloseOnExec, OwnerOnly);
        }
        while (descriptor == -ErrorNumber.Interrupted);

        return descriptor;
    }

    private string PathOf(string name) => Path.Combine(Location, name);

    private StorageFailedException Failed(string what, string name, long result) =>
        new($"cannot {what} {PathOf(name)}: {ErrorNumber.Describe(result)}") { IsSystemLimit = ErrorNumber.IsLimit(result) };
}
