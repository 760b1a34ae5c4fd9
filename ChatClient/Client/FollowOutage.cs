namespace PaxosShard.Client;

/// <summary>A follow stands still because nobody answers, or goes on again.</summary>
/// <param name="IsOver">It goes on.</param>
/// <param name="Length">For how long nobody has answered.</param>
/// <param name="Reason">What is waited for: each address and why it is of no use; empty when it goes on.</param>
public sealed record FollowOutage(bool IsOver, TimeSpan Length, string Reason);
