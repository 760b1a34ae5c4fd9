using PaxosShard.Wire.Identifiers;

namespace PaxosShard.ChatClient.App.Replacing;

/// <summary>What came of a replacement.</summary>
/// <param name="Replica">The place.</param>
/// <param name="Address">Where the new replica listens.</param>
/// <param name="Identity">The identity of its data directory.</param>
/// <param name="List">The number of a member list that names it.</param>
internal sealed record ReplacementResult(ReplicaId Replica, string Address, ulong Identity, long List);
