namespace PaxosShard.Client;

/// <summary>One connection to one replica came to nothing, or ended. Stays within the library: the caller hears what it means for the request.</summary>
/// <param name="reason">Why, in a few words.</param>
internal sealed class ConnectionFailedException(string reason) : Exception(reason);
