namespace PaxosShard.Replica.Node.Storage;

/// <summary>
/// The data directory is not what the call needs: not empty where one is to be made, not formatted where one is to be opened,
/// of a newer format, or so damaged that not even its owner can be read. Nothing was changed.
/// </summary>
/// <param name="message">What is wrong, and what to do about it.</param>
public sealed class DataDirectoryException(string message) : Exception(message);
