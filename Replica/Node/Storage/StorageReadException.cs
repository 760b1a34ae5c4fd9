namespace PaxosShard.Replica.Node.Storage;

/// <summary>A part of a file cannot be read. Recovery treats it as rot: what was there is faulty, the rest goes on.</summary>
/// <param name="message">Which part of which file, and the system's reason.</param>
public sealed class StorageReadException(string message) : Exception(message);
