using PaxosShard.Replica.Engine;
using PaxosShard.Replica.Node.Storage.Log;
using PaxosShard.Replica.Node.Storage.Posix;

namespace PaxosShard.Replica.Node.Storage;

/// <summary>
/// The small two-generation file: two copies of an <see cref="IdentityRecord"/>. A change goes over the older copy and is synced;
/// then, with the next sync or certification, over the other one too, so that afterwards either copy may rot. While a
/// change is written the other copy is intact, so a torn write loses nothing that was ever said. Every start makes a new
/// file: after a failed sync the copy that seems newer may be in the cache only, and the other one must not be touched
/// before something else is durable (schedule 27).
/// </summary>
internal sealed class IdentityFile : IDisposable
{
    /// <summary>Where the second copy begins.</summary>
    public const int SecondCopyAt = 4096;

    private const int FileBytes = SecondCopyAt + IdentityRecord.Bytes;

    private readonly byte[] _copy = new byte[IdentityRecord.Bytes];
    private readonly StorageFile _file;
    private int _newest;

    private IdentityFile(StorageFile file, IdentityRecord record, int newest)
    {
        _file = file;
        Record = record;
        _newest = newest;
    }

    /// <summary>What was read or written last.</summary>
    public IdentityRecord Record { get; private set; }

    /// <summary>The other copy is older or bad.</summary>
    public bool NeedsSecondCopy { get; private set; }

    /// <summary>Syncs made.</summary>
    public long SyncCount { get; private set; }

    /// <summary>Makes the file, or puts a new one in the place of the one there is, whole or not at all.</summary>
    /// <exception cref="DiskFullException">No space; the one there is has not changed.</exception>
    /// <exception cref="StorageFailedException">The disk failed: fatal.</exception>
    public static void Replace(StorageDirectory directory, GroupFiles names, IdentityRecord record)
    {
        bool spare = directory.List().Contains(names.NewIdentity, StringComparer.Ordinal);
        using (StorageFile file = spare ? directory.Open(names.NewIdentity) : directory.Create(names.NewIdentity))
        {
            byte[] both = new byte[FileBytes];
            record.Write(both);
            record.Write(both.AsSpan(SecondCopyAt));
            file.WriteAt(both, 0);
            file.SyncData();
        }

        directory.Rename(names.NewIdentity, names.Identity);
        directory.SyncDirectory();
    }

    /// <summary>Reads what the file says; null when both copies are bad or the file is gone.</summary>
    public static IdentityRecord? Read(StorageDirectory directory, GroupFiles names)
    {
        try
        {
            using StorageFile file = directory.Open(names.Identity, readOnly: true);
            IdentityRecord? first = TryRead(file, 0);
            IdentityRecord? second = TryRead(file, SecondCopyAt);
            return first is null || (second is not null && second.Generation > first.Generation) ? second : first;
        }
        catch (FileNotFoundException)
        {
            return null;
        }
    }

    /// <summary>Puts a new file in the place of the one there is, and opens it for changes.</summary>
    /// <exception cref="DiskFullException">No space; the one there is has not changed.</exception>
    /// <exception cref="StorageFailedException">The disk failed: fatal.</exception>
    public static IdentityFile Start(StorageDirectory directory, GroupFiles names, IdentityRecord record)
    {
        Replace(directory, names, record);
        KeepSpare(directory, names);
        return new IdentityFile(directory.Open(names.Identity), record, newest: 0);
    }

    /// <summary>Notes how far the log is synced. The other copy says the same of everything else, so it may stay behind.</summary>
    /// <exception cref="StorageFailedException">The disk failed: fatal.</exception>
    public void NoteCertified(LogPosition certified)
    {
        Write(Record with { Certified = certified });
        NeedsSecondCopy = false;
    }

    /// <summary>Writes a change over the older copy and syncs it.</summary>
    /// <exception cref="StorageFailedException">The disk failed: fatal.</exception>
    public void Write(IdentityRecord record)
    {
        IdentityRecord next = record with { Generation = Record.Generation + 1 };
        WriteOlderCopy(next);
        Record = next;
        NeedsSecondCopy = true;
    }

    /// <summary>Writes the other copy too, if it is behind.</summary>
    /// <exception cref="StorageFailedException">The disk failed: fatal.</exception>
    public void WriteSecondCopy()
    {
        if (!NeedsSecondCopy)
            return;
        WriteOlderCopy(Record);
        NeedsSecondCopy = false;
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    /// <summary>Keeps the space for the next <see cref="Replace"/>, if there is some, so that a full disk does not prevent a start.</summary>
    private static void KeepSpare(StorageDirectory directory, GroupFiles names)
    {
        try
        {
            using StorageFile file = directory.Create(names.NewIdentity);
            file.WriteAt(new byte[FileBytes], 0);
            file.SyncData();
            directory.SyncDirectory();
        }
        catch (DiskFullException)
        {
            // Then the next start may need space. It is not worth more.
        }
    }

    private static IdentityRecord? TryRead(StorageFile file, long offset)
    {
        byte[] copy = new byte[IdentityRecord.Bytes];
        try
        {
            return file.ReadAt(copy, offset) == copy.Length ? IdentityRecord.TryRead(copy) : null;
        }
        catch (StorageReadException)
        {
            return null;
        }
    }

    private void WriteOlderCopy(IdentityRecord record)
    {
        record.Write(_copy);
        _file.WriteAt(_copy, _newest == 0 ? SecondCopyAt : 0);
        _newest = 1 - _newest;
        _file.SyncData();
        SyncCount++;
    }
}
