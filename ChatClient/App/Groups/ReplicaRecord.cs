using PaxosShard.ChatClient.App.Posix;

namespace PaxosShard.ChatClient.App.Groups;

/// <summary>What the state file of a group says of one replica.</summary>
/// <param name="Name">r0, r1, …; also the name of its data directory.</param>
/// <param name="Address">Where it listens; empty until it is known.</param>
/// <param name="Exists">It was ready once: its data directory must never be made anew.</param>
/// <param name="Process">
/// The process that was started last, for the moment until it holds its data directory; null when none was. Whether a replica runs, its
/// directory tells: <see cref="GroupProcesses"/>.
/// </param>
internal sealed record ReplicaRecord(string Name, string Address, bool Exists, ProcessIdentity? Process);
