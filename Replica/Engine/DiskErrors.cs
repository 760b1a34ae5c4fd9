namespace PaxosShard.Replica.Engine;

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

/// <summary>
/// No space is left. Not fatal: the call that threw it changed nothing that counts, and may be made again with the same
/// arguments when there is space.
/// </summary>
/// <param name="message">What there was no space for, and where.</param>
public sealed class DiskFullException(string message) : Exception(message);
