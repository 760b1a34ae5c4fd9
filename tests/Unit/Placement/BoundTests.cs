using System.Text;
using NUnit.Framework;
using PaxosShard.Hashing.Configurations;
using PaxosShard.Master.Core;
using PaxosShard.Master.Core.Jobs;
using PaxosShard.Wire;
using PaxosShard.Wire.Placement;
using static PaxosShard.Tests.Unit.Placement.PlacementGroup;

namespace PaxosShard.Tests.Unit.Placement;

/// <summary>Everything is bounded, and what is past a bound is refused with a reason, or forgotten.</summary>
public sealed class BoundTests
{
    [Test]
    public void So_many_jobs_may_wait_and_one_more_is_refused()
    {
        PlacementGroup group = Of(1);
        for (int shard = 2; shard < 2 + JobList.MostWaiting + 1; shard++)
            group.Accept(Add(shard));

        Assert.That(group.Reject(Add(100)), Does.Contain("64 jobs wait already"));
        Assert.That(group.Accept(Add(5)).Job, Is.EqualTo(5), "what is known is answered all the same");
        group.Accept(Cancel(10));
        Assert.That(group.Accept(Add(100)).Step, Is.EqualTo(JobStep.Waiting));
    }

    [Test]
    public void So_many_jobs_that_have_ended_are_kept()
    {
        PlacementGroup group = Of(1);
        group.Accept(Add(2));
        for (long job = 3; job < 3 + JobList.MostEnded + 10; job++)
        {
            group.Accept(Add(3));
            group.Accept(Cancel(job));
        }

        JobsResult jobs = group.ReadJobs(maximumCount: 1);
        Assert.That((jobs.First, jobs.Last), Is.EqualTo((2L, JobList.MostEnded + 12L)), "the one under way stays");
        Assert.That((group.State.Jobs.EndedCount, group.State.Jobs.OpenCount), Is.EqualTo((JobList.MostEnded, 1)));
        Assert.That(group.Reject(Cancel(5)), Does.Contain("job 5 is not known"));
        Assert.That(group.Accept(Add(1)), Is.EqualTo(new JobResult(1, JobStep.Done, 1)), "what a forgotten job has made is known all the same");
        Assert.That(group.Accept(Finish(1, group.Latest.Shards[0].Group)).Step, Is.EqualTo(JobStep.Done));
    }

    [Test]
    public void Jobs_that_have_ended_are_bounded_in_bytes_too()
    {
        JobList jobs = new();
        string host = new('a', 60);
        NewShard[] shards = [.. Enumerable.Range(1, 64).Select(number => ShardOf(number) with { Addresses = [.. Enumerable.Range(1, 7).Select(port => $"{host}.{host}.{host}.{host}:{port}")] })];
        for (int job = 1; job <= 300; job++)
            jobs.Put(new PlacementJob(job, JobKind.AddShards, JobStep.Cancelled) { Shards = shards });

        Assert.That(jobs.Bytes, Is.InRange(JobList.MostEndedBytes - (256 * 1024), JobList.MostEndedBytes));
        Assert.That((jobs.Last, jobs.Find(1)), Is.EqualTo((300L, (PlacementJob?)null)));
    }

    [Test]
    public void Past_the_last_configuration_no_job_is_taken()
    {
        PlacementGroup group = new(new PlacementMachine(configurations: 3));
        group.Accept(Add(1, 2));
        group.Accept(Add(3));
        group.Accept(Add(4));
        Assert.That(group.Reject(Add(5)), Does.Contain("more than 3 configurations"), "those that wait count");
        group.Accept(Cancel(3));
        group.Accept(Add(5));
        group.Drive();
        Assert.That(group.Reject(Remove(1)), Does.Contain("more than 3 configurations"));
        group.Drive();

        Assert.That((group.Latest.Number, group.Shards()), Is.EqualTo((3L, "1 2 3 5")));
        Assert.That(group.Reject(Remove(1)), Does.Contain("more than 3 configurations, all of which are kept"));
        Assert.That(group.Accept(Add(5)).Job, Is.EqualTo(4));
    }

    [Test]
    public void No_job_is_taken_for_which_there_might_be_no_space_until_it_has_ended()
    {
        PlacementGroup group = new(new PlacementMachine(stateBytes: 3 * PlacementBounds.BytesPerOpenJob));
        group.Accept(Add(1, 2));
        group.Accept(Add(3));
        group.Accept(Add(4));

        Assert.That(group.Reject(Add(5)), Does.Contain("the state is full"));
        group.Drive();
        group.Drive();
        group.Accept(Add(5));
        Assert.That(group.Machine.Occupancy.Used, Is.InRange(1L, group.Machine.Occupancy.Allowed));
    }

    [Test]
    public void A_machine_that_may_hold_nothing_is_none()
    {
        Assert.That(() => new PlacementMachine(configurations: 0), Throws.TypeOf<InvalidOptionsException>());
        Assert.That(() => new PlacementMachine(stateBytes: PlacementBounds.BytesPerOpenJob - 1), Throws.TypeOf<InvalidOptionsException>());
    }

    [Test]
    public void The_largest_configuration_and_job_fit_into_an_answer_and_into_what_is_kept_free()
    {
        int shard = sizeof(ushort) + (2 * sizeof(int)) + (Limits.Replicas * (sizeof(int) + Limits.Address));
        int job = 1024 + Limits.Reason + (PlacementLimits.ShardsPerCommand * shard) + (2 * Configuration.MostShards * sizeof(ushort));
        int configuration = Configuration.LongestEncoding;

        Assert.That(ConfigurationResult.HeaderSize + configuration, Is.LessThanOrEqualTo(Limits.Result));
        Assert.That(JobsResult.HeaderSize + job, Is.LessThanOrEqualTo(Limits.Result));
        Assert.That(configuration + job, Is.LessThanOrEqualTo(PlacementBounds.BytesPerOpenJob));
    }

    [Test]
    public void Every_reason_is_short_and_told_to_the_other_replicas()
    {
        string[] rules = [.. new PlacementMachine().Rules];

        Assert.That(Reasons.All.Select(static reason => Encoding.UTF8.GetByteCount(reason)), Is.All.LessThan(Limits.Reason));
        Assert.That(rules, Is.Unique);
        Assert.That(rules, Does.Contain("PlacementMachine.Configurations = 65536"));
        Assert.That(rules, Does.Contain("reason = no arc is named: name at least one"));
        Assert.That(new PlacementMachine(configurations: 7).CreateEmpty().Rules, Does.Contain("PlacementMachine.Configurations = 7"));
    }

    [Test]
    public void There_are_never_more_shards_than_a_configuration_takes()
    {
        PlacementGroup group = new();
        for (int first = 1; first <= Configuration.MostShards; first += PlacementLimits.ShardsPerCommand)
        {
            int last = Math.Min(first + PlacementLimits.ShardsPerCommand - 1, Configuration.MostShards);
            NewShard[] shards = [.. Enumerable.Range(first, last - first + 1).Select(static number => new NewShard(new(number), 1, ["a:1"]))];
            group.Accept(Add(shards));
            if (group.UnderWay is not null)
                group.Drive();
        }

        Assert.That(group.Reject(Add(2000)), Does.Contain($"more than {Configuration.MostShards} shards"));
    }
}
