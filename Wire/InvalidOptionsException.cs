namespace PaxosShard.Wire;

/// <summary>An options record breaks one of its rules.</summary>
/// <param name="rule">The rule, as a sentence.</param>
public sealed class InvalidOptionsException(string rule) : Exception(rule);
