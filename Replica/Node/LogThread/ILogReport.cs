namespace PaxosShard.Replica.Node;

/// <summary>What others may ask of the log thread. Any thread.</summary>
internal interface ILogReport
{
    /// <summary>Syncs made since the start.</summary>
    long SyncCount { get; }

    /// <summary>No space is left: what is accepted waits, and is said when there is space again.</summary>
    bool IsDiskFull { get; }
}
