using NUnit.Framework;

namespace PaxosShard.Tests.EndToEnd.Sharding;

/// <summary>A client that knows the master alone, and no more of the protocol than a line, reaches the keys and rooms of every shard.</summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
public sealed class GatewayTests
{
    private const int Threads = 16;

    [Test]
    [CancelAfter(240_000)]
    public async Task Every_request_is_carried_out_by_the_shard_that_it_is_for(CancellationToken cancellation)
    {
        await using GatewayCluster cluster = await GatewayCluster.StartAsync(replicas: 1, Threads, cancellation);
        using GatewayTalk talk = await cluster.ConnectAsync(cancellation);

        for (int shard = 0; shard < 2; shard++)
        {
            string key = cluster.KeyOf(shard);
            (string Line, string Answer)[] story =
            [
                ($"me | G | {key}", "Fail | missing"),
                ($"me | D | {key}", "Fail | missing"),
                ($@"me | C | {key} | \- | first", "Success"),
                ($@"me | C | {key} | \- | again", "Fail | mismatch | first"),
                ($"me | C | {key} | other | again", "Fail | mismatch | first"),
                ($"me | C | {key} | first | second", "Success"),
                ($"me | A | {key} | \\x20half", "Success"),
                ($"me | G | {key} |", "Success | second half"),
                ($"me | P | {key} |", "Success"),
                ($"me | G | {key}", "Success | "),
                ($"me | D | {key}", "Success"),
                ($"me | S | {key} | hello", "Success | 1"),
                ($"me | S | {key} | world", "Success | 2"),
                ($"me | G | {new string('k', 1025)}", "Fail | the key is longer than 1024 bytes"),
                ("me | A", "Fail | with two fields this would add a shard, which a gateway does not do; with four it appends: client, A, key, value"),
            ];
            foreach ((string line, string answer) in story)
                Assert.That(await talk.AskAsync(line, cancellation), Is.EqualTo(answer), line);
        }
    }

    [Test]
    [CancelAfter(240_000)]
    public async Task Any_bytes_come_back_as_they_were(CancellationToken cancellation)
    {
        await using GatewayCluster cluster = await GatewayCluster.StartAsync(replicas: 1, Threads, cancellation);
        using GatewayTalk talk = await cluster.ConnectAsync(cancellation);
        string key = cluster.KeyOf(0);
        string escaped = string.Concat(Enumerable.Range(0, 256).Select(static value => $"\\x{value:x2}"));

        Assert.That(await talk.AskAsync($"me | P | {key} | {escaped}", cancellation), Is.EqualTo("Success"));
        string answer = await talk.AskAsync($"me | G | {key}", cancellation);

        Assert.That(answer, Does.StartWith(@"Success | \0\x01").And.EndWith(@"\xfe\xff"));
        string value = answer["Success | ".Length..];
        Assert.That(await talk.AskAsync($"me | C | {key} | {value} | same", cancellation), Is.EqualTo("Success"), "what was read is what was written");
    }
}
