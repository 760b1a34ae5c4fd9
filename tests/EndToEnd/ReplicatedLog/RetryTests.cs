using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using NUnit.Framework;
using PaxosShard.Client;
using PaxosShard.Tests.EndToEnd.CommandLine;
using PaxosShard.Tests.EndToEnd.Harness;

namespace PaxosShard.Tests.EndToEnd.ReplicatedLog;

/// <summary>A change whose answer was lost is tried again by its token, by other processes and at another primary: it takes effect once in all.</summary>
[TestFixture]
public sealed class RetryTests
{
    private const string Value = "once";

    [Test]
    [CancelAfter(300_000)]
    public async Task An_append_whose_answer_was_lost_takes_effect_once_however_often_it_is_retried(CancellationToken cancellation)
    {
        await using TestGroup group = await TestGroup.StartAsync(3, cancellation, new TestGroupOptions { HasNetwork = true });
        ReplicaProcess primary = await group.PrimaryAsync(cancellation);
        (string key, string token) = await LoseAnAnswerAsync(group, primary, cancellation);

        await RetryAsync(group, key, token, cancellation);
        await primary.KillAsync();
        await RetryAsync(group, key, token, cancellation);

        await using ChatLogClient client = await group.ConnectAsync(cancellation);
        Assert.That(await ValueAsync(client, key, cancellation), Is.EqualTo(Value));
        group.Restart(primary.Index);
        await group.SettleAsync(cancellation);
    }

    private static async Task RetryAsync(TestGroup group, string key, string token, CancellationToken cancellation)
    {
        CommandResult again = await AppendAsync(key, string.Join(',', group.Members), cancellation, "--timeout", "60s", "--retry", token);

        Assert.That((again.Succeeded().Output, again.Error), Is.EqualTo(("", "")));
    }

    /// <summary>Appends by way of a network that holds the answer, and is cut once the append has taken effect.</summary>
    /// <returns>The key, and the token that the error named.</returns>
    private static async Task<(string Key, string Token)> LoseAnAnswerAsync(TestGroup group, ReplicaProcess primary, CancellationToken cancellation)
    {
        group.Network!.HoldClients(0, 1, 2); // The replicas name these addresses to every client; nobody gets an answer past the network that holds it.
        await using ChatLogClient witness = await ChatLogClient.ConnectAsync(
            new ClientOptions { Endpoints = [.. group.Replicas.Select(replica => replica.Address)], RequestTimeout = Eventually.Patience }, cancellation);
        for (int attempt = 1; attempt <= 10; attempt++)
        {
            string key = $"journal {attempt}";
            using LinkFaults faults = new() { Unanswered = Encoding.UTF8.GetBytes(key) };
            await using FaultProxy proxy = new(faults) { Target = IPEndPoint.Parse(primary.Address) };
            Task<CommandResult> append = AppendAsync(key, proxy.Address, cancellation, "--timeout", "5s");
            await Eventually.HoldsAsync(
                "the append takes effect",
                async () => append.IsCompleted || await ValueAsync(witness, key, cancellation) is not null ? null : "no value",
                cancellation);
            faults.Cut();
            CommandResult result = await append;
            if (result.Code is ExitCodes.Ok or ExitCodes.NotApplied)
                continue; // On a busy machine its time may be over before it is sent; and were it sent in two parts, its answer would not be held.
            group.Network.Heal();
            ErrorAssert.Failed(result, ExitCodes.OutcomeUnknown, "PX1204", "within two minutes");
            Match next = Regex.Match(
                result.Error, "the same px kv append with --retry (?<token>r1[A-Za-z0-9_-]{48}) takes effect once in all", RegexOptions.ExplicitCapture, Eventually.Patience);
            Assert.That(next.Success, Is.True, result.Error);
            return (key, next.Groups["token"].Value);
        }

        throw new TimeoutException("the answer always came, or nothing was sent");
    }

    private static Task<CommandResult> AppendAsync(string key, string endpoints, CancellationToken cancellation, params string[] options) =>
        Command.PxAsync(cancellation, ["kv", "append", key, Value, "--endpoints", endpoints, .. options]);

    private static async Task<string?> ValueAsync(ChatLogClient client, string key, CancellationToken cancellation) =>
        await client.Keys.GetAsync(Encoding.UTF8.GetBytes(key), cancellation) is { } value ? Encoding.UTF8.GetString(value.Span) : null;
}
