namespace PaxosShard.Replica.Core.Snapshots;

/// <summary>
/// A data directory or its snapshot was made under other rules than those of this start. The log was executed by those rules too, here and by others whose snapshots are of other
/// slots: executed by new ones it would lead to another state on each of them.
/// </summary>
/// <param name="what">Which directory, or which snapshot.</param>
public sealed class OtherRulesException(string what) : Exception($"{what} was made with other bounds of what the group holds, or by another version");
