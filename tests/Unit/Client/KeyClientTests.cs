using System.Collections.Concurrent;
using System.Text;
using NUnit.Framework;
using PaxosShard.Client;
using PaxosShard.Wire;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Tests.Unit.Client;

/// <summary>Keys by way of the library: what is answered, and that every change takes effect once, and those of a key in the order of the calls (rule 9).</summary>
public sealed class KeyClientTests
{
    private static readonly ReadOnlyMemory<byte> _key = Bytes("colour");

    [Test]
    public async Task What_is_put_is_read_and_what_is_deleted_is_missing()
    {
        await using FakeGroup group = new();
        await using ChatLogClient client = await ClientTestOptions.ConnectAsync(group);

        Assert.That(await GetAsync(client), Is.Null);
        await client.Keys.PutAsync(_key, Bytes("green\0"), CancellationToken.None);
        Assert.That(await GetAsync(client), Is.EqualTo("green\0"));
        Assert.That(await client.Keys.DeleteAsync(_key, CancellationToken.None), Is.True);
        Assert.That(await client.Keys.DeleteAsync(_key, CancellationToken.None), Is.False);
        Assert.That(await GetAsync(client), Is.Null);
    }

    [Test]
    public async Task A_client_may_connect_elsewhere_than_at_the_addresses_and_knows_the_replicas_by_those_all_the_same()
    {
        await using FakeGroup group = new();
        ClientOptions options = ClientTestOptions.For(group);
        ConcurrentDictionary<string, string> asked = new(StringComparer.Ordinal);
        string[] known = [.. group.Endpoints];
        string Elsewhere(string address) => asked[address] = address.Replace("far", "127.0.0.1", StringComparison.Ordinal);

        await using ChatLogClient client = await ChatLogClient.ConnectAsync(
            options with { Endpoints = [.. known.Select(static address => address.Replace("127.0.0.1", "far", StringComparison.Ordinal))], ConnectAt = Elsewhere }, CancellationToken.None);
        await client.Keys.PutAsync(_key, Bytes("green"), CancellationToken.None);

        Assert.That(await GetAsync(client), Is.EqualTo("green"));
        Assert.That(asked.Keys, Has.Some.StartsWith("far:"));
        Assert.That(asked.Values.Distinct(StringComparer.Ordinal), Is.SubsetOf(known));
    }

    [Test]
    public async Task A_key_that_is_not_there_differs_from_one_with_an_empty_value()
    {
        await using FakeGroup group = new();
        await using ChatLogClient client = await ClientTestOptions.ConnectAsync(group);

        Assert.That(await CompareAndSetAsync(client, "", "never"), Is.EqualTo((KeyOutcome.Missing, "")));
        Assert.That(await CompareAndSetAsync(client, null, ""), Is.EqualTo((KeyOutcome.Done, "")));
        Assert.That(await GetAsync(client), Is.Empty);
        Assert.That(await CompareAndSetAsync(client, null, "never"), Is.EqualTo((KeyOutcome.Mismatch, "")));
        Assert.That(await CompareAndSetAsync(client, "", "green"), Is.EqualTo((KeyOutcome.Done, "")));
        Assert.That(await GetAsync(client), Is.EqualTo("green"));
    }

    [Test]
    public async Task A_compare_and_set_that_finds_another_value_returns_it_and_changes_nothing()
    {
        await using FakeGroup group = new();
        await using ChatLogClient client = await ClientTestOptions.ConnectAsync(group);
        await client.Keys.PutAsync(_key, Bytes("green"), CancellationToken.None);

        Assert.That(await CompareAndSetAsync(client, "red", "blue"), Is.EqualTo((KeyOutcome.Mismatch, "green")));
        Assert.That(await GetAsync(client), Is.EqualTo("green"));
    }

    [TestCase(nameof(Fate.AnswerTwice))]
    [TestCase(nameof(Fate.LoseTheAnswer))]
    [TestCase(nameof(Fate.LoseTheRequest))]
    [TestCase(nameof(Fate.ResetBefore))]
    [TestCase(nameof(Fate.ResetWithinTheAnswer))]
    [TestCase(nameof(Fate.Busy))]
    [TestCase(nameof(Fate.Supersede))]
    public async Task Every_append_is_there_once_and_in_order_when_this_befalls_some(string name)
    {
        Fate fate = Enum.Parse<Fate>(name);
        await using FakeGroup group = new();
        group.Script = (_, arrival) => arrival is 5 or 6 or 40 ? fate : Fate.Answer;
        await using ChatLogClient client = await ClientTestOptions.ConnectAsync(group);
        string[] words = [.. Enumerable.Range(1, 60).Select(number => $"{number} ")];

        await Task.WhenAll(words.Select(word => client.Keys.AppendAsync(_key, Bytes(word), CancellationToken.None)));

        Assert.That(await GetAsync(client), Is.EqualTo(string.Concat(words)));
    }

    [Test]
    public async Task Keys_and_messages_share_one_session_and_its_numbers()
    {
        await using FakeGroup group = new();
        await using ChatLogClient client = await ClientTestOptions.ConnectAsync(group);

        Task<long> first = client.SendAsync("lobby", "ann", "m1", CancellationToken.None);
        Task put = client.Keys.PutAsync(_key, Bytes("green"), CancellationToken.None);
        Task<long> second = client.SendAsync("lobby", "ann", "m2", CancellationToken.None);
        await Task.WhenAll(first, put, second);

        CommandKind[] kinds = [.. group.Sends.OrderBy(send => send.Sequence.Number).Select(send => (CommandKind)send.Command.Span[0])];
        Assert.That(kinds, Is.EqualTo(new[] { CommandKind.SendMessage, CommandKind.PutKey, CommandKind.SendMessage }));
        Assert.That(group.Sends.Select(send => send.Session).Distinct().Count(), Is.EqualTo(1));
        Assert.That(await second, Is.EqualTo(2));
    }

    [Test]
    public async Task A_change_of_unknown_outcome_is_sent_again_under_its_number_without_harm()
    {
        await using FakeGroup group = new();
        group.Script = (_, arrival) => arrival > 0 ? Fate.LoseTheAnswer : Fate.Answer;
        ClientOptions options = ClientTestOptions.For(group) with { RequestTimeout = TimeSpan.FromMilliseconds(200) };
        OutcomeUnknownException unknown;
        await using (ChatLogClient client = await ChatLogClient.ConnectAsync(options, CancellationToken.None))
        {
            unknown = (await Assert.CatchAsync<OutcomeUnknownException>(
                () => client.Keys.AppendAsync(_key, Bytes("once"), CancellationToken.None)))!;
        }

        group.Script = static (_, _) => Fate.Answer;
        options = ClientTestOptions.For(group) with { Retry = unknown.Retry };
        await using ChatLogClient again = await ChatLogClient.ConnectAsync(options, CancellationToken.None);
        await again.Keys.AppendAsync(_key, Bytes("once"), CancellationToken.None);

        Assert.That(await GetAsync(again), Is.EqualTo("once"));
    }

    [TestCase(0, 0, 0)]
    [TestCase(Limits.KeyName + 1, 0, 0)]
    [TestCase(1, Limits.Value + 1, 0)]
    [TestCase(1, 0, Limits.Value + 1)]
    public async Task What_breaks_a_rule_is_rejected_before_anything_is_sent(int key, int value, int expected)
    {
        await using FakeGroup group = new();
        await using ChatLogClient client = await ClientTestOptions.ConnectAsync(group);
        KeyCommand command = KeyCommand.CompareAndSet(new byte[key], new byte[expected], new byte[value]);

        await Assert.CatchAsync<RejectedException>(() => client.Keys.ExecuteAsync(command, CancellationToken.None));

        Assert.That(group.Sends, Is.Empty);
    }

    [Test]
    public async Task An_append_that_would_make_a_value_too_long_is_rejected_and_changes_nothing()
    {
        await using FakeGroup group = new();
        await using ChatLogClient client = await ClientTestOptions.ConnectAsync(group);
        await client.Keys.PutAsync(_key, new byte[Limits.Value], CancellationToken.None);

        RejectedException rejected = (await Assert.CatchAsync<RejectedException>(
            () => client.Keys.AppendAsync(_key, Bytes("x"), CancellationToken.None)))!;

        Assert.That(rejected.Message, Is.EqualTo(KeyRules.ValueTooLong));
        Assert.That((await client.Keys.GetAsync(_key, CancellationToken.None))!.Value.Length, Is.EqualTo(Limits.Value));
    }

    [Test]
    public async Task All_keys_of_a_prefix_come_in_order_however_many_pages_they_fill()
    {
        await using FakeGroup group = new();
        await using ChatLogClient client = await ClientTestOptions.ConnectAsync(group);
        string[] keys = [.. Enumerable.Range(0, 300).Select(number => $"user/{number:000}".PadRight(1000, '.'))];
        await Task.WhenAll(keys.OrderDescending(StringComparer.Ordinal).Append("other").Append("vser").Select(key => client.Keys.PutAsync(Bytes(key), Bytes("12"), CancellationToken.None)));

        ListKeysResult page = await client.Keys.ListAsync(Bytes("user/"), default, int.MaxValue, CancellationToken.None);
        List<KeySummary> all = [];
        await foreach (KeySummary key in client.Keys.ListAllAsync(Bytes("user/"), Bytes(keys[0]), CancellationToken.None))
            all.Add(key);

        Assert.That(page.HasMore, Is.True);
        Assert.That(page.Keys, Has.Count.LessThan(300));
        Assert.That(all.Select(key => Encoding.UTF8.GetString(key.Key.Span)), Is.EqualTo(keys[1..]));
        Assert.That(all.Select(key => key.ValueLength), Is.All.EqualTo(2));
    }

    [Test]
    public async Task A_prefix_that_is_longer_than_a_key_is_rejected()
    {
        await using FakeGroup group = new();
        await using ChatLogClient client = await ClientTestOptions.ConnectAsync(group);

        await Assert.CatchAsync<RejectedException>(() => client.Keys.ListAsync(new byte[Limits.KeyName + 1], default, 1, CancellationToken.None));
    }

    private static ReadOnlyMemory<byte> Bytes(string text) => Encoding.UTF8.GetBytes(text);

    private static async Task<string?> GetAsync(ChatLogClient client) =>
        await client.Keys.GetAsync(_key, CancellationToken.None) is { } value ? Encoding.UTF8.GetString(value.Span) : null;

    private static async Task<(KeyOutcome Outcome, string Found)> CompareAndSetAsync(ChatLogClient client, string? expected, string value)
    {
        ReadOnlyMemory<byte>? bytes = null;
        if (expected is not null)
            bytes = Bytes(expected);
        KeyResult result = await client.Keys.CompareAndSetAsync(_key, bytes, Bytes(value), CancellationToken.None);
        return (result.Outcome, Encoding.UTF8.GetString(result.Value.Span));
    }
}
