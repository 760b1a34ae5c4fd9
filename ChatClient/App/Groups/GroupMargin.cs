namespace PaxosShard.ChatClient.App.Groups;

/// <summary>How many more replicas a group can lose and still decide, as far as its replicas tell. Pure.</summary>
internal sealed class GroupMargin
{
    /// <summary>A replica that lacks more decided slots than this has to catch up before it counts.</summary>
    public const long FarBehind = 1024;

    private readonly (string Name, string Why)[] _missing;

    private GroupMargin(int replicaCount, (string Name, string Why)[] missing)
    {
        ReplicaCount = replicaCount;
        _missing = missing;
    }

    /// <summary>Places in the group.</summary>
    public int ReplicaCount { get; }

    /// <summary>How many have to take part for anything to be decided.</summary>
    public int Quorum => (ReplicaCount / 2) + 1;

    /// <summary>Those that take part: they answer, vote, have the newest member list, hear a quorum and are not far behind.</summary>
    public int TakingPart => ReplicaCount - _missing.Length;

    /// <summary>How many more can be lost; null when nothing can be decided even now.</summary>
    public int? CanLose => TakingPart >= Quorum ? TakingPart - Quorum : null;

    /// <summary>One line, for people: what can be lost, and when that is nothing, who is missing and what to do.</summary>
    public string Line => CanLose switch
    {
        null => $"The group cannot decide: {TakingPart} of its {ReplicaCount} replicas take part, and {Quorum} have to; {Missing}. Start again what is down (px up).",
        0 when _missing.Length == 0 => "The group can lose no replica: it has no other.",
        0 => $"The group can lose no more replicas: {Missing}. Start again what is down (px up); if its data is lost for good: px replica replace {_missing[0].Name[1..]}",
        1 => "The group can lose 1 more replica.",
        _ => $"The group can lose {CanLose} more replicas.",
    };

    private string Missing => string.Join("; ", _missing.Select(static one => $"{one.Name} {one.Why}"));

    /// <summary>What follows from a report; null when nobody answers.</summary>
    public static GroupMargin? Of(GroupReport report)
    {
        int count = report.Replicas.Max(view => view.Status?.Status.ReplicaCount ?? 0);
        if (count == 0)
            return null;
        List<(string Name, string Why)> missing = [];
        foreach (string name in Enumerable.Range(0, count).Select(static place => $"r{place}"))
        {
            ReplicaView[] views = [.. report.Replicas.Where(view => string.Equals(view.Name, name, StringComparison.Ordinal))];
            if (!Array.Exists(views, view => WhyNot(view, report) is null))
                missing.Add((name, views.Select(view => WhyNot(view, report)).FirstOrDefault() ?? "is not known here"));
        }
        return new GroupMargin(count, [.. missing]);
    }

    /// <summary>Why a replica does not take part; null when it does.</summary>
    private static string? WhyNot(ReplicaView view, GroupReport report)
    {
        if (view.Status?.Status is not { } status)
            return $"does not answer ({view.Failure})";
        if (!status.Votes)
            return "does not vote";
        if (status.List != report.List)
            return $"has member list {status.List} instead of {report.List}";
        if (!status.HearsQuorum)
            return "hears no quorum";
        long lag = report.HighestDecided - status.Decided.Number;
        return lag > FarBehind ? $"is {lag} slots behind" : null;
    }
}
