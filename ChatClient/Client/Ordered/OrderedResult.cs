using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Identifiers;

namespace PaxosShard.Client.Ordered;

/// <summary>What an operation of an ordered session on a key came to.</summary>
/// <param name="Number">Its number in the session.</param>
/// <param name="Group">The group that gave the result.</param>
/// <param name="Result">The result.</param>
public readonly record struct OrderedResult(long Number, GroupId Group, KeyResult Result);
