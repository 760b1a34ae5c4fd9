using PaxosShard.ChatClient.App.Rings;
using PaxosShard.Hashing;
using PaxosShard.Hashing.Configurations;
using PaxosShard.Programs.Errors;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Placement;

namespace PaxosShard.ChatClient.App.Verbs.Shards;

/// <summary>
/// What a job will do to the latest configuration, worked out as the masters do it. Until its turn comes, the jobs before it may change the configuration, and so the plan. Pure.
/// </summary>
/// <param name="What">What it is for: <c>add shard 3</c>.</param>
/// <param name="Now">The latest configuration.</param>
/// <param name="Moves">The arcs that change their shard.</param>
internal sealed record ShardPlan(string What, Configuration Now, IReadOnlyList<ArcMove> Moves)
{
    /// <summary>How much is in the arcs that move between two shards, as far as the shards have told.</summary>
    public IReadOnlyDictionary<(GroupId From, GroupId To), ArcsMeasure> Measures { get; init; } = new Dictionary<(GroupId From, GroupId To), ArcsMeasure>();

    /// <summary>A shard joins.</summary>
    /// <param name="now">The latest configuration.</param>
    /// <param name="joiner">The shard.</param>
    /// <param name="words">Words that name the cluster in commands, with a space before them.</param>
    /// <exception cref="ReportedException">It is there already.</exception>
    public static ShardPlan ForAdd(Configuration now, Shard joiner, string words = "")
    {
        if (now.Find(joiner.Group) is { } known)
            throw NothingChanged($"{JobText.Shards([joiner.Group])} is there already, at {string.Join(',', known.Addresses)}, with {JobText.Arcs(now.ArcsOf(joiner.Group).Count)}", $"px ring{words}");
        IReadOnlyList<ArcMove> moves = now.Shards.Count == 0 ? Assignment.First([joiner]) : Assignment.ForJoin(now, joiner);
        return new ShardPlan($"add {JobText.Shards([joiner.Group])} with {JobText.Number(joiner.Points)} points", now, moves);
    }

    /// <summary>A shard leaves.</summary>
    /// <param name="now">The latest configuration.</param>
    /// <param name="leaver">The group of the shard.</param>
    /// <param name="words">As for <see cref="ForAdd"/>.</param>
    /// <exception cref="ReportedException">It is not there, or it is the last one.</exception>
    public static ShardPlan ForRemove(Configuration now, GroupId leaver, string words = "")
    {
        RequireShard(now, leaver, words);
        if (now.Shards.Count == 1)
            throw NothingChanged($"{JobText.Shards([leaver])} is the last one, and somebody has to serve the arcs", $"px shard add{words}");
        return new ShardPlan($"remove {JobText.Shards([leaver])}", now, Assignment.ForLeave(now, leaver));
    }

    /// <summary>Arcs move by hand; those that the shard has already stay.</summary>
    /// <param name="now">The latest configuration.</param>
    /// <param name="arcs">Their numbers.</param>
    /// <param name="to">The group of the shard that gets them.</param>
    /// <param name="words">As for <see cref="ForAdd"/>.</param>
    /// <exception cref="ReportedException">There is no such shard, or it has all of them already.</exception>
    public static ShardPlan ForMove(Configuration now, IReadOnlyList<int> arcs, GroupId to, string words = "")
    {
        RequireShard(now, to, words);
        IReadOnlyList<ArcMove> moves = Assignment.ForMove(now, arcs.Select(static arc => new Arc(arc)), to);
        if (moves.Count == 0)
            throw NothingChanged($"{(arcs.Count == 1 ? $"arc {arcs[0]} is" : $"all {JobText.Arcs(arcs.Count)} are")} at {JobText.Shards([to])} already", $"px ring{words}");
        string there = moves.Count < arcs.Count ? $", which has {JobText.Number(arcs.Count - moves.Count)} of {JobText.Number(arcs.Count)} already" : "";
        return new ShardPlan($"move {JobText.Arcs(moves.Count)} to {JobText.Shards([to])}{there}", now, moves);
    }

    /// <summary>The plan for people: one line that says all of it, and one for each two shards between which arcs move.</summary>
    public IEnumerable<string> Lines()
    {
        yield return $"plan: {What}: {JobText.Number(Moves.Count)} of {JobText.Arcs(Arc.Count)} move, from configuration {Now.Number} on{(Measure() is { } all ? $", with {JobText.Measure(all)}" : "")}";
        foreach (Transfer transfer in Transfers())
        {
            string measure = MeasureOf(transfer) is { } told ? $" with {JobText.Measure(told)}" : "";
            yield return $"  {(transfer.From == GroupId.None ? "nobody" : JobText.Shards([transfer.From]))} -> {JobText.Shards([transfer.To])}: {JobText.Arcs(transfer.Arcs)}{measure}";
        }
    }

    /// <summary>How much is in the arcs that move between two shards; null when the shard that has them does not tell, or nobody has them.</summary>
    public ArcsMeasure? MeasureOf(Transfer transfer) => Measures.TryGetValue((transfer.From, transfer.To), out ArcsMeasure measure) ? measure : null;

    /// <summary>How much is in all arcs that move; null when that is not known of all of them.</summary>
    public ArcsMeasure? Measure() =>
        Transfers().Any() && Transfers().All(transfer => MeasureOf(transfer) is not null) ? Measures.Values.Aggregate(default(ArcsMeasure), static (sum, measure) => sum.Add(measure)) : null;

    /// <summary>Between which shards how many arcs move, ascending by who gives and who gets them.</summary>
    public IEnumerable<Transfer> Transfers() => Moves
        .GroupBy(static move => (From: move.From.Number, To: move.To.Number))
        .OrderBy(static moves => moves.Key)
        .Select(static moves => new Transfer(new GroupId(moves.Key.From), new GroupId(moves.Key.To), moves.Count()));

    /// <summary>What has come of a job: the shards that have other arcs than before, as they are in the configuration that it has made.</summary>
    /// <param name="job">The job, which is done.</param>
    /// <param name="made">The configuration.</param>
    public static string Result(PlacementJob job, Configuration made)
    {
        string[] shares =
        [
            .. ShardShare.AllOf(made)
                .Where(share => job.Kind switch
                {
                    JobKind.AddShards => job.Shards.Any(shard => shard.Group == share.Shard.Group),
                    JobKind.RemoveShard => true,
                    _ => share.Shard.Group == job.Group,
                })
                .Select(static share => $"{JobText.Shards([share.Shard.Group])} has {JobText.Arcs(share.Arcs)} ({share.ShareText})"),
        ];
        string left = job.Kind == JobKind.RemoveShard ? $"; {JobText.Shards([job.Group])} has left" : "";
        return $"done: configuration {made.Number}{left}; {string.Join(", ", shares)}";
    }

    private static void RequireShard(Configuration now, GroupId group, string words)
    {
        if (now.Find(group) is null)
            throw new ReportedException(ErrorKinds.NoSuchShard, $"{JobText.Shards([group])} is not in configuration {now.Number}, which has {JobText.Shards(now.Shards.Select(static shard => shard.Group))}") { Next = $"px ring{words}" };
    }

    private static ReportedException NothingChanged(string what, string next) =>
        new(ErrorKinds.Rejected, what) { Outcome = "nothing was changed", Next = next };

    /// <summary>Arcs that move between two shards.</summary>
    /// <param name="From">Who gives them; <see cref="GroupId.None"/> when nobody had them.</param>
    /// <param name="To">Who gets them.</param>
    /// <param name="Arcs">How many.</param>
    internal readonly record struct Transfer(GroupId From, GroupId To, int Arcs);
}
