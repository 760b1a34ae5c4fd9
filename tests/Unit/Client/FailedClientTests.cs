using NUnit.Framework;
using PaxosShard.Client;
using PaxosShard.Client.Core;
using PaxosShard.Client.Links;
using PaxosShard.Wire.Commands;

namespace PaxosShard.Tests.Unit.Client;

/// <summary>The library itself fails, which must never happen: then every caller hears of it, and nobody waits for ever.</summary>
public sealed class FailedClientTests
{
    [TestCase(true, typeof(OutcomeUnknownException), Description = "a copy of the message has left")]
    [TestCase(false, typeof(NotAppliedException), Description = "it waits for a place in the window")]
    public async Task Whatever_fails_however_often_every_caller_ends_with_what_is_true(bool hasLeft, Type failure)
    {
        await using FakeGroup group = new();
        await using ChatLogClient client = await ChatLogClient.ConnectAsync(ClientTestOptions.For(group) with { Window = 1 }, CancellationToken.None);
        client.ConnectionChanged += static (_, _) => throw new InvalidOperationException("a handler that throws");
        group.Primary.Pause();
        Task<long>? before = hasLeft ? null : client.SendAsync("lobby", "ann", "m0", CancellationToken.None);
        Task<long> sent = client.SendAsync("lobby", "ann", "m1", CancellationToken.None);
        Task<HistoryResult> asked = client.ReadHistoryAsync("lobby", 1, 10, CancellationToken.None);

        group.Primary.Kill();

        Exception early = (await Assert.CatchAsync(() => sent))!;
        Assert.That(early, Is.TypeOf(failure));
        Assert.That(early.Message, Does.Contain("a handler that throws"));
        Assert.That(async () => await asked, Throws.TypeOf<NotAppliedException>());
        if (before is not null)
            Assert.That(async () => await before, Throws.TypeOf<OutcomeUnknownException>());

        // Callers hear of the failure one after the other: of a call that comes meanwhile nobody knows any more.
        while (await Assert.CatchAsync(() => client.SendAsync("lobby", "ann", "meanwhile", CancellationToken.None)) is OutcomeUnknownException)
            await Task.Yield();
        for (int number = 2; number < 5; number++)
        {
            Assert.That(async () => await client.SendAsync("lobby", "ann", $"m{number}", CancellationToken.None), Fails);
            Assert.That(async () => await await client.EnqueueAsync("lobby", "ann", $"m{number}", CancellationToken.None), Fails);
            Assert.That(async () => await client.ReadHistoryAsync("lobby", 1, 10, CancellationToken.None), Fails);
        }
    }

    [Test]
    public void When_closing_fails_too_the_calls_that_are_open_end_and_the_core_is_left_alone()
    {
        OpenCalls calls = new();
        int steps = 0;
        List<Exception> failures = [];
        CorePump pump = null!;
        pump = new CorePump(NewCore(), TimeProvider.System, Throw, OnFailure);
        SendCall<byte> waiting = new(new byte[] { 1 }, ClientTestOptions.Patience, waitsForRoom: true, static result => result[0]);
        Assert.That(calls.TryAdd(waiting, out _), Is.True);

        for (int count = 0; count < 3; count++)
            pump.Post([ClientInput.Begin(waiting.Request)]);
        pump.Ended.ResumeHere();

        Assert.That(waiting.Taken.IsCompletedSuccessfully, Is.True, "it does not wait for room any more");
        Assert.That(async () => await waiting.Result, Throws.InstanceOf<OutcomeUnknownException>());
        Assert.That(failures.Cast<AggregateException>().Single().InnerExceptions.Select(static failure => failure.Message), Is.EqualTo(new[] { "step 1", "step 2" }));
        Assert.That(steps, Is.EqualTo(2), "the one that failed, and the attempt to close");

        void Throw(ClientEffects effects) => throw new InvalidOperationException($"step {++steps}");

        void OnFailure(Exception failure)
        {
            failures.Add(failure);
            calls.FailAll(CorePump.FailureText(failure), pump.Ended);
        }
    }

    [Test]
    public void A_question_that_failed_changed_nothing_and_a_message_that_came_too_late_was_not_applied()
    {
        OpenCalls calls = new();
        QueryCall open = new(new byte[] { 1 }, ClientTestOptions.Patience);
        calls.TryAdd(open, out _);
        EndedCalls ended = new(static () => { });
        calls.FailAll("no more", ended);
        ended.ResumeHere();
        SendCall<byte> late = new(new byte[] { 1 }, ClientTestOptions.Patience, waitsForRoom: false, static result => result[0]);

        Assert.That(calls.TryAdd(late, out _), Is.False);

        Assert.That(async () => await open.Answer, Throws.InstanceOf<NotAppliedException>().With.Message.EqualTo("no more"));
        Assert.That(async () => await late.Result, Throws.InstanceOf<NotAppliedException>().With.Message.EqualTo("no more"));
    }

    private static NUnit.Framework.Constraints.IResolveConstraint Fails =>
        Throws.InstanceOf<NotAppliedException>().With.Message.Contains("the client failed: a handler that throws");

    private static PaxosShard.Client.Core.ClientCore NewCore() => new(new ClientCoreOptions { Seed = 1 }, ["127.0.0.1:1"]);
}
