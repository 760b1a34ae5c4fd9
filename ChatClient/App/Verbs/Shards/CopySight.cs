using PaxosShard.Wire.Identifiers;

namespace PaxosShard.ChatClient.App.Verbs.Shards;

/// <summary>How much a group has copied of what it gets by a job.</summary>
/// <param name="Group">The group.</param>
/// <param name="Address">Where it was asked; empty when that is not known.</param>
/// <param name="Answers">It has answered; what follows is nothing otherwise.</param>
/// <param name="Pieces">The pieces that it took.</param>
/// <param name="Bytes">The bytes of what is in them.</param>
internal readonly record struct CopySight(GroupId Group, string Address, bool Answers, long Pieces, long Bytes);
