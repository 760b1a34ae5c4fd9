using NUnit.Framework;
using PaxosShard.Client;
using PaxosShard.Tests.EndToEnd.Harness;

namespace PaxosShard.Tests.EndToEnd.ReplicatedLog;

/// <summary>Primaries are killed; nothing acknowledged is lost or doubled, and who is left goes on.</summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
public sealed class PrimaryDeathTests
{
    [Test]
    [CancelAfter(240_000)]
    public async Task A_primary_that_dies_in_mid_stream_costs_a_pause_and_no_message(CancellationToken cancellation)
    {
        await using TestGroup group = await TestGroup.StartAsync(3, cancellation);
        ReplicaProcess primary = await group.PrimaryAsync(cancellation);
        await using Load load = await Load.StartAsync(group, 2, cancellation);

        await load.GoesOnAsync(1000, cancellation);
        await primary.KillAsync();
        await load.GoesOnAsync(1000, cancellation);
        await load.StopAsync();

        group.Restart(primary.Index);
        LogAudit.Check(await group.StopAndExportAsync(cancellation), load.Writers);
        Assert.That(load.Sent, Has.All.Property(nameof(SentMessage.Fate)).EqualTo(MessageFate.Committed));
    }

    /// <summary>With this time-out nobody would notice within the patience of the test; what is noticed are the closed connections (rule 6).</summary>
    [Test]
    [CancelAfter(240_000)]
    public async Task A_primary_that_is_killed_under_load_is_replaced_without_waiting_for_the_time_out(CancellationToken cancellation)
    {
        await using TestGroup group = await TestGroup.StartAsync(3, cancellation, new TestGroupOptions { Arguments = _ => ["--timeout-ms", "600000"] });
        await using Load load = await Load.StartAsync(group, 2, cancellation);
        for (int round = 0; round < 3; round++)
        {
            ReplicaProcess primary = await group.PrimaryAsync(cancellation);
            await load.GoesOnAsync(200, cancellation);
            await primary.KillAsync();
            await load.GoesOnAsync(200, cancellation);
            group.Restart(primary.Index);
            await load.GoesOnAsync(200, cancellation);
        }

        await load.StopAsync();
        LogAudit.Check(await group.StopAndExportAsync(cancellation), load.Writers);
    }

    [Test]
    [CancelAfter(300_000)]
    public async Task Two_floods_go_on_while_two_of_five_replicas_are_killed(CancellationToken cancellation)
    {
        await using TestGroup group = await TestGroup.StartAsync(5, cancellation);
        ReplicaProcess first = await group.PrimaryAsync(cancellation);
        ReplicaProcess second = group.Replicas[(first.Index + 1) % 5];
        await using Load load = await Load.StartAsync(group, 2, cancellation);

        await load.GoesOnAsync(500, cancellation);
        await first.KillAsync();
        await second.KillAsync();
        await load.GoesOnAsync(500, cancellation);
        await load.StopAsync();

        group.Restart(first.Index);
        group.Restart(second.Index);
        LogAudit.Check(await group.StopAndExportAsync(cancellation), load.Writers);
        Assert.That(load.Sent, Has.All.Property(nameof(SentMessage.Fate)).EqualTo(MessageFate.Committed));
    }

    [Test]
    [CancelAfter(300_000)]
    public async Task Primaries_die_one_after_another_until_no_quorum_is_left_and_one_restart_brings_service_back(
        CancellationToken cancellation)
    {
        await using TestGroup group = await TestGroup.StartAsync(5, cancellation);
        await using Load load = await Load.StartAsync(group, 2, cancellation);
        List<ReplicaProcess> dead = [];
        for (int death = 0; death < 2; death++)
        {
            await load.GoesOnAsync(200, cancellation);
            dead.Add(await group.PrimaryAsync(cancellation));
            await dead[^1].KillAsync();
        }

        await load.GoesOnAsync(200, cancellation);
        await load.StopAsync();
        dead.Add(await group.PrimaryAsync(cancellation));
        await using ChatLogClient client = await group.ConnectAsync(cancellation, TimeSpan.FromSeconds(2));
        await dead[^1].KillAsync();

        // What is sent before the client has noticed has left, and its outcome is unknown.
        while (client.PrimaryAddress is not null)
            await Task.Delay(5, cancellation);
        Exception failure = (await Assert.CatchAsync(() => client.SendAsync("nowhere", "hasty", "unheard", cancellation)))!;
        Assert.That(failure, Is.InstanceOf<NotAppliedException>().Or.InstanceOf<OutcomeUnknownException>());
        foreach (ReplicaProcess replica in dead)
            Assert.That(failure.Message, Does.Contain(replica.Address), "whom it could not reach");

        group.Restart(dead[0].Index);
        await using ChatLogClient patient = await group.ConnectAsync(cancellation);
        Writer writer = new("patient", "lobby", patient);
        await writer.SayAsync(1, cancellation);
        Assert.That(writer.Acknowledged, Is.EqualTo(1));

        group.Restart(dead[1].Index);
        group.Restart(dead[2].Index);
        ExportedLog log = await group.StopAndExportAsync(cancellation);
        Assert.That(log.Messages.Count(message => message.Text is "unheard"), Is.LessThanOrEqualTo(failure is NotAppliedException ? 0 : 1));
        LogAudit.Check(log.WithoutRoom("nowhere"), [.. load.Writers, writer]);
    }

    [Test]
    [CancelAfter(180_000)]
    public async Task The_first_client_is_served_although_the_first_primary_died_before_it_came(CancellationToken cancellation)
    {
        await using TestGroup group = await TestGroup.StartAsync(3, cancellation);
        ReplicaProcess primary = await group.PrimaryAsync(cancellation);

        await primary.KillAsync();
        await using ChatLogClient client = await group.ConnectAsync(cancellation);
        Writer writer = new("first", "lobby", client);
        await writer.SayAsync(10, cancellation);

        Assert.That(writer.Acknowledged, Is.EqualTo(10));
        group.Restart(primary.Index);
        LogAudit.Check(await group.StopAndExportAsync(cancellation), writer);
    }
}
