using NUnit.Framework;
using PaxosShard.Tests.EndToEnd.Harness;

namespace PaxosShard.Tests.EndToEnd.Chat;

/// <summary>What a person who chats is told while nobody leads, and when somebody does again.</summary>
[TestFixture]
public sealed class OutageTests
{
    [Test]
    [CancelAfter(240_000)]
    public async Task An_outage_is_told_in_one_line_at_each_edge_and_every_own_message_gets_its_verdict_once(CancellationToken cancellation)
    {
        await using PxGroup group = await PxGroup.StartAsync(3, cancellation);
        await using Tmux terminal = await ChatTerminal.StartAsync(group.Environment, cancellation, "chat", "--dir", group.Directory, "--nick", "ann", "--timeout", "3s");
        await terminal.BeginsAsync("lobby ann>", cancellation);
        await terminal.EnterAsync("before", cancellation);
        await terminal.MatchesAsync("[0-9:]{5} you: before ✓ 1", cancellation);

        await KillPrimaryAsync(group, cancellation);
        await terminal.MatchesAsync("- r[0-2] leads, [0-9.]+ m?s, nothing lost", cancellation);
        await KillPrimaryAsync(group, cancellation);
        await terminal.BeginsAsync("- no quorum: 1 of 3 up, 2 needed; r", cancellation);
        await terminal.EnterAsync("in vain", cancellation);
        await terminal.BeginsAsync("… you: in vain", cancellation);
        await terminal.EnterAsync("/history 5", cancellation);
        await terminal.BeginsAsync("- the last 1 message of lobby:", cancellation);
        await terminal.EnterAsync("/rooms", cancellation);
        await terminal.MatchesAsync("[0-9:]{5} you: in vain ✗ not sent: nobody led for 3 s", cancellation);
        await terminal.BeginsAsync("- /rooms: PX1202: ", cancellation);
        Assert.That(await terminal.CountAsync("in vain", cancellation), Is.EqualTo(1));
        Assert.That(await terminal.CountAsync("- no quorum: ", cancellation), Is.EqualTo(1));

        (await group.UpAsync(cancellation)).Succeeded();
        await Eventually.HoldsAsync("it is told who leads", async () => await terminal.CountAsync("nothing lost", cancellation) is < 2 and var count ? $"{count} times" : null, cancellation);
        await terminal.EnterAsync("after", cancellation);
        await terminal.MatchesAsync("[0-9:]{5} you: after ✓ 2", cancellation);
        Assert.That(await terminal.CountAsync("lost primary", cancellation), Is.Zero);
    }

    private static async Task KillPrimaryAsync(PxGroup group, CancellationToken cancellation)
    {
        PxReplica? primary = null;
        await Eventually.HoldsAsync(
            "there is a primary",
            async () => (primary = (await group.ReplicasAsync(cancellation)).FirstOrDefault(static replica => replica.Role is "primary")) is null ? "none" : null,
            cancellation);
        primary!.Kill();
    }
}
