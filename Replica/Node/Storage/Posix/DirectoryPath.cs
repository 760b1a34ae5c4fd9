using PaxosShard.Replica.Engine;

namespace PaxosShard.Replica.Node.Storage.Posix;

/// <summary>
/// Makes a directory and those above it, and makes their names durable: what is synced in a directory is lost all the same when the
/// power fails before the entry of that directory is durable in the one above.
/// </summary>
/// <param name="calls">The system calls.</param>
internal sealed class DirectoryPath(ISystemCalls calls)
{
    private const int CloseOnExec = 0x80000;
    private const int OwnerOnly = 0x1C0;

    /// <summary>
    /// Makes what is missing of a path, for its owner only, from the top down, and syncs every directory above its end. Also those that
    /// were there: whoever made them may have been killed before the sync.
    /// </summary>
    /// <param name="path">Absolute, without a separator at its end.</param>
    /// <exception cref="DiskFullException">No space for a directory.</exception>
    /// <exception cref="StorageFailedException">One cannot be made, or one that holds an entry of the path cannot be synced.</exception>
    public void Make(string path)
    {
        if (Path.GetDirectoryName(path) is not { } above)
            return;
        Make(above);
        int result = calls.MakeDirectory(path, OwnerOnly);
        if (ErrorNumber.IsDiskFull(result))
            throw new DiskFullException($"no space to make the directory {path}");
        if (result < 0 && result != -ErrorNumber.Exists)
            throw Failed("make the directory", path, result);
        Sync(above, isChanged: result >= 0);
    }

    /// <summary>Syncs a directory. One that was not changed here may belong to others, or to a file system that nobody can change.</summary>
    private void Sync(string path, bool isChanged)
    {
        int descriptor = calls.Open(path, CloseOnExec, 0);
        if (descriptor == -ErrorNumber.PermissionDenied && !isChanged)
            return;
        if (descriptor < 0)
            throw Failed("open the directory", path, descriptor);
        int result = calls.Sync(descriptor);
        calls.Close(descriptor);
        bool isFixed = result is -ErrorNumber.InvalidArgument or -ErrorNumber.ReadOnlyFileSystem;
        if (result < 0 && (isChanged || !isFixed))
            throw Failed("sync the directory", path, result);
    }

    private static StorageFailedException Failed(string what, string path, int result) =>
        new($"cannot {what} {path}: {ErrorNumber.Describe(result)}");
}
