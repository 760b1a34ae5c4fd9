using NUnit.Framework;
using PaxosShard.Client;
using PaxosShard.Hashing.Configurations;
using PaxosShard.Replica.Core.Execution;
using PaxosShard.Replica.Core.Steps;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;
using PaxosShard.Wire.Placement;

namespace PaxosShard.Tests.Unit.Client;

/// <summary>The masters, and one shard, as they are asked and told by way of the library.</summary>
public sealed class PlacementClientTests
{
    private static readonly NewShard[] _shards = [new(new GroupId(1), 100, ["127.0.0.1:7001"]), new(new GroupId(2), 100, ["127.0.0.1:7002"])];

    private static TimeSpan Waiting { get; } = TimeSpan.FromSeconds(1);

    [Test]
    public async Task The_first_shards_are_in_configuration_1_which_can_be_read_and_waited_for()
    {
        await using FakeGroup masters = FakeMasters.Start();
        await using PlacementClient client = PlacementClient.Start(ClientTestOptions.For(masters));

        JobResult job = await client.AddShardsAsync(_shards, CancellationToken.None);
        ConfigurationResult read = await client.ReadConfigurationAsync(1, CancellationToken.None);
        ConfigurationResult watched = await client.WatchConfigurationAsync(0, TimeSpan.FromSeconds(1), CancellationToken.None);
        ConfigurationResult none = await client.WatchConfigurationAsync(1, TimeSpan.Zero, CancellationToken.None);

        Assert.That(job, Is.EqualTo(new JobResult(1, JobStep.Done, 1)));
        Assert.That(Configuration.Decode(read.Configuration.Span).Shards.Select(static shard => shard.Group.Number), Is.EqualTo(new[] { 1, 2 }));
        Assert.That(watched.Configuration.ToArray(), Is.EqualTo(read.Configuration.ToArray()));
        Assert.That((none.Latest, none.Configuration.Length), Is.EqualTo((1L, 0)));
    }

    [Test]
    public async Task Jobs_are_begun_listed_and_cancelled()
    {
        await using FakeGroup masters = FakeMasters.Start();
        await using PlacementClient client = PlacementClient.Start(ClientTestOptions.For(masters));
        await client.AddShardsAsync(_shards, CancellationToken.None);

        JobResult removing = await client.RemoveShardAsync(new GroupId(2), CancellationToken.None);
        JobResult cancelled = await client.CancelJobAsync(removing.Job, CancellationToken.None);
        JobsResult jobs = await client.JobsAsync(0, 10, CancellationToken.None);

        Assert.That((removing.Job, removing.Step), Is.EqualTo((2L, JobStep.Copying)));
        Assert.That(cancelled.Step, Is.EqualTo(JobStep.Cancelled));
        Assert.That(jobs.Jobs.Select(static job => job.Kind), Is.EqualTo(new[] { JobKind.AddShards, JobKind.RemoveShard }));
    }

    [Test]
    public async Task A_job_is_watched_and_taken_from_step_to_step_until_it_is_done()
    {
        await using FakeGroup masters = FakeMasters.Start();
        await using PlacementClient client = PlacementClient.Start(ClientTestOptions.For(masters));
        await client.AddShardsAsync(_shards, CancellationToken.None);
        WatchJobResult before = await client.WatchJobAsync(-1, Waiting, CancellationToken.None);

        await client.RemoveShardAsync(new GroupId(2), CancellationToken.None);
        WatchJobResult copying = await client.WatchJobAsync(before.Position, Waiting, CancellationToken.None);
        JobResult copied = await client.ReportCopiedAsync(2, new GroupId(1), CancellationToken.None);
        WatchJobResult draining = await client.WatchJobAsync(copying.Position, Waiting, CancellationToken.None);
        JobResult advanced = await client.AdvanceJobAsync(2, JobStep.Draining, JobStep.Committed, CancellationToken.None);
        JobResult ofOne = await client.FinishMovesAsync(2, new GroupId(1), CancellationToken.None);
        WatchJobResult committed = await client.WatchJobAsync(draining.Position, Waiting, CancellationToken.None);
        JobResult ofBoth = await client.FinishMovesAsync(2, new GroupId(2), CancellationToken.None);
        WatchJobResult after = await client.WatchJobAsync(committed.Position, Waiting, CancellationToken.None);

        Assert.That((before.Position, before.Latest, before.UnderWay), Is.EqualTo((16L, 1L, (JobUnderWay?)null)));
        JobUnderWay job = copying.UnderWay ?? throw new InvalidOperationException("no job is under way");
        Assert.That((job.Job, job.Kind, job.Step, job.Configuration), Is.EqualTo((2L, JobKind.RemoveShard, JobStep.Copying, 1L)));
        Assert.That(job.Transfers.Select(static transfer => (transfer.From, transfer.To)), Is.EqualTo(new[] { (new GroupId(2), new GroupId(1)) }));
        Assert.That(copied, Is.EqualTo(new JobResult(2, JobStep.Draining, 1)));
        Assert.That(draining.UnderWay?.Step, Is.EqualTo(JobStep.Draining));
        Assert.That(advanced, Is.EqualTo(new JobResult(2, JobStep.Committed, 2)));
        Assert.That(ofOne, Is.EqualTo(advanced));
        Assert.That(committed.UnderWay?.Reported, Is.EqualTo(new[] { new GroupId(1) }));
        Assert.That(ofBoth, Is.EqualTo(new JobResult(2, JobStep.Done, 2)));
        Assert.That((after.Position, after.Latest, after.UnderWay), Is.EqualTo((24L, 2L, (JobUnderWay?)null)));
    }

    [Test]
    public async Task Who_watches_jobs_hears_at_the_end_of_the_wait_that_nothing_has_changed()
    {
        await using FakeGroup masters = FakeMasters.Start();
        await using PlacementClient client = PlacementClient.Start(ClientTestOptions.For(masters));
        await client.AddShardsAsync(_shards, CancellationToken.None);
        WatchJobResult known = await client.WatchJobAsync(-1, Waiting, CancellationToken.None);

        WatchJobResult same = await client.WatchJobAsync(known.Position, TimeSpan.Zero, CancellationToken.None);

        Assert.That(same, Is.EqualTo(known));
    }

    [TestCase(-1L, 0)]
    [TestCase(1500L, 1500)]
    [TestCase(1L << 40, int.MaxValue)]
    public async Task The_time_for_which_a_watch_is_held_is_said_in_milliseconds(long wanted, int said)
    {
        List<WatchJobQuery> asked = [];
        await using FakeGroup masters = new(replicas: 1) { Group = GroupId.Masters };
        masters.Answers = request =>
        {
            asked.Add(WatchJobQuery.Decode(request.Command.Span));
            return FakeMasters.ReplyTo(masters, request, new CommandResult(ReplyStatus.Ok, new WatchJobResult(9, 8, null).Encode()));
        };
        await using PlacementClient client = PlacementClient.Start(ClientTestOptions.For(masters));

        await client.WatchJobAsync(7, TimeSpan.FromMilliseconds(wanted), CancellationToken.None);

        Assert.That(asked, Is.EqualTo(new[] { new WatchJobQuery(7, said) }));
    }

    [Test]
    public async Task Reports_and_steps_that_no_job_waits_for_are_rejected_with_their_reason()
    {
        await using FakeGroup masters = FakeMasters.Start();
        await using PlacementClient client = PlacementClient.Start(ClientTestOptions.For(masters));
        await client.AddShardsAsync(_shards, CancellationToken.None);
        await client.RemoveShardAsync(new GroupId(2), CancellationToken.None);

        Assert.That(async () => await client.ReportCopiedAsync(2, new GroupId(2), CancellationToken.None), Throws.TypeOf<RejectedException>().With.Message.Contains("group 2 has no part"), "it gives");
        Assert.That(async () => await client.ReportCopiedAsync(3, new GroupId(1), CancellationToken.None), Throws.TypeOf<RejectedException>().With.Message.Contains("job 3 is not known"));
        Assert.That(async () => await client.FinishMovesAsync(2, new GroupId(1), CancellationToken.None), Throws.TypeOf<RejectedException>().With.Message.Contains("not committed"));
        Assert.That(async () => await client.AdvanceJobAsync(2, JobStep.Copying, JobStep.Committed, CancellationToken.None), Throws.TypeOf<RejectedException>().With.Message.Contains("no job is told"));
        Assert.That(async () => await client.AdvanceJobAsync(9, JobStep.Draining, JobStep.Committed, CancellationToken.None), Throws.TypeOf<RejectedException>().With.Message.Contains("job 9 is not known"));
        Assert.That(await client.AdvanceJobAsync(2, JobStep.Draining, JobStep.Committed, CancellationToken.None), Is.EqualTo(new JobResult(2, JobStep.Copying, 1)), "it is in another step");
    }

    [Test]
    public async Task What_a_rule_forbids_is_rejected_with_its_reason()
    {
        await using FakeGroup masters = FakeMasters.Start();
        await using PlacementClient client = PlacementClient.Start(ClientTestOptions.For(masters));

        Assert.That(async () => await client.RemoveShardAsync(new GroupId(9), CancellationToken.None), Throws.TypeOf<RejectedException>().With.Message.Contains("group 9 is no shard"));
        Assert.That(async () => await client.MoveArcsAsync([1], new GroupId(9), CancellationToken.None), Throws.TypeOf<RejectedException>());
        Assert.That(async () => await client.ReadConfigurationAsync(5, CancellationToken.None), Throws.TypeOf<RejectedException>().With.Message.Contains("no configuration 5 yet"));
    }

    [Test]
    public async Task Whoever_keeps_no_configurations_is_not_taken_for_the_masters()
    {
        await using FakeGroup group = new();
        await using PlacementClient client = PlacementClient.Start(ClientTestOptions.For(group));

        Assert.That(async () => await client.ReadConfigurationAsync(0, CancellationToken.None), Throws.TypeOf<NotAppliedException>().With.Message.Contains("keeps no configurations"));
        Assert.That(
            async () => await client.WatchConfigurationAsync(0, TimeSpan.FromSeconds(1), CancellationToken.None),
            Throws.TypeOf<NotAppliedException>().With.Message.Contains("keeps no configurations"));
        Assert.That(async () => await client.WatchJobAsync(0, Waiting, CancellationToken.None), Throws.TypeOf<NotAppliedException>().With.Message.Contains("keeps no configurations"));
    }

    [Test]
    public async Task A_shard_says_what_it_serves_and_is_told_to_go_on()
    {
        ArcsResult arcs = new(4, 5, [6, 7]);
        ReadOnlyMemory<byte> told = default;
        await using FakeGroup shard = new();
        shard.Answers = request =>
        {
            if ((CommandKind)request.Command.Span[0] == CommandKind.ReadArcs)
                return FakeMasters.ReplyTo(shard, request, new CommandResult(ReplyStatus.Ok, arcs.Encode()));
            if (AdoptConfigurationCommand.TryRead(request.Command, out AdoptConfigurationCommand adopt))
                told = adopt.Configuration.ToArray();
            return FakeMasters.ReplyTo(shard, request, new CommandResult(ReplyStatus.Ok, new AdoptConfigurationResult(5).Encode()));
        };
        await using ShardClient client = ShardClient.Start(ClientTestOptions.For(shard));

        ArcsResult read = await client.ReadArcsAsync(CancellationToken.None);
        AdoptConfigurationResult adopted = await client.AdoptConfigurationAsync(new byte[] { 1, 2, 3 }, CancellationToken.None);

        Assert.That((read.Configuration, read.Hash), Is.EqualTo((4L, 5UL)));
        Assert.That(read.Served, Is.EqualTo(arcs.Served));
        Assert.That(adopted.Number, Is.EqualTo(5));
        Assert.That(told.ToArray(), Is.EqualTo(new byte[] { 1, 2, 3 }));
    }

    /// <summary>Masters that run the real machine; each command that arrives is run at once, and a wait ends at once.</summary>
}
