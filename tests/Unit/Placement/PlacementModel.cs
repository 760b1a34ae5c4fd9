using PaxosShard.Hashing;
using PaxosShard.Hashing.Rings;
using PaxosShard.Wire.Placement;

namespace PaxosShard.Tests.Unit.Placement;

/// <summary>
/// The rules once more, as short as they can be said: plain lists, everything searched for, no bounds but that of jobs that wait. What it makes of a command is compared with what
/// the machine does.
/// </summary>
internal sealed class PlacementModel
{
    private readonly List<ModelJob> _jobs = [];
    private readonly Dictionary<int, int> _addedBy = [];
    private readonly HashSet<int> _removed = [];
    private readonly SortedDictionary<int, NewShard> _shards = [];

    /// <summary>The owners of the arcs in each configuration.</summary>
    public List<int[]> Owners { get; } = [new int[Arc.Count]];

    /// <summary>The job under way; null when there is none.</summary>
    public ModelJob? UnderWay => _jobs.Find(static job => !job.Step.IsEnd());

    private int[] Now => Owners[^1];

    /// <summary>What becomes of a command.</summary>
    /// <returns>The number of the job that is answered; null when it is rejected.</returns>
    public int? Apply(byte[] command) => (PlacementCommandKind)command[0] switch
    {
        PlacementCommandKind.AddShards => Add(AddShardsCommand.Decode(command).Shards),
        PlacementCommandKind.RemoveShard => Remove(RemoveShardCommand.Decode(command).Group.Number),
        PlacementCommandKind.MoveArcs => Move(MoveArcsCommand.Decode(command)),
        PlacementCommandKind.CancelJob => Cancel((int)CancelJobCommand.Decode(command).Job),
        PlacementCommandKind.AdvanceJob => Advance(AdvanceJobCommand.Decode(command)),
        PlacementCommandKind.ReportCopied => Report(ReportCopiedCommand.Decode(command)),
        _ => Finish(FinishMovesCommand.Decode(command)),
    };

    /// <summary>The step of a job.</summary>
    public JobStep StepOf(int job) => _jobs[job - 1].Step;

    private int? Add(IReadOnlyList<NewShard> shards)
    {
        List<NewShard> missing = [];
        int known = 0;
        foreach (NewShard shard in shards)
        {
            int group = shard.Group.Number;
            ModelJob? adding = _jobs.Find(job => !job.IsMade && job.Shards.Exists(other => other.Group == shard.Group));
            NewShard? other = _shards.GetValueOrDefault(group) ?? adding?.Shards.Find(same => same.Group == shard.Group);
            if (_removed.Contains(group) || Removing(group) is not null || (other is not null && !other.Addresses.SequenceEqual(shard.Addresses, StringComparer.Ordinal)))
                return null;
            if (other is null)
                missing.Add(shard);
            else
                known = Math.Max(known, adding?.Number ?? _addedBy[group]);
        }

        return missing.Count == 0 ? known : Take(new ModelJob { Shards = missing });
    }

    private int? Remove(int group)
    {
        if (Removing(group) is { } removing)
            return removing.Number;
        return _shards.ContainsKey(group) && _shards.Count > 1 ? Take(new ModelJob { Leaver = group }) : null;
    }

    private int? Move(MoveArcsCommand command)
    {
        SortedSet<int> arcs = [.. command.Arcs];
        int to = command.To.Number;
        if (arcs.Max < Arc.Count && _jobs.Find(job => !job.Step.IsEnd() && job.Target == to && job.Arcs.SetEquals(arcs)) is { } same)
            return same.Number;
        bool isRefused = arcs.Max >= Arc.Count || !_shards.ContainsKey(to) || Removing(to) is not null || arcs.Any(arc => Now[arc] == to);
        return isRefused ? null : Take(new ModelJob { Target = to, Arcs = arcs });
    }

    private int? Cancel(int number)
    {
        if (number < 1 || number > _jobs.Count || _jobs[number - 1].Step is JobStep.Committed or JobStep.Done or JobStep.Failed)
            return null;
        _jobs[number - 1].Step = JobStep.Cancelled;
        Begin();
        return number;
    }

    private int? Advance(AdvanceJobCommand command)
    {
        if (command.Job < 1 || command.Job > _jobs.Count)
            return null;
        ModelJob job = _jobs[(int)command.Job - 1];
        if (job.Step != command.From)
            return job.Number;
        job.Step = command.To;
        if (job.Step == JobStep.Committed)
            Make(job);
        Begin();
        return job.Number;
    }

    // Who gets arcs is worked out when it is asked, by the configuration that would be made.
    private int? Report(ReportCopiedCommand command)
    {
        if (command.Job < 1 || command.Job > _jobs.Count)
            return null;
        ModelJob job = _jobs[(int)command.Job - 1];
        if (job.Step == JobStep.Waiting)
            return null;
        if (job.Step != JobStep.Copying)
            return job.Number;
        int[] owners = OwnersAfter(job, [.. _shards.Values.Where(shard => shard.Group.Number != job.Leaver), .. job.Shards]);
        HashSet<int> destinations = [.. Enumerable.Range(0, Arc.Count).Where(arc => Now[arc] != owners[arc]).Select(arc => owners[arc])];
        if (!destinations.Contains(command.Group.Number))
            return null;
        job.Copied.Add(command.Group.Number);
        if (job.Copied.SetEquals(destinations))
            job.Step = JobStep.Draining;
        return job.Number;
    }

    private int? Finish(FinishMovesCommand command)
    {
        if (command.Job < 1 || command.Job > _jobs.Count)
            return null;
        ModelJob job = _jobs[(int)command.Job - 1];
        if (job.Step == JobStep.Done)
            return job.Number;
        if (job.Step != JobStep.Committed || !job.Parties.Contains(command.Group.Number))
            return null;
        job.Awaited.Remove(command.Group.Number);
        if (job.Awaited.Count == 0)
            job.Step = JobStep.Done;
        Begin();
        return job.Number;
    }

    private int? Take(ModelJob job)
    {
        if (_jobs.Count(static open => open.Step == JobStep.Waiting) >= 64)
            return null;
        job.Number = _jobs.Count + 1;
        _jobs.Add(job);
        Begin();
        return job.Number;
    }

    private void Begin()
    {
        while (UnderWay is { Step: JobStep.Waiting } job)
        {
            bool isImpossible = (job.Leaver != 0 && _shards.Count == 1) || (job.Target != 0 && (!_shards.ContainsKey(job.Target) || job.Arcs.Any(arc => Now[arc] == job.Target)));
            job.Step = isImpossible ? JobStep.Failed : JobStep.Copying;
            if (isImpossible || (Owners.Count > 1 && !OwnersAfter(job, [.. _shards.Values.Where(shard => shard.Group.Number != job.Leaver), .. job.Shards]).SequenceEqual(Now)))
                continue;
            Make(job);
            job.Step = JobStep.Done;
        }
    }

    private void Make(ModelJob job)
    {
        foreach (NewShard shard in job.Shards)
        {
            _shards.Add(shard.Group.Number, shard);
            _addedBy.Add(shard.Group.Number, job.Number);
        }

        if (job.Leaver != 0)
            _removed.Add(job.Leaver);
        _shards.Remove(job.Leaver);
        int[] owners = OwnersAfter(job, _shards.Values);
        job.Parties = [.. Enumerable.Range(0, Arc.Count).Where(arc => Now[arc] != owners[arc] && Now[arc] != 0).SelectMany(arc => new[] { Now[arc], owners[arc] })];
        job.Awaited = [.. job.Parties];
        if (job.Awaited.Count == 0)
            job.Step = JobStep.Done;
        job.IsMade = true;
        Owners.Add(owners);
    }

    // The owners by the ring of all shards of the next configuration, looked at once for all joiners.
    private int[] OwnersAfter(ModelJob job, IEnumerable<NewShard> shards)
    {
        Ring ring = new(shards.Select(static shard => new RingMember(shard.Group, shard.Points)));
        int[] owners = [.. Now];
        for (int arc = 0; arc < Arc.Count; arc++)
        {
            int onRing = ring.OwnerOf(new Arc(arc)).Number;
            if (job.Arcs.Contains(arc))
                owners[arc] = job.Target;
            else if (owners[arc] == job.Leaver || job.Shards.Exists(shard => shard.Group.Number == onRing))
                owners[arc] = onRing;
        }

        return owners;
    }

    private ModelJob? Removing(int group) => _jobs.Find(job => !job.Step.IsEnd() && job.Leaver == group);

    /// <summary>A job of the model.</summary>
    internal sealed class ModelJob
    {
        private JobStep _step = JobStep.Waiting;

        public int Number { get; set; }

        public List<NewShard> Shards { get; init; } = [];

        public int Leaver { get; init; }

        public int Target { get; init; }

        public SortedSet<int> Arcs { get; init; } = [];

        public HashSet<int> Copied { get; } = [];

        public HashSet<int> Parties { get; set; } = [];

        public HashSet<int> Awaited { get; set; } = [];

        /// <summary>Its configuration is made, or it never will.</summary>
        public bool IsMade { get; set; }

        public JobStep Step
        {
            get => _step;
            set
            {
                _step = value;
                IsMade |= value is JobStep.Cancelled or JobStep.Failed;
            }
        }
    }
}
