using PaxosShard.Wire.Identifiers;

namespace PaxosShard.Replica.Core.Sessions;

/// <summary>What a group tells another one of a session, besides the results of the arcs that move (rule 9).</summary>
/// <param name="Id">Who it is.</param>
/// <param name="AcknowledgedBelow">Its mark.</param>
/// <param name="HighestExpiry">The highest expiry of all its requests, a log time in milliseconds since 1970 UTC.</param>
/// <param name="ChangedAt">The slot in which one of the two changed last, or in which the session was made, in the log of the group that tells it.</param>
public readonly record struct MovedSession(SessionId Id, long AcknowledgedBelow, long HighestExpiry, Slot ChangedAt);
