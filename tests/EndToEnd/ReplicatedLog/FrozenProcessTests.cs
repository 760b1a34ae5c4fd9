using NUnit.Framework;
using PaxosShard.Client;
using PaxosShard.Tests.EndToEnd.Harness;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Tests.EndToEnd.ReplicatedLog;

/// <summary>Processes are frozen and thawed: their connections stay, their clocks jump.</summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
public sealed class FrozenProcessTests
{
    [Test]
    [CancelAfter(240_000)]
    public async Task A_primary_that_was_frozen_never_answers_a_read_with_what_was_true_before(CancellationToken cancellation)
    {
        await using TestGroup group = await TestGroup.StartAsync(3, cancellation);
        ReplicaProcess old = await group.PrimaryAsync(cancellation);
        await using TestClients clients = await TestClients.ConnectAsync(group, 1, Eventually.Patience, cancellation);
        Writer writer = clients.Writers.Single();
        await writer.SayAsync(1, cancellation);
        await using RawClient early = await RawClient.OpenAsync(old.Address, cancellation);
        await using RawClient late = await RawClient.OpenAsync(old.Address, cancellation);

        old.Pause();
        await writer.SayAsync(20, cancellation);
        long last = writer.Sent[^1].Number;
        await early.SendAsync(new ReadHistoryQuery("lobby", 0, 1).Encode(), cancellation);
        old.Continue();
        await late.SendAsync(new ReadHistoryQuery("lobby", 0, 1).Encode(), cancellation);

        AssertFresh(await early.ReceiveReplyAsync(cancellation), last);
        AssertFresh(await late.ReceiveReplyAsync(cancellation), last);
        Assert.That(writer.Acknowledged, Is.EqualTo(21));
        LogAudit.Check(await group.StopAndExportAsync(cancellation), writer);
    }

    [Test]
    [CancelAfter(240_000)]
    public async Task Service_goes_on_after_all_were_frozen(CancellationToken cancellation)
    {
        await using TestGroup group = await TestGroup.StartAsync(3, cancellation);
        await using Load load = await Load.StartAsync(group, 2, cancellation);
        await load.GoesOnAsync(200, cancellation);

        foreach (ReplicaProcess replica in group.Replicas)
            replica.Pause();
        UnavailableException silence = (await Assert.CatchAsync<UnavailableException>(
            () => ChatLogClient.ConnectAsync(group.ClientOptions(TimeSpan.FromSeconds(1)), cancellation)))!;
        foreach (ReplicaProcess replica in group.Replicas)
            replica.Continue();
        await load.GoesOnAsync(200, cancellation);
        await load.StopAsync();

        Assert.That(silence.Addresses.Select(failure => failure.Address), Is.EquivalentTo(group.Members));
        LogAudit.Check(await group.StopAndExportAsync(cancellation), load.Writers);
        Assert.That(load.Sent, Has.All.Property(nameof(SentMessage.Fate)).EqualTo(MessageFate.Committed));
    }

    [Test]
    [CancelAfter(240_000)]
    public async Task Primaries_that_are_frozen_by_turns_split_nothing(CancellationToken cancellation)
    {
        await using TestGroup group = await TestGroup.StartAsync(3, cancellation);
        await using Load load = await Load.StartAsync(group, 2, cancellation);
        for (int round = 0; round < 4; round++)
        {
            ReplicaProcess primary = await group.PrimaryAsync(cancellation);
            primary.Pause();
            await load.GoesOnAsync(100, cancellation);
            primary.Continue();
        }

        await load.GoesOnAsync(100, cancellation);

        await LogAudit.EndAndCheckAllCommittedAsync(group, load, cancellation);
    }

    /// <summary>Between replicas the longest time-out is 10 s: a send that makes no progress. A hello and a frame have 5 s.</summary>
    [Test]
    [CancelAfter(300_000)]
    public async Task A_follower_that_was_frozen_for_longer_than_its_time_outs_goes_on_as_if_nothing_had_been(CancellationToken cancellation)
    {
        await using TestGroup group = await TestGroup.StartAsync(3, cancellation, TestGroupOptions.Patient);
        ReplicaProcess primary = await group.PrimaryAsync(cancellation);
        ReplicaProcess follower = group.Replicas[(primary.Index + 1) % 3];
        await using TestClients clients = await TestClients.ConnectAsync(group, 1, Eventually.Patience, cancellation);
        Writer writer = clients.Writers.Single();
        await writer.SayAsync(5, cancellation);
        await group.SettleAsync(cancellation);
        View view = (await primary.StatusAsync(cancellation))!.View;
        IReadOnlyList<string> before = [];
        await Eventually.HoldsAsync(
            "there are two connections for each pair, two ends for each",
            () => (before = ReplicaConnections.Between(group.Replicas)).Count == 12 ? null : string.Join(' ', before),
            cancellation);
        await using HalfHello hello = await HalfHello.BeginAsync(follower.Address, cancellation);

        follower.Pause();
        for (int second = 0; second < 12; second++)
        {
            await writer.SayAsync(2, cancellation);
            await Task.Delay(TimeSpan.FromSeconds(1), cancellation);
        }

        await hello.EndAsync(cancellation);
        follower.Continue();

        Assert.That(await hello.ReadAnswerAsync(cancellation), Is.InstanceOf<Hello>(), "it was said half before the pause, and half in it");
        await group.SettleAsync(cancellation);
        await writer.SayAsync(5, cancellation);
        await group.SettleAsync(cancellation);
        await Eventually.HoldsAsync(
            "the connections are those of before",
            () => FindDifference(before, ReplicaConnections.Between(group.Replicas)),
            cancellation);
        foreach (ReplicaProcess replica in group.Replicas)
            Assert.That((await replica.StatusAsync(cancellation))!.View, Is.EqualTo(view));
        LogAudit.Check(await group.StopAndExportAsync(cancellation), writer);
    }

    private static string? FindDifference(IReadOnlyList<string> before, IReadOnlyList<string> after) =>
        after.SequenceEqual(before, StringComparer.Ordinal)
            ? null
            : $"gone are [{string.Join(' ', before.Except(after, StringComparer.Ordinal))}], new are [{string.Join(' ', after.Except(before, StringComparer.Ordinal))}]";

    private static void AssertFresh(ClientReply reply, long last)
    {
        if (reply.Status == ReplyStatus.Ok)
            Assert.That(HistoryResult.Decode(reply.Payload.Span).Last, Is.EqualTo(last), "an answer of the old primary");
        else
            Assert.That(reply.Status, Is.AnyOf(ReplyStatus.Redirect, ReplyStatus.NoQuorum));
    }
}
