namespace PaxosShard.Client;

/// <summary>A rule of the log says no: nothing changed, and sending the same again gets the same answer.</summary>
/// <param name="reason">The rule, as a sentence.</param>
public sealed class RejectedException(string reason) : Exception(reason);
