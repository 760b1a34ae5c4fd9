namespace PaxosShard.Replica.Node.Storage.Log;

/// <summary>Where the live log ends, and what the next header has to say of it: the state that goes from recovery to the writer.</summary>
internal readonly record struct LogEnd
{
    /// <summary>The end: everything before it that is live was synced, everything behind it is dead or not yet written.</summary>
    public LogPosition Position { get; init; }

    /// <summary>Checksum of the last header before it.</summary>
    public uint Checksum { get; init; }

    /// <summary>Number of the last batch before it.</summary>
    public long Batch { get; init; }

    /// <summary>What there is before it of each group of the directory, by index; never changed in place.</summary>
    public required GroupEnd[] Groups { get; init; }

    /// <summary>The beginning of a log of so many groups.</summary>
    public static LogEnd Beginning(int groups) => new() { Groups = new GroupEnd[groups] };

    /// <summary>The same with something else said of each group.</summary>
    /// <param name="change">Says it, from what was said before and the index of the group.</param>
    public LogEnd WithGroups(Func<GroupEnd, int, GroupEnd> change) => this with { Groups = [.. Groups.Select(change)] };
}

/// <summary>What the log has of one group before its end.</summary>
/// <param name="Decided">The decided slot noted before it.</param>
/// <param name="HighestSlot">The highest slot recorded before it; see <see cref="GroupSummary.HighestBefore"/>.</param>
/// <param name="Records">The number of records before it.</param>
internal readonly record struct GroupEnd(long Decided, long HighestSlot, long Records)
{
    /// <summary>What a header says that stands there.</summary>
    public static GroupEnd Of(in GroupSummary summary) => new(summary.Decided.Slot, summary.HighestBefore, summary.RecordsBefore);
}
