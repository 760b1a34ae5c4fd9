namespace PaxosShard.Benchmarks.Peers.Clients;

/// <summary>A server did not do what was expected of it, and the measurement has come to nothing.</summary>
/// <param name="message">What happened.</param>
/// <param name="cause">What it came from.</param>
internal sealed class ServerException(string message, Exception? cause = null) : Exception(message, cause);
