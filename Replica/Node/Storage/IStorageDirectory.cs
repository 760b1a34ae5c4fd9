namespace PaxosShard.Replica.Node.Storage;

/// <summary>
/// One directory on a disk: all that the store asks of the outside world. Calls are synchronous and come from one thread.
/// What a name stands for is durable only after <see cref="SyncDirectory"/>, what a file holds only after
/// <see cref="IStorageFile.SyncData"/>; a power failure may undo or tear everything else, in any order.
/// </summary>
public interface IStorageDirectory
{
    /// <summary>Where it is, for messages to people.</summary>
    string Location { get; }

    /// <summary>The names of everything in it, in ordinal order, subdirectories included.</summary>
    /// <exception cref="StorageFailedException">The directory cannot be read.</exception>
    IReadOnlyList<string> List();

    /// <summary>Opens a file that exists, for reading and, unless <paramref name="readOnly"/>, for writing.</summary>
    /// <exception cref="FileNotFoundException">There is none of that name.</exception>
    /// <exception cref="StorageFailedException">It cannot be opened.</exception>
    IStorageFile Open(string name, bool readOnly = false);

    /// <summary>Creates an empty file; it must not exist.</summary>
    /// <exception cref="DiskFullException">No space for it.</exception>
    /// <exception cref="StorageFailedException">It exists, or cannot be created.</exception>
    IStorageFile Create(string name);

    /// <summary>Gives a file another name; a file that had that name is replaced, in one step.</summary>
    /// <exception cref="StorageFailedException">It cannot be renamed.</exception>
    void Rename(string from, string to);

    /// <summary>Removes a file.</summary>
    /// <exception cref="StorageFailedException">It cannot be removed.</exception>
    void Delete(string name);

    /// <summary>Makes every creation, renaming and removal so far durable.</summary>
    /// <exception cref="StorageFailedException">It failed: fatal, never to be tried again (rule 12).</exception>
    void SyncDirectory();

    /// <summary>
    /// Takes the exclusive lock of the directory, kept in the file <paramref name="name"/>, until the result is disposed or the
    /// process ends. Also proves that syncing works on this file system.
    /// </summary>
    /// <exception cref="DataDirectoryInUseException">Another process has it.</exception>
    /// <exception cref="StorageFailedException">The file system cannot lock or sync.</exception>
    IDisposable Lock(string name);

    /// <summary>Whether a process holds the lock now; changes nothing.</summary>
    /// <exception cref="DataDirectoryInUseException">One does.</exception>
    void ThrowIfLocked(string name);
}
