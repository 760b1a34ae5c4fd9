namespace PaxosShard.Replica.Node.Storage;

/// <summary>
/// The disk failed in a way that leaves unknown what is durable: a sync, a write or a directory change did not work. The store
/// is unusable from then on and the host stops the process; nothing is tried again (rule 12).
/// </summary>
/// <param name="message">What failed, where, and the system's reason.</param>
/// <param name="innerException">What it was noticed by, if anything.</param>
public sealed class StorageFailedException(string message, Exception? innerException = null) : Exception(message, innerException)
{
    /// <summary>It was no fault of the disk: a limit of the system was reached, which the message names.</summary>
    public bool IsSystemLimit { get; init; }
}

/// <summary>A part of a file cannot be read. Recovery treats it as rot: what was there is faulty, the rest goes on.</summary>
/// <param name="message">Which part of which file, and the system's reason.</param>
public sealed class StorageReadException(string message) : Exception(message);

/// <summary>
/// No space is left. Not fatal: the call that threw it changed nothing that counts, and may be made again with the same
/// arguments when there is space.
/// </summary>
/// <param name="message">What there was no space for, and where.</param>
public sealed class DiskFullException(string message) : Exception(message);

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
