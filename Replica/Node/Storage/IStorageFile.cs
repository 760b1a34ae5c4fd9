namespace PaxosShard.Replica.Node.Storage;

/// <summary>An open file of an <see cref="IStorageDirectory"/>. Offsets and lengths are in bytes.</summary>
public interface IStorageFile : IDisposable
{
    /// <summary>Its length now.</summary>
    long Length { get; }

    /// <summary>Fills <paramref name="buffer"/> from <paramref name="offset"/> on; returns fewer bytes only at the end of the file.</summary>
    /// <exception cref="StorageReadException">The disk cannot read that part (EIO).</exception>
    int ReadAt(Span<byte> buffer, long offset);

    /// <summary>Writes all of <paramref name="buffer"/>, lengthening the file where needed. Durable only after <see cref="SyncData"/>.</summary>
    /// <exception cref="DiskFullException">No space; a part of the bytes may have been written.</exception>
    /// <exception cref="StorageFailedException">It cannot be written.</exception>
    void WriteAt(ReadOnlySpan<byte> buffer, long offset);

    /// <summary>Cuts the file, or lengthens it with zeros.</summary>
    /// <exception cref="DiskFullException">No space.</exception>
    /// <exception cref="StorageFailedException">It failed.</exception>
    void SetLength(long length);

    /// <summary>Makes everything written so far durable, the length included.</summary>
    /// <exception cref="StorageFailedException">
    /// It failed: fatal, never to be tried again, because the cache may call clean now what the disk does not have (rule 12).
    /// </exception>
    void SyncData();
}
