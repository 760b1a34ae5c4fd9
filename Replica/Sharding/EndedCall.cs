namespace PaxosShard.Replica.Sharding;

/// <summary>A call of a <see cref="ShardDriver"/> that has ended: by an answer or by a failure.</summary>
/// <param name="Call">The call.</param>
/// <param name="Answer">Its answer; null when it failed.</param>
/// <param name="Failure">Why it failed; null when it was answered.</param>
internal sealed record EndedCall(DriverCall Call, object? Answer, Exception? Failure);
