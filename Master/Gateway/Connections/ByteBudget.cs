namespace PaxosShard.Master.Gateway.Connections;

/// <summary>Counts the bytes that all connections of a gateway hold together. Any thread.</summary>
/// <param name="limit">Most bytes.</param>
internal sealed class ByteBudget(long limit)
{
    private long _taken;

    /// <summary>Most bytes.</summary>
    public long Limit => limit;

    /// <summary>Bytes that are held now.</summary>
    public long Taken => Volatile.Read(ref _taken);

    /// <summary>Takes bytes, unless there would be too many. Of two that come at once while there is space for one, both may be refused.</summary>
    public bool TryTake(long bytes)
    {
        if (Interlocked.Add(ref _taken, bytes) <= limit)
            return true;
        GiveBack(bytes);
        return false;
    }

    /// <summary>Gives bytes back that were taken.</summary>
    public void GiveBack(long bytes) => Interlocked.Add(ref _taken, -bytes);
}
