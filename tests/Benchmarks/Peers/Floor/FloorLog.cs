using Microsoft.Win32.SafeHandles;

namespace PaxosShard.Benchmarks.Peers.Floor;

/// <summary>
/// A file that is filled with zeros beforehand and written from its beginning again when it is full, so that a sync has nothing to do but to carry the bytes to the disk: neither the length nor the
/// allocation of the file changes.
/// </summary>
internal sealed class FloorLog : IDisposable
{
    private const int ChunkBytes = 1 << 20;

    private readonly SafeFileHandle _file;
    private readonly long _capacity;
    private long _position;

    /// <summary>Makes the file, and waits until its zeros are on the disk.</summary>
    /// <param name="path">Where; nothing is there yet.</param>
    /// <param name="capacity">Its length, in bytes.</param>
    public FloorLog(string path, long capacity)
    {
        _capacity = capacity;
        _file = File.OpenHandle(path, FileMode.CreateNew, FileAccess.ReadWrite);
        byte[] zeros = new byte[ChunkBytes];
        for (long offset = 0; offset < capacity; offset += ChunkBytes)
            RandomAccess.Write(_file, zeros.AsSpan(0, (int)Math.Min(ChunkBytes, capacity - offset)), offset);
        SystemCalls.SyncData(_file);
    }

    /// <summary>Appends, and returns when it is on the disk.</summary>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        if (_position + bytes.Length > _capacity)
            _position = 0;
        RandomAccess.Write(_file, bytes, _position);
        _position += bytes.Length;
        SystemCalls.SyncData(_file);
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();
}
