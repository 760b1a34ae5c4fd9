using NUnit.Framework;
using PaxosShard.Client;
using PaxosShard.Tests.EndToEnd.Harness;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Tests.EndToEnd.ReplicatedLog;

/// <summary>The network between the replicas breaks and heals, with the primary on either side of it.</summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
public sealed class PartitionTests
{
    private static readonly TestGroupOptions WithNetwork = new() { HasNetwork = true };

    [Test]
    [CancelAfter(240_000)]
    public async Task With_the_primary_in_the_minority_nothing_completes_there_and_the_majority_goes_on(CancellationToken cancellation)
    {
        await using TestGroup group = await TestGroup.StartAsync(5, cancellation, WithNetwork);
        GroupNetwork network = group.Network!;
        ReplicaProcess primary = await group.PrimaryAsync(cancellation);
        int companion = (primary.Index + 1) % 5;
        int[] majority = [.. Enumerable.Range(0, 5).Where(index => index != primary.Index && index != companion)];
        await using ChatLogClient before = await group.ConnectAsync(cancellation);
        await before.SendAsync("lobby", "both", "before", cancellation);

        network.Isolate(primary.Index, companion);
        network.HoldClients(majority);
        Task<long> put = before.SendAsync("lobby", "minority", "during, minority", cancellation);
        Task<HistoryResult> get = before.ReadHistoryAsync("lobby", 1, 10, cancellation);
        string[] direct = [.. majority.Select(index => group.Replicas[index].Address)];
        await using ChatLogClient there = await ChatLogClient.ConnectAsync(
            group.ClientOptions() with { Endpoints = direct }, cancellation);
        long number = await there.SendAsync("lobby", "majority", "during, majority", cancellation);
        HistoryResult seen = await there.ReadHistoryAsync("lobby", 1, 10, cancellation);

        Assert.That(number, Is.EqualTo(2));
        Assert.That(seen.Messages.Select(message => message.Text), Is.EqualTo(new[] { "before", "during, majority" }));
        Assert.That(put.IsCompleted || get.IsCompleted, Is.False, "something completed without a quorum");
        network.Heal();
        Assert.That(await put, Is.EqualTo(3));
        Assert.That((await get).Last, Is.GreaterThanOrEqualTo(2), "a read that ends after the healing sees what was decided before");
        ExportedLog log = await group.StopAndExportAsync(cancellation);
        Assert.That(log.Messages.Select(message => message.Text), Is.EqualTo(new[] { "before", "during, majority", "during, minority" }));
    }

    [Test]
    [CancelAfter(240_000)]
    public async Task A_deposed_primary_that_took_requests_alone_rejoins_without_them(CancellationToken cancellation)
    {
        await using TestGroup group = await TestGroup.StartAsync(3, cancellation, WithNetwork);
        GroupNetwork network = group.Network!;
        await using ChatLogClient client = await group.ConnectAsync(cancellation);
        List<string> said = [];
        async Task SayAsync(string text)
        {
            said.Add(text);
            await client.SendAsync("lobby", "client", text, cancellation);
        }

        await SayAsync("all together");
        await FeedAloneAsync(group, "first alone", cancellation);
        await SayAsync("without the first");
        network.Heal();
        await SayAsync("together again");
        await group.SettleAsync(cancellation);
        await FeedAloneAsync(group, "second alone", cancellation);
        await SayAsync("without the second");
        network.Heal();
        await SayAsync("together at last");

        ExportedLog log = await group.StopAndExportAsync(cancellation);
        Assert.That(log.Messages.Select(message => message.Text), Is.EqualTo(said));
    }

    [TestCase(true)]
    [TestCase(false)]
    [CancelAfter(240_000)]
    public async Task Two_of_five_that_go_away_in_mid_agreement_leave_three_that_serve_at_once(bool killed, CancellationToken cancellation)
    {
        await using TestGroup group = await TestGroup.StartAsync(5, cancellation, WithNetwork);
        await using ChatLogClient client = await group.ConnectAsync(cancellation);
        await client.SendAsync("lobby", "client", "before", cancellation);

        ReplicaProcess[] side = await StartAgreementAsync(group, companions: 1, "in mid-agreement", cancellation);
        foreach (ReplicaProcess gone in side)
        {
            if (killed)
                await gone.KillAsync();
            else
                gone.Pause();
        }

        long number = await client.SendAsync("lobby", "client", "after", cancellation);
        HistoryResult history = await client.ReadHistoryAsync("lobby", 1, 10, cancellation);
        Assert.That(number, Is.EqualTo(2));
        Assert.That(history.Messages.Select(message => message.Text), Is.EqualTo(new[] { "before", "after" }));

        group.Network!.Heal();
        foreach (ReplicaProcess back in side)
        {
            if (killed)
                group.Restart(back.Index);
            else
                back.Continue();
        }

        ExportedLog log = await group.StopAndExportAsync(cancellation);
        Assert.That(log.Messages.Select(message => message.Text), Is.EqualTo(new[] { "before", "after" }));
    }

    [Test]
    [CancelAfter(240_000)]
    public async Task Connections_that_are_cut_and_healed_again_and_again_cost_no_message(CancellationToken cancellation)
    {
        await using TestGroup group = await TestGroup.StartAsync(3, cancellation, WithNetwork);
        await using Load load = await Load.StartAsync(group, 2, cancellation);
        for (int round = 0; round < 6; round++)
        {
            ReplicaProcess primary = await group.PrimaryAsync(cancellation);
            group.Network!.Cut(round % 2 == 0 ? primary.Index : (primary.Index + 1) % 3);
            await load.GoesOnAsync(100, cancellation);
            group.Network.Heal();
            await load.GoesOnAsync(100, cancellation);
        }


        await LogAudit.EndAndCheckAllCommittedAsync(group, load, cancellation);
    }

    /// <summary>Cuts the primary off and gives it three messages that it accepts and nobody else hears of.</summary>
    private static async Task<ReplicaProcess> FeedAloneAsync(TestGroup group, string text, CancellationToken cancellation) =>
        (await StartAgreementAsync(group, companions: 0, text, cancellation)).Single();

    /// <summary>
    /// Cuts the primary and some companions off and sends three messages to it, so that they are accepted on that side and
    /// cannot be chosen. The primary may notice that it is alone before it takes them; then it is tried again.
    /// </summary>
    /// <returns>The side that is cut off, the primary first.</returns>
    private static async Task<ReplicaProcess[]> StartAgreementAsync(
        TestGroup group, int companions, string text, CancellationToken cancellation)
    {
        for (int attempt = 0; attempt < 20; attempt++)
        {
            await group.SettleAsync(cancellation);
            int primary = (await group.PrimaryAsync(cancellation)).Index;
            ReplicaProcess[] side =
                [.. Enumerable.Range(primary, companions + 1).Select(index => group.Replicas[index % group.Replicas.Count])];
            if (await TryFeedAsync(group, side, text, cancellation))
                return side;
            group.Network!.Heal();
        }

        throw new TimeoutException("the primary never took a request in the moment before it noticed that it is alone");
    }

    private static async Task<bool> TryFeedAsync(TestGroup group, ReplicaProcess[] side, string text, CancellationToken cancellation)
    {
        await using RawClient raw = await RawClient.OpenAsync(side[0].Address, cancellation);
        long expiry = await raw.AskExpiryAsync(cancellation);
        await group.SettleAsync(cancellation);
        Slot? before = (await side[0].StatusAsync(cancellation))?.Accepted;
        group.Network!.Isolate([.. side.Select(replica => replica.Index)]);
        for (int number = 1; number <= 3; number++)
        {
            byte[] command = new SendMessageCommand("lobby", "raw", $"{text} {number}").Encode();
            await raw.SendAsync(new ClientRequest(raw.Session, new(number), new(number - 1), new(1), command) { Expiry = expiry }, cancellation);
        }

        // An answer would be that the primary does not serve any more, so only what is accepted counts.
        return before is { } slot && await AllAcceptAsync(side, slot, cancellation);
    }

    private static async Task<bool> AllAcceptAsync(ReplicaProcess[] side, Slot before, CancellationToken cancellation)
    {
        try
        {
            await Eventually.HoldsAsync(
                "the cut-off side accepts what cannot be chosen",
                async () =>
                {
                    StatusResult?[] all = await Task.WhenAll(side.Select(replica => replica.StatusAsync(cancellation)));
                    return all.All(status => status?.Accepted > before) ? null : "not yet";
                },
                cancellation,
                TimeSpan.FromSeconds(1));
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }
}
