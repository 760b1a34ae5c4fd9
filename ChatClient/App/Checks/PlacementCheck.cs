using System.Globalization;
using PaxosShard.ChatClient.App.Clusters;
using PaxosShard.Hashing;
using PaxosShard.Hashing.Configurations;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Moves;
using PaxosShard.Wire.Placement;

namespace PaxosShard.ChatClient.App.Checks;

/// <summary>
/// Judges whether the shards of a cluster do what the masters' configurations say: every arc is served by the one that has it and by no other, nothing is left over where an arc is not served, and no move is half done.
/// What moves by the job under way is not judged: it may be here, there, or on its way. Pure.
/// </summary>
internal sealed class PlacementCheck
{
    private const int MostNamed = 5;

    private readonly Configuration _latest;
    private readonly JobUnderWay? _underWay;
    private readonly HashSet<int> _moving;

    /// <summary>Judges by what the masters said.</summary>
    /// <param name="latest">The latest configuration.</param>
    /// <param name="underWay">The job under way; null for none.</param>
    public PlacementCheck(Configuration latest, JobUnderWay? underWay)
    {
        (_latest, _underWay) = (latest, underWay);
        _moving = [.. underWay?.Transfers.SelectMany(static transfer => transfer.Arcs) ?? []];
    }

    /// <summary>Judges the configurations up to the latest: each follows the one before.</summary>
    /// <param name="all">All that are looked at, ascending.</param>
    public static CheckLine Judge(IReadOnlyList<Configuration> all)
    {
        for (int place = 1; place < all.Count; place++)
        {
            if (all[place].Number != all[place - 1].Number + 1)
                return new CheckLine("configurations", IsWell: false, Text($"behind number {all[place - 1].Number} stands number {all[place].Number}"));
            if (all[place].Job <= all[place - 1].Job)
                return new CheckLine("configurations", IsWell: false, Text($"number {all[place].Number} was made by job {all[place].Job}, and the one before it by job {all[place - 1].Job}"));
        }

        return new CheckLine("configurations", IsWell: true, Text($"{all[0].Number} to {all[^1].Number}, none is missing"));
    }

    /// <summary>Judges the job under way, which is no fault, but keeps some arcs from being judged.</summary>
    public CheckLine JudgeJob() => _underWay is { } job
        ? new CheckLine("jobs", IsWell: true, Text($"job {job.Job} is under way: the {_moving.Count} arcs that it moves are not judged"))
        : new CheckLine("jobs", IsWell: true, "none is under way");

    /// <summary>Judges a shard.</summary>
    /// <param name="group">The shard.</param>
    /// <param name="arcs">Which arcs it serves and holds; null when it does not tell.</param>
    /// <param name="moves">Its moves; null when it does not tell.</param>
    public IEnumerable<CheckLine> Judge(GroupId group, ArcsResult? arcs, MovesResult? moves)
    {
        string name = ClusterFiles.NameOf(group);
        if (arcs is null || moves is null)
        {
            yield return new CheckLine(name, IsWell: false, "it does not tell what it serves") { IsUnanswered = true };
            yield break;
        }

        List<string> faults = [.. FindFaults(group, arcs, moves)];
        foreach (string fault in faults)
            yield return new CheckLine(name, IsWell: false, fault);
        if (faults.Count == 0)
            yield return new CheckLine(name, IsWell: true, Text($"serves its {arcs.Served.Count} arcs, and holds nothing else"));
    }

    /// <summary>Judges all shards together: every arc is served once.</summary>
    /// <param name="served">The arcs that each shard serves.</param>
    /// <param name="silent">Shards that do not tell: whether they serve what is theirs is not judged.</param>
    public CheckLine JudgeAll(IEnumerable<IReadOnlyList<int>> served, params IReadOnlyCollection<GroupId> silent)
    {
        int[] times = new int[Arc.Count];
        foreach (int arc in served.SelectMany(static arcs => arcs))
            times[arc]++;
        int[] wrong = [.. Enumerable.Range(0, Arc.Count).Where(arc => times[arc] > 1 || (times[arc] == 0 && !_moving.Contains(arc) && _latest.OwnerOf(new Arc(arc)) is var owner && owner != GroupId.None && !silent.Contains(owner)))];
        return wrong.Length == 0
            ? new CheckLine("arcs", IsWell: true, silent.Count > 0 ? Text($"none is served by two of the shards that tell") : _underWay is null ? "each is served by one shard" : "none is served by two shards")
            : new CheckLine("arcs", IsWell: false, Text($"served by none or by several: {Named(wrong)}"));
    }

    private IEnumerable<string> FindFaults(GroupId group, ArcsResult arcs, MovesResult moves)
    {
        bool isWaitedFor = _underWay is not null;
        if (arcs.Configuration > _latest.Number || (arcs.Configuration < _latest.Number && !isWaitedFor && _latest.Find(group) is not null))
            yield return Text($"it has configuration {arcs.Configuration}, and the latest one is {_latest.Number}");
        if (arcs.Configuration == _latest.Number && arcs.Hash != _latest.Hash)
            yield return Text($"it has another configuration {arcs.Configuration} than the masters: its hash is {arcs.Hash:x16}, not {_latest.Hash:x16}");
        HashSet<int> served = [.. arcs.Served];
        int[] foreign = [.. arcs.Served.Where(arc => !_moving.Contains(arc) && _latest.OwnerOf(new Arc(arc)) != group)];
        if (foreign.Length > 0)
            yield return $"it serves what is not its own: {Named(foreign)}";
        int[] missing = [.. Enumerable.Range(0, Arc.Count).Where(arc => !_moving.Contains(arc) && _latest.OwnerOf(new Arc(arc)) == group && !served.Contains(arc))];
        if (missing.Length > 0)
            yield return $"it does not serve what is its own: {Named(missing)}";
        int[] left = [.. arcs.Held.Where(arc => !_moving.Contains(arc))];
        if (left.Length > 0)
            yield return $"it holds something of what it does not serve: {Named(left)}";
        foreach (IncomingMoveState move in moves.Incoming.Where(move => move.Job != _underWay?.Job))
            yield return Text($"what comes from {ClusterFiles.NameOf(move.Source)} by job {move.Job} is half done, and that job is not under way");
        foreach (OutgoingMoveState move in moves.Outgoing.Where(move => move.Job != _underWay?.Job))
            yield return Text($"what goes to {ClusterFiles.NameOf(move.Destination)} by job {move.Job} is half done, and that job is not under way");
    }

    private static string Named(int[] arcs)
    {
        string some = string.Join(", ", arcs.Take(MostNamed).Select(static arc => arc.ToString(CultureInfo.InvariantCulture)));
        return arcs.Length == 1 ? $"arc {some}" : Text($"{arcs.Length} arcs ({some}{(arcs.Length > MostNamed ? ", ..." : "")})");
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
