using PaxosShard.Replica.Engine;

namespace PaxosShard.Replica.Node.Storage.Posix;

/// <summary>
/// A file of which nothing is needed any more, and whose space is given back a little at a time: a file system that tells the disk what has become free (mount option discard) keeps every sync of the disk waiting meanwhile,
/// 30 ms for 340 MB.
/// </summary>
internal sealed class ShrinkingFile : IDisposable
{
    // As many bytes as a disk frees in about a millisecond; of a small file a quarter.
    private const int MostStepBytes = 4 * 1024 * 1024;
    private const int Steps = 4;

    private readonly StorageFile _file;
    private readonly long _step;

    /// <summary>Nothing is given back yet.</summary>
    /// <param name="file">The file, open for writing; closed with this.</param>
    /// <exception cref="StorageFailedException">Its length cannot be found.</exception>
    public ShrinkingFile(StorageFile file)
    {
        _file = file;
        _step = Math.Min(MostStepBytes, (file.Length + Steps - 1) / Steps);
    }

    /// <summary>Gives a part back, from the end.</summary>
    /// <returns>False, and nothing is done: no more than one part is left, which goes with the file.</returns>
    /// <exception cref="StorageFailedException">The disk failed.</exception>
    public bool TryShrink()
    {
        long left = _file.Length - _step;
        if (left <= 0)
            return false;
        _file.SetLength(left);
        return true;
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();
}
