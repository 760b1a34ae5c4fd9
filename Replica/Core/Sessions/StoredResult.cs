using PaxosShard.Wire;

namespace PaxosShard.Replica.Core.Sessions;

/// <summary>What a request that ran was answered with; a duplicate gets exactly this again (rule 9).</summary>
/// <param name="Status">What became of it.</param>
/// <param name="Payload">The reply's payload; the session owns it, nobody writes to it.</param>
internal readonly record struct StoredResult(ReplyStatus Status, byte[] Payload);
