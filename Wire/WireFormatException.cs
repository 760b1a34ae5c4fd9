namespace PaxosShard.Wire;

/// <summary>Bytes that came from outside are not what the format says. The one exception of every decoder of this house.</summary>
/// <param name="message">What is wrong, and where; never the payload.</param>
public sealed class WireFormatException(string message) : Exception(message);
