namespace PaxosShard.Replica.Node.Storage;

/// <summary>
/// No space is left. Not fatal: the call that threw it changed nothing that counts, and may be made again with the same
/// arguments when there is space.
/// </summary>
/// <param name="message">What there was no space for, and where.</param>
public sealed class DiskFullException(string message) : Exception(message);
