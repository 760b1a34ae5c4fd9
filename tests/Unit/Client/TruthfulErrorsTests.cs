using NUnit.Framework;
using PaxosShard.Client;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Tests.Unit.Client;

/// <summary>"Not applied" is said only when it is certain; else the outcome is unknown (C6).</summary>
public sealed class TruthfulErrorsTests
{
    // The lifetime of a request, and time enough for a busy machine to send it.
    private const long LongerThanALife = 180_000;

    private static readonly TimeSpan _short = TimeSpan.FromMilliseconds(200);

    [Test]
    public async Task A_message_whose_copy_left_and_was_not_answered_in_time_ends_as_unknown()
    {
        await using FakeGroup group = new();
        group.Script = (_, arrival) => arrival > 0 ? Fate.LoseTheAnswer : Fate.Answer;
        await using ChatLogClient client = await ConnectAsync(group);

        Exception? failure = await FailureAsync(client.SendAsync("lobby", "ann", "m1", CancellationToken.None));

        Assert.That(failure, Is.TypeOf<OutcomeUnknownException>());
        Assert.That(group.Texts("lobby"), Is.EqualTo("m1"));
        Assert.That(((OutcomeUnknownException)failure!).Retry, Is.EqualTo(TokenOf(group.Sends[0])));
    }

    [Test]
    public async Task A_message_of_which_every_copy_was_refused_ends_as_not_applied()
    {
        await using FakeGroup group = new();
        group.Script = (_, arrival) => arrival > 1 ? Fate.Busy : Fate.Answer;
        HeldTime time = new();
        await using ChatLogClient client = await ChatLogClient.ConnectAsync(time.OptionsFor(group), CancellationToken.None);
        await client.SendAsync("lobby", "ann", "m1", CancellationToken.None);
        time.Hold();
        Task<long> refused = client.SendAsync("lobby", "ann", "m2", CancellationToken.None);

        // What is answered after the refusal, on the same connection: the refusal has been read.
        await client.ReadHistoryAsync("lobby", 1, 10, CancellationToken.None);
        await time.PassUntilAsync(refused);

        Assert.That(await FailureAsync(refused), Is.TypeOf<NotAppliedException>().With.Message.Contains("took no copy of it"));
        Assert.That(group.Texts("lobby"), Is.EqualTo("m1"));
    }

    [Test]
    public async Task Busy_is_not_final_for_a_message_of_which_an_earlier_copy_was_lost()
    {
        await using FakeGroup group = new();
        group.Script = (_, arrival) => arrival switch { 0 => Fate.Answer, 1 => Fate.ResetBefore, _ => Fate.Busy };
        await using ChatLogClient client = await ConnectAsync(group);

        Exception? failure = await FailureAsync(client.SendAsync("lobby", "ann", "m1", CancellationToken.None));

        Assert.That(failure, Is.TypeOf<OutcomeUnknownException>());
    }

    [Test]
    public async Task A_message_that_was_superseded_and_then_refused_ends_as_unknown()
    {
        await using FakeGroup group = new();
        group.Script = (_, arrival) => arrival switch { 0 => Fate.Answer, 1 => Fate.Supersede, _ => Fate.Busy };
        await using ChatLogClient client = await ConnectAsync(group);

        Exception? failure = await FailureAsync(client.SendAsync("lobby", "ann", "m1", CancellationToken.None));

        Assert.That(failure, Is.TypeOf<OutcomeUnknownException>());
        Assert.That(group.Texts("lobby"), Is.EqualTo("m1"));
    }

    [Test]
    public async Task A_message_that_the_group_refuses_because_its_lifetime_is_over_ends_as_not_applied()
    {
        await using FakeGroup group = new();
        group.Script = (_, arrival) =>
        {
            if (arrival == 1)
                group.LogTime += LongerThanALife;
            return Fate.Answer;
        };
        HeldTime time = new();
        await using ChatLogClient client = await ChatLogClient.ConnectAsync(time.OptionsFor(group), CancellationToken.None);
        time.Hold(); // Nothing is sent once more.

        Exception? failure = await FailureAsync(client.SendAsync("lobby", "ann", "m1", CancellationToken.None));

        Assert.That(failure, Is.TypeOf<NotAppliedException>().With.Message.Contains("expiry is over"));
        Assert.That(await client.SendAsync("lobby", "ann", "m2", CancellationToken.None), Is.EqualTo(1));
    }

    [Test]
    public async Task A_message_whose_lifetime_is_over_and_of_which_a_copy_was_lost_ends_as_unknown()
    {
        await using FakeGroup group = new();
        group.Script = (_, arrival) =>
        {
            if (arrival == 2)
                group.LogTime += LongerThanALife;
            return arrival == 1 ? Fate.ResetBefore : Fate.Answer;
        };
        await using ChatLogClient client = await ClientTestOptions.ConnectAsync(group);

        Exception? failure = await FailureAsync(client.SendAsync("lobby", "ann", "m1", CancellationToken.None));

        Assert.That(failure, Is.TypeOf<OutcomeUnknownException>().With.Message.Contains("expiry is over"));
        Assert.That(group.Texts("lobby"), Is.Empty);
    }

    [Test]
    public async Task A_message_that_never_left_ends_as_not_applied_and_names_every_address()
    {
        await using FakeGroup group = new();
        await using ChatLogClient client = await ConnectAsync(group);
        foreach (FakeReplica replica in group.Replicas)
            replica.Kill();
        await Waiting.UntilAsync(() => client.PrimaryAddress is null, "the client has noticed that the primary is gone");

        Exception? failure = await FailureAsync(client.SendAsync("lobby", "ann", "m1", CancellationToken.None));

        Assert.That(failure, Is.TypeOf<UnavailableException>());
        failure = await FailureAsync(client.SendAsync("lobby", "ann", "m2", CancellationToken.None));
        Assert.That(failure, Is.TypeOf<UnavailableException>());
        Assert.That(((UnavailableException)failure!).Addresses.Select(address => address.Address), Is.EquivalentTo(group.Endpoints));
        Assert.That(failure.Message, Does.Contain("connection refused"));
    }

    [Test]
    public async Task A_message_of_unknown_outcome_never_runs_once_one_behind_it_has_run()
    {
        await using FakeGroup group = new();
        bool heals = false;
        group.Script = (_, arrival) => arrival == 0 || Volatile.Read(ref heals) ? Fate.Answer : Fate.LoseTheRequest;
        ClientOptions options = ClientTestOptions.For(group) with { RequestTimeout = TimeSpan.FromSeconds(2) };
        await using ChatLogClient client = await ChatLogClient.ConnectAsync(options, CancellationToken.None);
        Exception? failure = await FailureAsync(client.SendAsync("lobby", "ann", "m1", CancellationToken.None));
        Assert.That(failure, Is.TypeOf<OutcomeUnknownException>());
        ClientRequest lost = group.Sends[0];

        Volatile.Write(ref heals, true);
        await client.SendAsync("lobby", "ann", "m2", CancellationToken.None);

        Assert.That(group.Execute(lost)!.Value.Status, Is.EqualTo(ReplyStatus.Stale), "a copy that comes late");
        Assert.That(group.Texts("lobby"), Is.EqualTo("m2"));
    }

    [Test]
    public async Task A_client_that_was_idle_until_its_session_was_dropped_goes_on_and_nothing_of_it_runs_twice()
    {
        await using FakeGroup group = new();
        await using ChatLogClient client = await ClientTestOptions.ConnectAsync(group);
        await client.SendAsync("lobby", "ann", "m1", CancellationToken.None);
        group.LogTime += LongerThanALife;
        await using (ChatLogClient another = await ClientTestOptions.ConnectAsync(group))
            await another.SendAsync("elsewhere", "ben", "hello", CancellationToken.None);

        // Log time is heard with every reply.
        await client.ReadHistoryAsync("lobby", 1, 10, CancellationToken.None);
        long number = await client.SendAsync("lobby", "ann", "m2", CancellationToken.None);

        Assert.That(number, Is.EqualTo(2));
        Assert.That(group.Execute(group.Sends[0])!.Value.Status, Is.EqualTo(ReplyStatus.Stale), "a copy that comes late");
        Assert.That(group.Texts("lobby"), Is.EqualTo("m1 m2"));
    }

    [Test]
    public async Task A_call_that_is_called_off_before_a_copy_left_is_cancelled()
    {
        await using FakeGroup group = new();
        group.Script = (_, arrival) => arrival > 0 ? Fate.LoseTheRequest : Fate.Answer;
        ClientOptions options = ClientTestOptions.For(group) with { Window = 1 };
        await using ChatLogClient client = await ChatLogClient.ConnectAsync(options, CancellationToken.None);
        using CancellationTokenSource cancellation = new();
        Task<long> first = client.SendAsync("lobby", "ann", "m1", CancellationToken.None);
        Task<long> second = client.SendAsync("lobby", "ann", "m2", cancellation.Token);
        await Waiting.UntilAsync(() => group.Sends.Count > 0, "a copy of the first has left");

        await cancellation.CancelAsync();

        Assert.That(await FailureAsync(second), Is.InstanceOf<OperationCanceledException>());
        await client.DisposeAsync();
        Assert.That(await FailureAsync(first), Is.TypeOf<OutcomeUnknownException>());
        Assert.That(group.Sends.Select(send => send.Sequence.Number), Is.All.EqualTo(1));
    }

    [Test]
    public async Task A_call_that_is_called_off_after_a_copy_left_ends_as_unknown()
    {
        await using FakeGroup group = new();
        using CancellationTokenSource cancellation = new();
        group.Script = (_, arrival) =>
        {
            if (arrival > 0)
                cancellation.Cancel();
            return arrival > 0 ? Fate.LoseTheAnswer : Fate.Answer;
        };
        await using ChatLogClient client = await ClientTestOptions.ConnectAsync(group);

        Exception? failure = await FailureAsync(client.SendAsync("lobby", "ann", "m1", cancellation.Token));

        Assert.That(failure, Is.TypeOf<OutcomeUnknownException>());
        Assert.That(failure!.InnerException, Is.InstanceOf<OperationCanceledException>());
    }

    [Test]
    public async Task Too_many_waiting_messages_are_refused_as_not_applied()
    {
        await using FakeGroup group = new();
        group.Script = (_, arrival) => arrival > 0 ? Fate.LoseTheRequest : Fate.Answer;
        ClientOptions options = ClientTestOptions.For(group) with { Window = 1, Waiting = 2 };
        await using ChatLogClient client = await ChatLogClient.ConnectAsync(options, CancellationToken.None);
        Task<long>[] sends = [.. Enumerable.Range(0, 8).Select(_ => client.SendAsync("lobby", "ann", "hello", CancellationToken.None))];

        Task<long> last = sends[^1];

        Assert.That(await FailureAsync(last), Is.TypeOf<NotAppliedException>().With.Message.Contains("too many"));
    }

    private static Task<ChatLogClient> ConnectAsync(FakeGroup group) =>
        ChatLogClient.ConnectAsync(ClientTestOptions.For(group) with { RequestTimeout = _short }, CancellationToken.None);

    private static RetryToken TokenOf(ClientRequest sent) => new(sent.Session, sent.Sequence, sent.Expiry);

    private static async Task<Exception?> FailureAsync(Task task)
    {
        try
        {
            await task;
            return null;
        }
        catch (Exception exception)
        {
            return exception;
        }
    }
}
