using NUnit.Framework;
using PaxosShard.Client.Core;
using PaxosShard.Client.Links;

namespace PaxosShard.Tests.Unit.Client;

/// <summary>Callers whose calls ended together go on one after the other, and whatever one of them does, the others go on.</summary>
public sealed class EndedCallsTests
{
    private readonly List<string> _happened = [];
    private EndedCalls _ended = null!;

    [SetUp]
    public void Begin()
    {
        _happened.Clear();
        _ended = new EndedCalls(() => Note("taken in"));
    }

    [Test]
    public void They_go_on_in_the_order_in_which_their_calls_ended_and_what_they_ask_is_taken_in_behind_the_last()
    {
        for (int number = 1; number <= 3; number++)
        {
            string name = $"{number}";
            Add(() => Note(name));
        }

        _ended.ResumeHere();

        Assert.That(_happened, Is.EqualTo(new[] { "1", "2", "3", "taken in" }));
    }

    [Test]
    public void Those_whose_calls_end_meanwhile_go_on_behind_them()
    {
        Add(() => Add(() => Note("later")));
        Add(() => Note("before"));

        _ended.ResumeHere();

        Assert.That(_happened, Is.EqualTo(new[] { "before", "taken in", "later", "taken in" }));
    }

    [Test]
    public void A_batch_is_used_again_and_forgets_who_was_in_it()
    {
        for (int time = 1; time <= 3; time++)
        {
            Add(() => Note("one"));
            _ended.ResumeHere();
        }

        Assert.That(_happened.Count(static what => string.Equals(what, "one", StringComparison.Ordinal)), Is.EqualTo(3));
    }

    [Test]
    public void Only_who_goes_on_before_the_last_is_waited_for_and_only_by_the_same_link()
    {
        // However long the machine stands still meanwhile.
        _ended = new EndedCalls(static () => { }, long.MaxValue);
        EndedCalls others = new(static () => { });
        List<(bool Behind, bool Last, bool LastAgain, bool OthersBehind)> looks = [];
        for (int count = 0; count < 3; count++)
            Add(() => looks.Add((_ended.IsBehind(), _ended.IsLastHere(), _ended.IsLastHere(), others.IsBehind() || others.IsLastHere())));

        _ended.ResumeHere();

        Assert.That(looks, Is.EqualTo(new[] { (true, false, false, false), (true, false, false, false), (false, true, false, false) }));
        Assert.That(_ended.IsBehind() || _ended.IsLastHere(), Is.False, "the batch is over");
    }

    [Test]
    public async Task When_one_blocks_the_others_go_on_and_what_it_asks_from_then_on_is_not_kept_for_later()
    {
        using SemaphoreSlim second = new(0);
        bool? isBehind = null;
        Add(() =>
        {
            second.Wait();
            isBehind = _ended.IsBehind();
        });
        Add(() => second.Release());

        Task running = Task.Run(_ended.ResumeHere);
        while (!running.IsCompleted)
        {
            _ended.OnTick();
            await Task.Yield();
        }

        Assert.That(isBehind, Is.False);
    }

    [Test]
    public void When_nobody_ticks_any_more_each_goes_on_by_itself()
    {
        using SemaphoreSlim second = new(0);
        using SemaphoreSlim both = new(0);
        _ended.Close();
        Add(() =>
        {
            second.Wait();
            both.Release();
        });
        Add(() => second.Release());

        _ended.ResumeHere();

        Assert.That(both.Wait(ClientTestOptions.Patience), Is.True);
    }

    [Test]
    public async Task A_batch_that_blocks_when_the_last_tick_is_over_is_handed_out()
    {
        using SemaphoreSlim begun = new(0);
        using SemaphoreSlim second = new(0);
        Add(() =>
        {
            begun.Release();
            second.Wait();
        });
        Add(() => second.Release());
        Task running = Task.Run(_ended.ResumeHere);
        await begun.WaitAsync();

        _ended.Close();

        await running.WaitAsync(ClientTestOptions.Patience);
    }

    private void Note(string what) => _happened.Add(what);

    private void Add(Action resume) => _ended.Add(new EndedCall(new ScriptedCall(resume), Outcome.Done, default, default, Error: null));

    private sealed class ScriptedCall(Action resume) : LinkCall
    {
        public override Call Call => throw new InvalidOperationException("no core drives it");

        public override void Resume(in EndedCall ended) => resume();
    }
}
