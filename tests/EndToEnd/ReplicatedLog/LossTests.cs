using NUnit.Framework;
using PaxosShard.Client;
using PaxosShard.Tests.EndToEnd.Harness;

namespace PaxosShard.Tests.EndToEnd.ReplicatedLog;

/// <summary>Replicas lose frames at random: consistent whatever the loss, live up to a fifth.</summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
public sealed class LossTests
{
    [TestCase(0.01)]
    [TestCase(0.1)]
    [TestCase(0.2)]
    [CancelAfter(300_000)]
    public async Task Every_message_gets_through_when_this_share_of_the_frames_is_lost(double share, CancellationToken cancellation)
    {
        await using TestGroup group = await TestGroup.StartAsync(3, cancellation, Losing(() => share));
        await using TestClients clients = await TestClients.ConnectAsync(group, 2, TimeSpan.FromMinutes(4), cancellation);

        await Task.WhenAll(clients.Writers.Select(writer => writer.SayAsync(200, cancellation)));
        await LoseAsync(group, 1, cancellation);

        LogAudit.Check(await group.StopAndExportAsync(cancellation), clients.Writers);
        Assert.That(clients.Writers.SelectMany(writer => writer.Sent), Has.All.Property(nameof(SentMessage.Fate)).EqualTo(MessageFate.Committed));
    }

    [TestCase(0.3)]
    [TestCase(0.5)]
    [CancelAfter(240_000)]
    public async Task The_logs_stay_consistent_when_this_share_of_the_frames_is_lost(double share, CancellationToken cancellation)
    {
        double lost = 0;
        await using TestGroup group = await TestGroup.StartAsync(3, cancellation, Losing(() => lost));
        await using TestClients clients = await TestClients.ConnectAsync(group, 2, TimeSpan.FromSeconds(3), cancellation);
        Task SayAsync(int count) => Task.WhenAll(clients.Writers.Select(writer => writer.SayAsync(count, cancellation)));

        await SayAsync(50);
        lost = share;
        await RestartAllAsync(group);
        await SayAsync(200);
        await LoseAsync(group, group.Replicas.Count, cancellation);
        lost = 0;
        await RestartAllAsync(group);
        await using ChatLogClient last = await group.ConnectAsync(cancellation);
        await last.SendAsync("afterwards", "last", "all is well again", cancellation);

        ExportedLog log = await group.StopAndExportAsync(cancellation);
        LogAudit.Check(log.WithoutRoom("afterwards"), clients.Writers);
    }

    // What was said may have gone over before every replica lost a frame: replicas never stop talking to each other, so each will.
    private static Task LoseAsync(TestGroup group, int replicas, CancellationToken cancellation) => Eventually.HoldsAsync(
        $"{replicas} replicas have lost a frame",
        () => group.Replicas.Count(HasLost) is var seen && seen >= replicas ? null : $"{seen} have",
        cancellation);

    private static bool HasLost(ReplicaProcess replica) => replica.Log.Contains("A frame is lost on purpose", StringComparison.Ordinal);

    private static async Task RestartAllAsync(TestGroup group)
    {
        foreach (ReplicaProcess replica in group.Replicas)
        {
            await replica.KillAsync();
            group.Restart(replica.Index);
        }
    }

    private static TestGroupOptions Losing(Func<double> share) =>
        new() { Arguments = _ => share() > 0 ? ["--drop", $"{share()}"] : [] };
}
