using PaxosShard.Wire.Identifiers;

namespace PaxosShard.Wire.Entries;

/// <summary>What the primary that proposes an entry first writes on it; who proposes it again changes nothing of it.</summary>
/// <param name="FirstView">The view in which it was first proposed (rule 3).</param>
/// <param name="LogTime">Log time, milliseconds since 1970 UTC: what expiries are compared with (rule 9).</param>
/// <param name="Wall">What the primary's wall clock showed, milliseconds since 1970 UTC: what people are shown. It may go back.</param>
public readonly record struct EntryStamp(View FirstView, long LogTime, long Wall);
