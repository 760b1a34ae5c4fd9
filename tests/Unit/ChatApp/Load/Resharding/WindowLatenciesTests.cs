using NUnit.Framework;
using PaxosShard.ChatClient.App.Load;
using PaxosShard.ChatClient.App.Load.Resharding;
using PaxosShard.Wire.Placement;
using static PaxosShard.Tests.Unit.ChatApp.Load.Resharding.ReshardExample;

namespace PaxosShard.Tests.Unit.ChatApp.Load.Resharding;

/// <summary>Writes count in the window in which they were due, and a key is blocked by what was under way at the hand-over.</summary>
[TestFixture]
internal sealed class WindowLatenciesTests
{
    [TestCase(99, null)]
    [TestCase(100, ChangeWindow.Quiet)]
    [TestCase(200, ChangeWindow.Starting)]
    [TestCase(299, ChangeWindow.Starting)]
    [TestCase(300, ChangeWindow.Copying)]
    [TestCase(400, ChangeWindow.HandingOver)]
    [TestCase(499, ChangeWindow.HandingOver)]
    [TestCase(500, ChangeWindow.After)]
    [TestCase(600, null)]
    public void Each_time_is_in_one_window(double milliseconds, object? window) => Assert.That(Times().WindowOf(At(milliseconds)), Is.EqualTo(window));

    [Test]
    public void A_step_that_nobody_saw_begins_with_the_next_one()
    {
        JobTimes times = new() { Done = At(9) };
        times.See(JobStep.Committed, At(7));
        times.See(JobStep.Committed, At(8));

        Assert.That((times.Copying, times.Draining, times.Committed), Is.EqualTo((At(7), At(7), At(7))));
        Assert.That(new JobTimes { Done = At(9) }.Copying, Is.EqualTo(At(9)), "nor was any step seen");
    }

    [Test]
    public void The_first_progress_is_a_piece_or_the_end_of_copying()
    {
        JobTimes times = Times();
        times.SeeCopied(0, 0, At(310));
        Assert.That(times.Progress, Is.EqualTo(At(400)), "no piece was seen");

        times.SeeCopied(2, 500, At(320));
        times.SeeCopied(3, 800, At(330));
        times.SeeCopied(0, 0, At(450));
        Assert.That((times.Progress, times.CopiedPieces, times.CopiedBytes), Is.EqualTo((At(320), 3L, 800L)));
    }

    [Test]
    public void Writes_count_where_they_were_due_by_the_kind_of_their_key()
    {
        WindowLatencies latencies = new(Keys, [Moving(50, 1), Moving(150, 2), Moving(399, 90), Staying(450, 4), Staying(550, 5), Staying(599, 6), Staying(601, 7)], Times());

        Assert.That(Counts(latencies, isMoving: true), Is.EqualTo(new long[] { 1, 0, 1, 0, 0 }));
        Assert.That(Counts(latencies, isMoving: false), Is.EqualTo(new long[] { 0, 0, 0, 1, 2 }));
        Assert.That(latencies.Of(ChangeWindow.Copying, isMoving: true).Longest.TotalMilliseconds, Is.EqualTo(90).Within(0.1).Percent);
    }

    [Test]
    public void A_moving_key_is_blocked_as_long_as_the_longest_write_that_was_under_way_at_the_hand_over()
    {
        WindowLatencies latencies = new(Keys, [Moving(150, 200), Moving(390, 30), Moving(410, 70, isAcknowledged: false), Moving(490, 40), Moving(510, 300), Staying(410, 500)], Times());

        Assert.That(latencies.Blocked.Count, Is.EqualTo(1), "one duration for the one key that moves");
        Assert.That(latencies.Blocked.Longest.TotalMilliseconds, Is.EqualTo(70).Within(0.1).Percent);
    }

    [Test]
    public void A_key_without_a_write_at_the_hand_over_says_nothing() =>
        Assert.That(new WindowLatencies(Keys, [Moving(150, 1), Moving(300, 99), Moving(500, 1)], Times()).Blocked.Count, Is.Zero);

    [Test]
    public void The_figures_hold_the_measured_against_the_bars()
    {
        ReshardBenchResult result = new(new ReshardBenchPlan(300, 100, 10, TimeSpan.FromSeconds(1)), 2, Keys, [Staying(150, 2), Staying(350, 3), Staying(450, 5), Moving(410, 60)], Times())
        {
            MovedArcs = 1365, MovedValues = 108, LostWrites = 0, LostValues = 1,
        };

        Dictionary<string, BenchFigure> figures = result.Figures().ToDictionary(static figure => figure.Key, StringComparer.Ordinal);
        Assert.That(figures["jobSeconds"].Value, Is.EqualTo(0.25));
        Assert.That((figures["shareDeviation"].Value, figures["shareDeviation"].IsMet), Is.EqualTo(((double?)8, true)), "36 % against a third");
        Assert.That((figures["stayingCopyingRatio"].IsMet, figures["stayingHandingOverRatio"].IsMissed), Is.EqualTo((true, true)), "1.5 and 2.5 times");
        Assert.That(figures["blockedP99Ms"].IsMissed, Is.True);
        Assert.That(figures["copiedMegabytesPerSecond"].Value, Is.Null, "nothing was seen of the copy");
        Assert.That((figures["lostValues"].IsMissed, result.IsClean), Is.EqualTo((true, false)));
    }

    private static IEnumerable<long> Counts(WindowLatencies latencies, bool isMoving) => Enum.GetValues<ChangeWindow>().Select(window => latencies.Of(window, isMoving).Count);
}
