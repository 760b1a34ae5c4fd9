using PaxosShard.Wire;

namespace PaxosShard.Client;

/// <summary>Where an earlier session goes on: its identity, and the number the next message gets.</summary>
/// <param name="Session">The session.</param>
/// <param name="Sequence">The number of the message whose outcome was unknown.</param>
public sealed record ResumePoint(SessionId Session, SequenceNumber Sequence);
