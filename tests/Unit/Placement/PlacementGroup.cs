using System.Text;
using NUnit.Framework;
using PaxosShard.Hashing;
using PaxosShard.Hashing.Configurations;
using PaxosShard.Master.Core;
using PaxosShard.Replica.Core.Execution;
using PaxosShard.Replica.Core.Steps;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;
using PaxosShard.Wire.Placement;

namespace PaxosShard.Tests.Unit.Placement;

/// <summary>A placement machine, and what is asked of it in a line each.</summary>
/// <param name="machine">The machine.</param>
internal sealed class PlacementGroup(PlacementMachine machine)
{
    /// <summary>Few points, so that many rings are made in little time.</summary>
    public const int Points = 32;

    public PlacementGroup()
        : this(new PlacementMachine())
    {
    }

    public PlacementMachine Machine => machine;

    public PlacementState State => machine.State;

    public Configuration Latest => machine.Latest;

    /// <summary>The job under way, as whoever drives it is told; null for none.</summary>
    public JobUnderWay? UnderWay => WatchJob(-1)!.UnderWay;

    /// <summary>The groups that take part in it and have not reported, ascending.</summary>
    public GroupId[] Awaited => [.. State.Plan!.Parties.Except(State.Jobs.FirstOpen!.Reported)];

    /// <summary>A group with configuration 1, made by job 1.</summary>
    public static PlacementGroup Of(params ReadOnlySpan<int> shards)
    {
        PlacementGroup group = new();
        group.Accept(Add(shards));
        return group;
    }

    public static NewShard ShardOf(int group, int points = Points, string host = "127.0.0.1") => new(new GroupId(group), points, [$"{host}:{7000 + group}", $"{host}:{8000 + group}"]);

    public static byte[] Add(params ReadOnlySpan<int> groups)
    {
        List<NewShard> shards = [];
        foreach (int group in groups)
            shards.Add(ShardOf(group));
        return Add(shards);
    }

    public static byte[] Add(IReadOnlyList<NewShard> shards) => new AddShardsCommand(shards).Encode();

    public static byte[] Remove(int group) => new RemoveShardCommand(new GroupId(group)).Encode();

    public static byte[] Move(int to, params IReadOnlyList<int> arcs) => new MoveArcsCommand(arcs, new GroupId(to)).Encode();

    /// <summary>The same request, with a job that is a barrier.</summary>
    public static byte[] Barrier(byte[] request) => [.. request, 1];

    public static byte[] Cancel(long job) => new CancelJobCommand(job).Encode();

    public static byte[] Advance(long job, JobStep from, JobStep to) => new AdvanceJobCommand(job, from, to).Encode();

    public static byte[] Copied(long job, int group) => new ReportCopiedCommand(job, new GroupId(group)).Encode();

    public static byte[] Finish(long job, GroupId group) => new FinishMovesCommand(job, group).Encode();

    public CommandResult Apply(byte[] command) => machine.Apply(command, wall: 1, logTime: 1);

    /// <summary>Runs a command that is not refused.</summary>
    public JobResult Accept(byte[] command)
    {
        CommandResult result = Apply(command);
        Assert.That(result.Status, Is.EqualTo(ReplyStatus.Ok), Encoding.UTF8.GetString(result.Payload.Span));
        return JobResult.Decode(result.Payload.Span);
    }

    /// <summary>Runs a command that is rejected, which changes nothing.</summary>
    /// <returns>The reason.</returns>
    public string Reject(byte[] command)
    {
        ulong hash = machine.Hash;
        CommandResult result = Apply(command);
        Assert.That((result.Status, machine.Hash), Is.EqualTo((ReplyStatus.Rejected, hash)));
        return Encoding.UTF8.GetString(result.Payload.Span);
    }

    /// <summary>Takes the job under way, which is copying, to its end.</summary>
    /// <returns>Its number.</returns>
    public long Drive()
    {
        long job = UnderWay!.Job;
        Commit();
        while (UnderWay?.Job == job)
            Accept(Finish(job, Awaited[0]));
        return job;
    }

    /// <summary>Takes the job under way, which is copying, to the step from which there is no way back.</summary>
    public JobResult Commit()
    {
        long job = UnderWay!.Job;
        Accept(Advance(job, JobStep.Copying, JobStep.Draining));
        return Accept(Advance(job, JobStep.Draining, JobStep.Committed));
    }

    /// <summary>A configuration by its number, as it is answered.</summary>
    public ConfigurationResult Read(long number)
    {
        CommandResult result = machine.Read(new ReadConfigurationQuery(number).Encode());
        Assert.That(result.Status, Is.EqualTo(ReplyStatus.Ok), Encoding.UTF8.GetString(result.Payload.Span));
        return ConfigurationResult.Decode(result.Payload.Span);
    }

    /// <summary>A page of the jobs.</summary>
    public JobsResult ReadJobs(long from = 0, int maximumCount = PlacementLimits.JobsPerPage)
    {
        CommandResult result = machine.Read(new ReadJobsQuery(from, maximumCount).Encode());
        Assert.That(result.Status, Is.EqualTo(ReplyStatus.Ok));
        return JobsResult.Decode(result.Payload.Span);
    }

    /// <summary>A job that is known.</summary>
    public PlacementJob Job(long number) => State.Jobs.Find(number)!;

    /// <summary>The groups of the latest shards, with spaces between.</summary>
    public string Shards() => string.Join(' ', Latest.Shards.Select(static shard => shard.Group.Number));

    /// <summary>The first arcs of a shard.</summary>
    public int[] ArcsOf(int group, int count) => [.. Latest.ArcsOf(new GroupId(group)).Take(count).Select(static arc => arc.Number)];

    /// <summary>Whose an arc is.</summary>
    public int OwnerOf(int arc) => Latest.OwnerOf(new Arc(arc)).Number;

    /// <summary>Everything that can be asked of it, and its hash.</summary>
    public List<string> Answers()
    {
        List<string> answers = [$"{machine.Hash:x16} {machine.Occupancy.Used} {UnderWay is null}"];
        for (long number = 0; number <= Latest.Number; number++)
            answers.Add(Convert.ToHexString(Read(number).Configuration.Span));
        long next = 0;
        for (JobsResult page = ReadJobs(); page.Jobs.Count > 0; page = ReadJobs(next))
        {
            answers.AddRange(page.Jobs.Select(static job => Convert.ToHexString(job.Encode())));
            next = page.Jobs[page.Jobs.Count - 1].Number + 1;
        }

        if (UnderWay is { } job)
            answers.Add($"{job.Job} {job.Step} {job.Configuration} {string.Join(' ', State.Plan!.Moves)} {string.Join(' ', Awaited)}");
        return answers;
    }

    /// <summary>The latest configuration as a wait gets it; null when the wait goes on.</summary>
    public ConfigurationResult? Watch(long above)
    {
        CommandResult? answer = machine.TryAnswer(new WatchConfigurationQuery(above, 1000).Encode(), out Wait wait);
        if (answer is null)
            Assert.That(wait, Is.EqualTo(new Wait(WatchConfigurationQuery.Topic, above, 1000)));
        return answer is { } result ? ConfigurationResult.Decode(result.Payload.Span) : null;
    }

    /// <summary>The job under way as a wait gets it; null when the wait goes on.</summary>
    public WatchJobResult? WatchJob(long above)
    {
        CommandResult? answer = machine.TryAnswer(new WatchJobQuery(above, 1000).Encode(), out Wait wait);
        if (answer is null)
            Assert.That(wait, Is.EqualTo(new Wait(WatchJobQuery.Topic, above, 1000)));
        return answer is { } result ? WatchJobResult.Decode(result.Payload.Span) : null;
    }
}
