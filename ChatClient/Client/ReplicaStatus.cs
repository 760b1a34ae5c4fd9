using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Client;

/// <summary>What one replica says of itself and its group.</summary>
/// <param name="Address">Where it was asked.</param>
/// <param name="Hello">Its identity: cluster, group, place, incarnation.</param>
/// <param name="Status">Its view and slots.</param>
public sealed record ReplicaStatus(string Address, Hello Hello, StatusResult Status);
