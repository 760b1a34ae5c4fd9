namespace PaxosShard.Replica.Node.Transport;

/// <summary>Something that may take too long.</summary>
internal interface IWatched
{
    /// <summary>What takes too long; null when all is well. Any thread.</summary>
    /// <param name="now">The moment, by the <see cref="RunningClock"/>.</param>
    string? Overdue(long now);

    /// <summary>Ends it, for a reason. Any thread.</summary>
    void Close(string reason);
}
