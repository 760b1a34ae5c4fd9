namespace PaxosShard.Replica.Node.Storage;

/// <summary>A part of a file cannot be read. Recovery treats it as rot: what was there is faulty, the rest goes on.</summary>
/// <param name="message">Which part of which file, and the system's reason.</param>
public sealed class StorageReadException(string message) : Exception(message);

/// <summary>
/// The data directory is not what the call needs: not empty where one is to be made, not formatted where one is to be opened,
/// of a newer format, or so damaged that not even its owner can be read. Nothing was changed.
/// </summary>
/// <param name="message">What is wrong, and what to do about it.</param>
public sealed class DataDirectoryException(string message) : Exception(message);

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

/// <summary>The data directory is whole, but it belongs to another cluster, group, place or member list than the one asked for.</summary>
/// <param name="message">What it belongs to, and what was asked for.</param>
public sealed class ForeignDataDirectoryException(string message) : Exception(message);
