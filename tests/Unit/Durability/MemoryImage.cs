using PaxosShard.Replica.Node.Storage;

namespace PaxosShard.Tests.Unit.Durability;

/// <summary>Files as they are at one moment, to be read by the store and by nobody changed.</summary>
/// <param name="files">Name and content.</param>
internal sealed class MemoryImage(Dictionary<string, byte[]> files) : IStorageDirectory
{
    public string Location => "memory";

    public IReadOnlyList<string> List() => [.. files.Keys.Order(StringComparer.Ordinal)];

    public IStorageFile Open(string name, bool readOnly = false) =>
        files.TryGetValue(name, out byte[]? content) ? new MemoryFile(content) : throw new FileNotFoundException(name);

    public IStorageFile Create(string name) => throw new NotSupportedException("an image is not changed");

    public void Rename(string from, string to) => throw new NotSupportedException("an image is not changed");

    public void Delete(string name) => throw new NotSupportedException("an image is not changed");

    public void SyncDirectory() => throw new NotSupportedException("an image is not changed");

    public IDisposable Lock(string name) => throw new NotSupportedException("an image is not changed");

    public void ThrowIfLocked(string name)
    {
        // Nobody works on an image.
    }

    private sealed class MemoryFile(byte[] content) : IStorageFile
    {
        public long Length => content.Length;

        public int ReadAt(Span<byte> buffer, long offset)
        {
            int count = (int)Math.Clamp(content.Length - offset, 0, buffer.Length);
            content.AsSpan((int)Math.Min(offset, content.Length), count).CopyTo(buffer);
            return count;
        }

        public void WriteAt(ReadOnlySpan<byte> buffer, long offset) => throw new NotSupportedException("an image is not changed");

        public void SetLength(long length) => throw new NotSupportedException("an image is not changed");

        public void SyncData() => throw new NotSupportedException("an image is not changed");

        public void Dispose()
        {
            // There is nothing to give back.
        }
    }
}
