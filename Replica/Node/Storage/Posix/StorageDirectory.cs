using System.Globalization;
using System.Text;
using PaxosShard.Replica.Engine;

namespace PaxosShard.Replica.Node.Storage.Posix;

/// <summary>
/// One directory of a Linux file system, by system calls that report every error. It has no state: several threads may use it, each for files of its own,
/// and a sync by one of them makes durable what the others have renamed as well. What a name stands for is
/// durable only after <see cref="SyncDirectory"/>, what a file holds only after <see cref="StorageFile.SyncData"/>; a power failure may
/// undo or tear everything else, in any order.
/// </summary>
public sealed class StorageDirectory
{
    private const int ReadOnlyFlag = 0;
    private const int ReadWrite = 2;
    /// <summary>O_CREAT: the file is made when it is not there.</summary>
    internal const int CreateFlag = 0x40;

    private const int Exclusive = 0x80;
    private const int CloseOnExec = 0x80000;
    private const int OwnerOnly = 0x180;
    private const int SharedNoWait = 5;
    private const int ExclusiveNoWait = 6;
    private const int ProcessIdBytes = 16;

    private readonly ISystemCalls _calls;

    /// <summary>A directory that exists.</summary>
    /// <param name="path">Where it is.</param>
    /// <param name="calls">The system calls.</param>
    /// <exception cref="DirectoryNotFoundException">It does not exist.</exception>
    /// <exception cref="StorageFailedException">It cannot be read.</exception>
    public StorageDirectory(string path, ISystemCalls calls)
    {
        Location = Path.GetFullPath(path);
        _calls = calls;
        int result = TryList([]);
        if (result is -ErrorNumber.NoEntry or -ErrorNumber.NotDirectory)
            throw new DirectoryNotFoundException($"there is no directory {Location}");
        if (result < 0)
            throw Failed("list", string.Empty, result);
    }

    /// <summary>Where it is, for messages to people.</summary>
    public string Location { get; }

    /// <summary>A directory of this machine that exists.</summary>
    /// <param name="path">Where it is.</param>
    /// <exception cref="DirectoryNotFoundException">It does not exist.</exception>
    /// <exception cref="StorageFailedException">It cannot be read.</exception>
    public static StorageDirectory Of(string path) => new(path, SystemCalls.Instance);

    /// <summary>
    /// A directory that is made, for its owner only, when it does not exist, and so are the directories above it. Every directory above
    /// it is synced before this returns, also those that were there: whoever made them last may have been killed before that.
    /// </summary>
    /// <param name="path">Where it is.</param>
    /// <param name="calls">The system calls.</param>
    /// <exception cref="DiskFullException">No space for it.</exception>
    /// <exception cref="StorageFailedException">It cannot be made, or a directory that got a new entry cannot be synced.</exception>
    public static StorageDirectory OpenOrMake(string path, ISystemCalls calls)
    {
        string full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        new DirectoryPath(calls).Make(full);
        return new StorageDirectory(full, calls);
    }

    /// <summary>The names of everything in it, in ordinal order, subdirectories included.</summary>
    /// <exception cref="StorageFailedException">The directory cannot be read.</exception>
    public IReadOnlyList<string> List()
    {
        List<string> names = [];
        int result = TryList(names);
        if (result < 0)
            throw Failed("list", string.Empty, result);
        names.Sort(StringComparer.Ordinal);
        return names;
    }

    /// <summary>Opens a file that exists, for reading and, unless <paramref name="readOnly"/>, for writing.</summary>
    /// <exception cref="FileNotFoundException">There is none of that name.</exception>
    /// <exception cref="StorageFailedException">It cannot be opened.</exception>
    public StorageFile Open(string name, bool readOnly = false)
    {
        int descriptor = Call(name, readOnly ? ReadOnlyFlag : ReadWrite);
        if (descriptor == -ErrorNumber.NoEntry)
            throw new FileNotFoundException($"there is no {PathOf(name)}", PathOf(name));
        if (descriptor < 0)
            throw Failed("open", name, descriptor);
        return new StorageFile(_calls, descriptor, PathOf(name));
    }

    /// <summary>Creates an empty file; it must not exist.</summary>
    /// <exception cref="DiskFullException">No space for it.</exception>
    /// <exception cref="StorageFailedException">It exists, or cannot be created.</exception>
    public StorageFile Create(string name)
    {
        int descriptor = Call(name, ReadWrite | CreateFlag | Exclusive);
        if (ErrorNumber.IsDiskFull(descriptor))
            throw new DiskFullException($"no space to create {PathOf(name)}");
        if (descriptor < 0)
            throw Failed("create", name, descriptor);
        return new StorageFile(_calls, descriptor, PathOf(name));
    }

    /// <summary>Gives a file another name; a file that had that name is replaced, in one step.</summary>
    /// <exception cref="StorageFailedException">It cannot be renamed.</exception>
    public void Rename(string from, string to)
    {
        int result = _calls.Rename(PathOf(from), PathOf(to));
        if (result < 0)
            throw Failed("rename", from, result);
    }

    /// <summary>Removes a file.</summary>
    /// <exception cref="StorageFailedException">It cannot be removed.</exception>
    public void Delete(string name)
    {
        int result = _calls.Delete(PathOf(name));
        if (result < 0)
            throw Failed("remove", name, result);
    }

    /// <summary>Makes every creation, renaming and removal so far durable.</summary>
    /// <exception cref="StorageFailedException">It failed: fatal, never to be tried again (rule 12).</exception>
    public void SyncDirectory()
    {
        int descriptor = Call(string.Empty, ReadOnlyFlag);
        if (descriptor < 0)
            throw Failed("open the directory", string.Empty, descriptor);
        int result = _calls.Sync(descriptor);
        _calls.Close(descriptor);
        if (result < 0)
            throw Failed("sync the directory", string.Empty, result);
    }

    /// <summary>
    /// Takes the exclusive lock of the directory, kept in the file <paramref name="name"/>, until the result is disposed or the
    /// process ends. Also proves that syncing works on this file system.
    /// </summary>
    /// <exception cref="DataDirectoryInUseException">Another process has it.</exception>
    /// <exception cref="DiskFullException">No space for the file.</exception>
    /// <exception cref="StorageFailedException">The file system cannot lock or sync.</exception>
    public IDisposable Lock(string name)
    {
        int descriptor = Call(name, ReadWrite | CreateFlag);
        if (ErrorNumber.IsDiskFull(descriptor))
            throw new DiskFullException($"no space to create {PathOf(name)}");
        if (descriptor < 0)
            throw Failed("open", name, descriptor);
        StorageFile file = new(_calls, descriptor, PathOf(name));
        try
        {
            TakeLock(file, name, descriptor, ExclusiveNoWait);
            byte[] note = new byte[ProcessIdBytes];
            Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{_calls.ProcessId(),15}\n"), note);
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

    /// <summary>Whether a process holds the lock now; changes nothing.</summary>
    /// <exception cref="DataDirectoryInUseException">One does.</exception>
    public void ThrowIfLocked(string name)
    {
        int descriptor = Call(name, ReadOnlyFlag);
        if (descriptor == -ErrorNumber.NoEntry)
            return;
        if (descriptor < 0)
            throw Failed("open", name, descriptor);
        using StorageFile file = new(_calls, descriptor, PathOf(name));
        TakeLock(file, name, descriptor, SharedNoWait);
    }

    private void TakeLock(StorageFile file, string name, int descriptor, int operation)
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

    private static int ReadProcessId(StorageFile file)
    {
        byte[] note = new byte[ProcessIdBytes];
        int count = file.ReadAt(note, 0);
        return int.TryParse(Encoding.ASCII.GetString(note, 0, count), CultureInfo.InvariantCulture, out int processId) ? processId : 0;
    }

    private int TryList(List<string> names)
    {
        int result;
        do
        {
            names.Clear();
            result = _calls.List(Location, names);
        }
        while (result == -ErrorNumber.Interrupted);

        return result;
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

    private string PathOf(string name) => name.Length == 0 ? Location : Path.Combine(Location, name);

    private StorageFailedException Failed(string what, string name, long result) =>
        new($"cannot {what} {PathOf(name)}: {ErrorNumber.Describe(result)}") { IsSystemLimit = ErrorNumber.IsLimit(result) };
}
