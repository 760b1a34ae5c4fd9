using NUnit.Framework;
using PaxosShard.Hashing;
using PaxosShard.Master.Core;
using PaxosShard.Replica.Core.Steps;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;
using PaxosShard.Wire.Placement;

namespace PaxosShard.Tests.Unit.Placement;

/// <summary>Random commands: against a model, on two machines, and each of them twice.</summary>
public sealed class RandomPlacementTests
{
    private const int Commands = 400;

    [Test]
    public void The_machine_does_what_the_model_does([Range(1, 30)] int seed)
    {
        RandomRequests requests = new(new Random(seed));
        PlacementGroup group = new();
        PlacementModel model = new();
        for (int count = 0; count < Commands; count++)
        {
            byte[] command = requests.Next(group);
            CommandResult result = group.Apply(command);
            int? expected = model.Apply(command);

            Assert.That(result.Status, Is.EqualTo(expected is null ? ReplyStatus.Rejected : ReplyStatus.Ok));
            if (expected is { } job)
                Assert.That(JobResult.Decode(result.Payload.Span), Is.EqualTo(new JobResult(job, model.StepOf(job), model.Owners.Count - 1)));
            AssertUnderWay(group, model.UnderWay);
            Assert.That(group.Machine.Occupancy.Used, Is.LessThanOrEqualTo(group.Machine.Occupancy.Allowed));
        }

        for (int number = 0; number < model.Owners.Count; number++)
            Assert.That(Enumerable.Range(0, Arc.Count).Select(arc => group.State.History[number].OwnerOf(new Arc(arc)).Number).SequenceEqual(model.Owners[number]), $"configuration {number}");
    }

    [Test]
    public void How_far_the_jobs_are_only_grows_and_who_waits_is_touched_whenever_it_does([Range(1, 30)] int seed)
    {
        RandomRequests requests = new(new Random(seed));
        PlacementGroup group = new();
        HashSet<JobStep> seen = [];
        long told = group.State.Position;
        group.Machine.TakeTouched([]);
        for (int count = 0; count < Commands; count++)
        {
            group.Apply(requests.Next(group));
            List<string> topics = [];
            group.Machine.TakeTouched(topics);
            WatchJobResult? news = group.WatchJob(told);

            Assert.That(group.State.Position, Is.GreaterThanOrEqualTo(told));
            Assert.That((news is not null, topics.Contains(WatchJobQuery.Topic)), Is.EqualTo((group.State.Position > told, group.State.Position > told)));
            AssertNews(group, group.WatchJob(-1)!);
            told = group.State.Position;
            if (group.UnderWay is { } underWay)
                seen.Add(underWay.Step);
        }

        Assert.That(seen, Is.EquivalentTo(new[] { JobStep.Copying, JobStep.Draining, JobStep.Committed }));
    }

    [Test]
    public void Two_machines_that_run_the_same_commands_are_the_same([Range(1, 10)] int seed)
    {
        RandomRequests requests = new(new Random(seed));
        PlacementGroup group = new();
        PlacementGroup other = new();
        for (int count = 0; count < Commands; count++)
        {
            byte[] command = requests.Next(group);
            CommandResult result = group.Apply(command);
            CommandResult same = other.Apply([.. command]);

            Assert.That(Convert.ToHexString(same.Payload.ToArray()), Is.EqualTo(Convert.ToHexString(result.Payload.ToArray())));
            Assert.That(other.Machine.Hash, Is.EqualTo(group.Machine.Hash));
        }

        Assert.That(other.Answers(), Is.EqualTo(group.Answers()));
    }

    [Test]
    public void A_command_that_comes_twice_changes_nothing_the_second_time([Range(1, 10)] int seed)
    {
        RandomRequests requests = new(new Random(seed));
        PlacementGroup group = new();
        for (int count = 0; count < Commands; count++)
        {
            byte[] command = requests.Next(group);
            CommandResult result = group.Apply(command);
            ulong hash = group.Machine.Hash;
            CommandResult again = group.Apply(command);

            Assert.That((again.Status, group.Machine.Hash), Is.EqualTo((result.Status, hash)));
        }
    }

    [Test]
    public void What_was_said_of_a_job_changes_nothing_whenever_it_comes_again([Range(1, 10)] int seed)
    {
        RandomRequests requests = new(new Random(seed));
        PlacementGroup group = new();
        List<byte[]> said = [];
        for (int count = 0; count < Commands; count++)
        {
            byte[] command = requests.Next(group);
            ulong before = group.Machine.Hash;
            group.Apply(command);
            ulong hash = group.Machine.Hash;
            if (hash != before && (PlacementCommandKind)command[0] is PlacementCommandKind.CancelJob or PlacementCommandKind.AdvanceJob or PlacementCommandKind.ReportCopied or PlacementCommandKind.FinishMoves)
                said.Add(command);
            foreach (byte[] late in said)
                group.Apply(late);

            Assert.That(group.Machine.Hash, Is.EqualTo(hash));
        }
    }

    [Test]
    public void Histories_that_differ_in_one_command_have_different_hashes()
    {
        ulong[] hashes = [.. new byte[][]
        {
            PlacementGroup.Add(3), PlacementGroup.Add(4), PlacementGroup.Add([PlacementGroup.ShardOf(3, points: 9)]), PlacementGroup.Add([PlacementGroup.ShardOf(3, host: "127.0.0.2")]),
            PlacementGroup.Remove(1), PlacementGroup.Remove(2), PlacementGroup.Add(3, 4),
        }.Select(HashAfter)];

        Assert.That(hashes, Is.Unique);
    }

    [Test]
    public void Every_step_of_a_job_changes_the_hash()
    {
        PlacementGroup group = PlacementGroup.Of(1, 2);
        HashSet<ulong> hashes = [0, group.Machine.Hash];
        byte[][] commands =
        [
            PlacementGroup.Add(4), PlacementGroup.Cancel(2), PlacementGroup.Add(3), PlacementGroup.Advance(3, JobStep.Copying, JobStep.Draining),
            PlacementGroup.Advance(3, JobStep.Draining, JobStep.Committed), PlacementGroup.Finish(3, new GroupId(3)), PlacementGroup.Finish(3, new GroupId(1)),
            PlacementGroup.Finish(3, new GroupId(2)),
        ];
        foreach (byte[] command in commands)
        {
            group.Accept(command);
            Assert.That(hashes.Add(group.Machine.Hash), Is.True);
        }
    }

    private static ulong HashAfter(byte[] command)
    {
        PlacementGroup group = PlacementGroup.Of(1, 2);
        group.Accept(command);
        return group.Machine.Hash;
    }

    private static void AssertNews(PlacementGroup group, WatchJobResult news)
    {
        PlacementJob? open = group.State.Jobs.FirstOpen;
        Assert.That((news.Position, news.Latest), Is.EqualTo((group.State.Position, group.Latest.Number)));
        Assert.That((news.UnderWay?.Job, news.UnderWay?.Step, news.UnderWay?.Configuration), Is.EqualTo((open?.Number, open?.Step, open?.From)));
        Assert.That(news.UnderWay?.Transfers.Sum(static transfer => transfer.Arcs.Count), Is.EqualTo(open?.Moves));
        for (long job = 1; job <= group.State.Jobs.Last; job++)
            Assert.That(news.HasPassed(job), Is.EqualTo(group.State.Jobs.Find(job) is not { } kept || (kept.Step.IsEnd() && (open is null || job < open.Number))), $"job {job}");
    }

    private static void AssertUnderWay(PlacementGroup group, PlacementModel.ModelJob? job)
    {
        JobUnderWay? underWay = group.UnderWay;
        Assert.That((underWay?.Job, underWay?.Step), Is.EqualTo(((long?)job?.Number, job?.Step)));
        if (underWay is { Step: JobStep.Committed })
            Assert.That(group.Awaited.Select(static party => party.Number), Is.EquivalentTo(job!.Awaited));
    }
}
