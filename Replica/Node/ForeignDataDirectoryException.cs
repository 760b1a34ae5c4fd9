namespace PaxosShard.Replica.Node;

/// <summary>The data directory is whole, but it belongs to another cluster, group, place or member list than the one asked for.</summary>
/// <param name="message">What it belongs to, and what was asked for.</param>
public sealed class ForeignDataDirectoryException(string message) : Exception(message);
