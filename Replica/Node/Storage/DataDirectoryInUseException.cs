namespace PaxosShard.Replica.Node.Storage;

/// <summary>Another process works in this data directory: two would write over each other's promises.</summary>
/// <param name="location">The directory.</param>
/// <param name="processId">The process that holds the lock, as it noted itself; 0 when it did not.</param>
public sealed class DataDirectoryInUseException(string location, int processId) : Exception(
    processId == 0
        ? $"the data directory {location} is in use by another process"
        : $"the data directory {location} is in use by process {processId}")
{
    /// <summary>The process that holds the lock; 0 when unknown.</summary>
    public int ProcessId { get; } = processId;
}
