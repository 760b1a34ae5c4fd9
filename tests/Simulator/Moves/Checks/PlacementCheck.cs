using PaxosShard.Hashing;
using PaxosShard.Hashing.Configurations;
using PaxosShard.Replica.Core.Execution;
using PaxosShard.Simulator.Checks;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Placement;

namespace PaxosShard.Simulator.Moves.Checks;

/// <summary>M8 and M9: one configuration follows another, each made by a job of its own, and by each only those arcs move that the job is about. It keeps all configurations, for the other checks.</summary>
/// <param name="violations">Takes findings.</param>
/// <param name="marks">What was reached.</param>
internal sealed class PlacementCheck(ViolationLog violations, MoveMarks marks)
{
    private readonly List<Configuration> _configurations = [Configuration.Zero];
    private readonly Dictionary<long, JobStep> _ended = [];

    // Who has ever owned an arc.
    private readonly HashSet<(Arc Arc, GroupId Owner)> _owned = [];

    /// <summary>The latest one.</summary>
    public Configuration Latest => _configurations[^1];

    /// <summary>A configuration by its number; null when the masters have not made it.</summary>
    public Configuration? Find(long number) => number < _configurations.Count ? _configurations[(int)number] : null;

    /// <summary>The arcs that one group gives to another by a job that was committed; none when it was not.</summary>
    public IReadOnlyList<Arc> ArcsOf(long job, GroupId from, GroupId to)
    {
        int place = _configurations.FindIndex(configuration => configuration.Number > 0 && configuration.Job == job);
        return place < 1
            ? []
            : [.. _configurations[place - 1].MovesTo(_configurations[place]).Where(move => move.From == from && move.To == to).Select(static move => move.Arc)];
    }

    /// <summary>The masters have executed something.</summary>
    public void OnExecuted(ReplicatedState masters)
    {
        IReadOnlyList<PlacementJob> jobs = GroupReads.Jobs(masters, from: 0);
        long latest = GroupReads.LatestConfiguration(masters);
        while (Latest.Number < latest)
            Take(Configuration.Decode(GroupReads.Configuration(masters, Latest.Number + 1)), jobs);
        foreach (PlacementJob job in jobs.Where(static job => job.Step.IsEnd()))
        {
            if (_ended.TryAdd(job.Number, job.Step))
                OnEnded(job);
            else if (_ended[job.Number] != job.Step)
                violations.Report("M9", $"job {job.Number} had ended as {_ended[job.Number]}, and is {job.Step}");
        }
    }

    private void OnEnded(PlacementJob job)
    {
        marks.Reach(job.Step switch
        {
            JobStep.Done => MoveMark.JobDone,
            JobStep.Failed => MoveMark.JobFailed,
            _ => MoveMark.JobCancelled,
        });
        bool hasMade = _configurations.Exists(configuration => configuration.Number > 0 && configuration.Job == job.Number);
        if (hasMade != (job.Step == JobStep.Done))
            violations.Report("M9", $"job {job.Number} has ended as {job.Step}, and {(hasMade ? "has" : "has not")} made a configuration");
    }

    private void Take(Configuration next, IReadOnlyList<PlacementJob> jobs)
    {
        Configuration before = Latest;
        if (next.Number != before.Number + 1)
            violations.Report("M3", $"configuration {next.Number} is made behind {before.Number}");
        if (_configurations.Exists(configuration => configuration.Number > 0 && configuration.Job == next.Job))
            violations.Report("M9", $"job {next.Job} makes configuration {next.Number}, and has made another one");
        if (jobs.FirstOrDefault(other => other.Number == next.Job) is not { } job)
            violations.Report("M9", $"configuration {next.Number} is made by job {next.Job}, which nobody has asked for");
        else
            CheckMoves(job, before, next);
        _configurations.Add(next);
        foreach (ArcMove move in before.MovesTo(next))
        {
            if (!_owned.Add((move.Arc, move.To)))
                marks.Reach(MoveMark.CameBack);
        }
    }

    private void CheckMoves(PlacementJob job, Configuration before, Configuration next)
    {
        foreach (ArcMove move in before.MovesTo(next))
        {
            bool isOfJob = job.Kind switch
            {
                JobKind.AddShards => job.Shards.Any(shard => shard.Group == move.To),
                JobKind.RemoveShard => move.From == job.Group,
                _ => move.To == job.Group && job.Arcs.Contains(move.Arc.Number),
            };
            if (!isOfJob)
                violations.Report("M8", $"by job {job.Number}, {job.Kind}, arc {move.Arc.Number} goes from {move.From} to {move.To}");
        }

        if (before.Number > 0 && job.Kind == JobKind.AddShards)
            marks.Reach(MoveMark.ShardJoined);
        else if (job.Kind == JobKind.RemoveShard)
            marks.Reach(MoveMark.ShardLeft);
    }
}
