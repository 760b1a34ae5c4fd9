using System.Text;
using NUnit.Framework;
using PaxosShard.Client;
using PaxosShard.Tests.EndToEnd.Harness;

namespace PaxosShard.Tests.EndToEnd.ReplicatedLog;

/// <summary>Values of keys while replicas are killed: every change once, and nothing acknowledged is lost.</summary>
[TestFixture]
public sealed class KeyFaultTests
{
    private static readonly ReadOnlyMemory<byte> _key = Encoding.UTF8.GetBytes("journal");

    [Test]
    [CancelAfter(240_000)]
    public async Task Appends_around_the_death_of_the_primary_are_there_once_and_in_order_and_outlive_a_restart_of_all(CancellationToken cancellation)
    {
        await using TestGroup group = await TestGroup.StartAsync(3, cancellation);
        await using ChatLogClient client = await group.ConnectAsync(cancellation);
        string[] words = [.. Enumerable.Range(1, 600).Select(number => $"{number} ")];

        await AppendAsync(client, words[..200], cancellation);
        ReplicaProcess primary = await group.PrimaryAsync(cancellation);
        Task underWay = AppendAsync(client, words[200..400], cancellation);
        await primary.KillAsync();
        await Task.WhenAll(underWay, AppendAsync(client, words[400..], cancellation));
        Assert.That(await ValueAsync(client, cancellation), Is.EqualTo(string.Concat(words)));

        await Task.WhenAll(group.Replicas.Where(replica => replica.IsUp).Select(replica => replica.KillAsync()));
        foreach (ReplicaProcess replica in group.Replicas)
            group.Restart(replica.Index);
        await using ChatLogClient again = await group.ConnectAsync(cancellation);

        Assert.That(await ValueAsync(again, cancellation), Is.EqualTo(string.Concat(words)));
        await group.SettleAsync(cancellation);
    }

    private static Task AppendAsync(ChatLogClient client, string[] words, CancellationToken cancellation) =>
        Task.WhenAll(words.Select(word => client.Keys.AppendAsync(_key, Encoding.UTF8.GetBytes(word), cancellation)));

    private static async Task<string> ValueAsync(ChatLogClient client, CancellationToken cancellation) =>
        Encoding.UTF8.GetString((await client.Keys.GetAsync(_key, cancellation))!.Value.Span);
}
