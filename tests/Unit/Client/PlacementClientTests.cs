using NUnit.Framework;
using PaxosShard.Client;
using PaxosShard.Hashing.Configurations;
using PaxosShard.Master.Core;
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

    [Test]
    public async Task The_first_shards_are_in_configuration_1_which_can_be_read_and_waited_for()
    {
        await using FakeGroup masters = Masters();
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
        await using FakeGroup masters = Masters();
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
    public async Task What_a_rule_forbids_is_rejected_with_its_reason()
    {
        await using FakeGroup masters = Masters();
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
                return ReplyTo(shard, request, new CommandResult(ReplyStatus.Ok, arcs.Encode()));
            if (AdoptConfigurationCommand.TryRead(request.Command, out AdoptConfigurationCommand adopt))
                told = adopt.Configuration.ToArray();
            return ReplyTo(shard, request, new CommandResult(ReplyStatus.Ok, new AdoptConfigurationResult(5).Encode()));
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
    private static FakeGroup Masters()
    {
        PlacementMachine machine = new();
        FakeGroup group = new(replicas: 1) { Group = GroupId.Masters };
        group.Answers = request => ReplyTo(group, request, ResultOf(machine, request.Command));
        return group;
    }

    private static CommandResult ResultOf(PlacementMachine machine, ReadOnlyMemory<byte> command) => machine.Classify(command.Span) switch
    {
        CommandClass.Write => machine.Apply(command, wall: 0, logTime: 0),
        CommandClass.Read => machine.Read(command.Span),
        _ => machine.TryAnswer(command.Span, out Wait wait) ?? machine.AnswerExpired(in wait),
    };

    private static ClientReply ReplyTo(FakeGroup group, ClientRequest request, CommandResult result) =>
        new(request.Session, request.Sequence, result.Status, group.View, result.Payload) { LogTime = group.LogTime };
}
