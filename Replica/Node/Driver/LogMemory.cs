using PaxosShard.Replica.Core.Group;

namespace PaxosShard.Replica.Node.Driver;

/// <summary>
/// Has collected what the log leaves when it is trimmed. The bytes of entries stand among the large arrays, and of those the runtime by itself lets about as much be allocated again as there is before it looks for what
/// nobody holds: a replica would take twice what it keeps. Used by the driver's thread alone.
/// </summary>
/// <param name="collect">Begins a collection of everything, and does not wait for it.</param>
internal sealed class LogMemory(Action collect)
{
    /// <summary>So many bytes are given back before a collection pays: as many as are executed between two snapshots at the least, by default.</summary>
    public const long Least = GroupOptions.DefaultSnapshotBytes;

    private long _bytes;
    private long _givenBack;

    /// <summary>Takes note of what the log takes after a step; begins a collection once enough of it was given back, and it is not being trimmed any more.</summary>
    /// <param name="bytes">Bytes of memory that the log takes.</param>
    public void Observe(long bytes)
    {
        bool isTrimmed = bytes < _bytes;
        if (isTrimmed)
            _givenBack += _bytes - bytes;
        _bytes = bytes;
        if (isTrimmed || _givenBack < Least)
            return;
        _givenBack = 0;
        collect();
    }
}
