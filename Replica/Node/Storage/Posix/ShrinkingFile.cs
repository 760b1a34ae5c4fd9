using PaxosShard.Replica.Engine;

namespace PaxosShard.Replica.Node.Storage.Posix;

/// <summary>
/// A file of which nothing is needed any more, and whose space is given back a little at a time: a file system that tells the disk what has become free (mount option discard) keeps every sync of the disk waiting meanwhile,
/// 30 ms for 340 MB.
/// </summary>
/// <param name="file">The file, open for writing; closed with this.</param>
/// <param name="partBytes">Bytes that are given back at a time.</param>
internal sealed class ShrinkingFile(StorageFile file, int partBytes) : IDisposable
{
    /// <summary>Gives a part back, from the end.</summary>
    /// <returns>False, and nothing is done: no more than one part is left, which goes with the file.</returns>
    /// <exception cref="StorageFailedException">The disk failed.</exception>
    public bool TryShrink()
    {
        long left = file.Length - partBytes;
        if (left <= 0)
            return false;
        file.SetLength(left);
        return true;
    }

    /// <inheritdoc/>
    public void Dispose() => file.Dispose();
}
