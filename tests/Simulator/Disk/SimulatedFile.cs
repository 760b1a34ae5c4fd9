using PaxosShard.Replica.Node.Storage;

namespace PaxosShard.Simulator.Disk;

/// <summary>An open file of a <see cref="SimulatedDisk"/>; worthless after a crash, like the process that held it.</summary>
internal sealed class SimulatedFile(SimulatedDisk disk, DiskFile file, string name, bool readOnly) : IStorageFile
{
    private readonly long _life = disk.Life;
    private bool _disposed;

    public long Length
    {
        get
        {
            Check();
            return file.Length;
        }
    }

    public int ReadAt(Span<byte> buffer, long offset)
    {
        Check();
        long end = offset + buffer.Length;
        foreach ((long start, long length) in file.Unreadable)
        {
            if (start < end && offset < start + length)
                throw new StorageReadException($"cannot read {name} at {offset}: EIO");
        }

        return file.Read(buffer, offset);
    }

    public void WriteAt(ReadOnlySpan<byte> buffer, long offset)
    {
        CheckWritable();
        long room = disk.Room(file, offset + buffer.Length);
        ReadOnlySpan<byte> fits = buffer[..(int)Math.Clamp(buffer.Length - room, 0, buffer.Length)];
        file.Write(fits, offset);
        file.NoteWrite(offset, fits.Length, disk.Operations + 1, disk.CertifiedThrough);
        disk.Count();
        if (fits.Length < buffer.Length)
            throw new DiskFullException($"no space to write {buffer.Length} bytes to {name} at {offset}");
    }

    public void SetLength(long length)
    {
        CheckWritable();
        if (disk.Room(file, length) > 0)
            throw new DiskFullException($"no space to lengthen {name} to {length}");
        file.SetLength(length);
        disk.Count();
    }

    public void SyncData()
    {
        CheckWritable();
        disk.Count();
        if (disk.TakeFailure())
        {
            file.Sync(pretend: true);
            throw new StorageFailedException($"cannot sync {name}: EIO");
        }

        bool lies = disk.TakeLie(name);
        if (!lies && file.HasPending && disk.LiesAbout(name))
            disk.TrueSyncs++;
        file.Sync(lies, lies);
        disk.SyncCount++;
    }

    public void Dispose() => _disposed = true;

    private void CheckWritable()
    {
        Check();
        if (readOnly)
            throw new InvalidOperationException($"{name} was opened for reading");
    }

    private void Check() => ObjectDisposedException.ThrowIf(_disposed || _life != disk.Life, this);
}
