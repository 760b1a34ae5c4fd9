using NUnit.Framework;
using PaxosShard.Client;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Tests.Unit.Client;

/// <summary>Whatever is lost, refused or repeated on the way: every message once, and those of a room in the order of the calls (rule 9).</summary>
public sealed class ExactlyOnceTests
{
    private const int Count = 60;

    [Test]
    public async Task Requests_carry_growing_numbers_and_the_mark_and_name_none_before_that_has_its_result()
    {
        await using FakeGroup group = new();
        await using ChatLogClient client = await ClientTestOptions.ConnectAsync(group);

        for (int number = 1; number <= 3; number++)
            await client.SendAsync("lobby", "ann", "hello", CancellationToken.None);

        Assert.That(group.Sends.Select(send => send.Sequence.Number), Is.EqualTo(new long[] { 1, 2, 3 }));
        Assert.That(group.Sends.Select(send => send.Previous), Is.All.EqualTo(SequenceNumber.None));
        Assert.That(group.Sends.Select(send => send.AcknowledgedBelow.Number), Is.EqualTo(new long[] { 1, 2, 3 }));
        Assert.That(group.Sends.Select(send => send.Session).Distinct().Count(), Is.EqualTo(1));
    }

    [Test]
    public async Task A_read_alone_leaves_nothing_in_the_log()
    {
        await using FakeGroup group = new();
        await using ChatLogClient client = await ClientTestOptions.ConnectAsync(group);

        HistoryResult history = await client.ReadHistoryAsync("lobby", 1, 10, CancellationToken.None);

        Assert.That(history.Last, Is.Zero);
        Assert.That(group.State.Executed, Is.EqualTo(Slot.Zero));
    }

    [Test]
    public async Task Calls_that_overlap_take_effect_in_their_order()
    {
        await using FakeGroup group = new();
        await using ChatLogClient client = await ClientTestOptions.ConnectAsync(group);

        long[] numbers = await ClientTestOptions.SendManyAsync(client, 3000);

        Assert.That(numbers, Is.EqualTo(ClientTestOptions.Numbers(3000)));
    }

    [Test]
    public async Task No_more_than_the_window_is_without_an_answer()
    {
        await using FakeGroup group = new();
        ClientOptions options = ClientTestOptions.For(group) with { Window = 4 };
        await using ChatLogClient client = await ChatLogClient.ConnectAsync(options, CancellationToken.None);

        await ClientTestOptions.SendManyAsync(client, Count);

        Assert.That(group.Sends.Max(send => send.Sequence.Number - send.AcknowledgedBelow.Number), Is.LessThan(4));
        Assert.That(group.Texts("lobby"), Is.EqualTo(ClientTestOptions.Texts(Count)));
    }

    [TestCase(nameof(Fate.AnswerTwice))]
    [TestCase(nameof(Fate.AnswerByteByByte))]
    [TestCase(nameof(Fate.LoseTheAnswer))]
    [TestCase(nameof(Fate.LoseTheRequest))]
    [TestCase(nameof(Fate.ResetBefore))]
    [TestCase(nameof(Fate.ResetWithinTheAnswer))]
    [TestCase(nameof(Fate.Garble))]
    [TestCase(nameof(Fate.Busy))]
    [TestCase(nameof(Fate.NoQuorum))]
    [TestCase(nameof(Fate.Redirect))]
    [TestCase(nameof(Fate.Supersede))]
    [TestCase(nameof(Fate.SupersedeAndLose))]
    public async Task Every_message_is_there_once_and_in_order_when_this_befalls_some(string name)
    {
        Fate fate = Enum.Parse<Fate>(name);
        await using FakeGroup group = new();
        group.Script = (_, arrival) => arrival is 5 or 6 or 40 ? fate : Fate.Answer;
        await using ChatLogClient client = await ClientTestOptions.ConnectAsync(group);

        long[] numbers = await ClientTestOptions.SendManyAsync(client, Count);

        Assert.That(numbers, Is.EqualTo(ClientTestOptions.Numbers(Count)));
        Assert.That(group.Texts("lobby"), Is.EqualTo(ClientTestOptions.Texts(Count)));
    }

    [Test]
    public async Task A_message_that_is_sent_again_keeps_its_number_and_its_bytes()
    {
        await using FakeGroup group = new();
        group.Script = (_, arrival) => arrival == 2 ? Fate.ResetWithinTheAnswer : Fate.Answer;
        await using ChatLogClient client = await ClientTestOptions.ConnectAsync(group);

        await ClientTestOptions.SendManyAsync(client, 5);

        foreach (IGrouping<long, ClientRequest> copies in group.Sends.GroupBy(send => send.Sequence.Number))
            Assert.That(copies.Select(copy => Convert.ToHexString(copy.Command.Span)).Distinct(StringComparer.Ordinal).Count(), Is.EqualTo(1));
        Assert.That(group.Sends, Has.Count.GreaterThan(5));
    }

    [Test]
    public async Task Refusals_for_want_of_room_are_overcome_without_changing_the_order()
    {
        await using FakeGroup group = new();
        group.Script = (_, arrival) => arrival > 0 && arrival % 3 == 0 ? Fate.Busy : Fate.Answer;
        await using ChatLogClient client = await ClientTestOptions.ConnectAsync(group);

        await ClientTestOptions.SendManyAsync(client, Count);

        Assert.That(group.Texts("lobby"), Is.EqualTo(ClientTestOptions.Texts(Count)));
    }

    [Test]
    public async Task A_message_that_a_rule_rejects_does_not_hold_up_its_successors()
    {
        await using FakeGroup group = new();
        await using ChatLogClient client = await ClientTestOptions.ConnectAsync(group);

        Task<long> first = client.SendAsync("lobby", "ann", "m1", CancellationToken.None);
        Task<long> rejected = client.SendAsync("lobby", "ann", "", CancellationToken.None);
        Task<long> second = client.SendAsync("lobby", "ann", "m2", CancellationToken.None);

        Assert.That(async () => await rejected, Throws.TypeOf<RejectedException>().With.Message.EqualTo("the text is empty"));
        Assert.That(await first, Is.EqualTo(1));
        Assert.That(await second, Is.EqualTo(2));
    }

    [Test]
    public async Task Every_request_may_run_for_its_lifetime_and_no_longer()
    {
        await using FakeGroup group = new();
        ClientOptions options = ClientTestOptions.For(group) with { Lifetime = TimeSpan.FromMinutes(10) };
        await using ChatLogClient client = await ChatLogClient.ConnectAsync(options, CancellationToken.None);

        await ClientTestOptions.SendManyAsync(client, 3);

        Assert.That(group.Sends.Select(send => send.Expiry), Is.All.InRange(group.LogTime + 600_000, group.LogTime + 600_000 + (long)ClientTestOptions.Patience.TotalMilliseconds));
    }

    [Test]
    public async Task A_retried_message_that_was_executed_is_answered_and_not_run_again()
    {
        await using FakeGroup group = new();
        await using ChatLogClient first = await ClientTestOptions.ConnectAsync(group);
        await first.SendAsync("lobby", "ann", "m1", CancellationToken.None);
        ClientRequest sent = group.Sends[0];
        ClientOptions options = ClientTestOptions.For(group) with { Retry = new RetryToken(sent.Session, sent.Sequence, sent.Expiry) };
        await using ChatLogClient second = await ChatLogClient.ConnectAsync(options, CancellationToken.None);

        long number = await second.SendAsync("lobby", "ann", "m1", CancellationToken.None);

        Assert.That(number, Is.EqualTo(1));
        Assert.That(group.Texts("lobby"), Is.EqualTo("m1"));
        Assert.That((group.Sends[^1].Session, group.Sends[^1].Sequence, group.Sends[^1].Expiry), Is.EqualTo((sent.Session, sent.Sequence, sent.Expiry)));
    }
}
