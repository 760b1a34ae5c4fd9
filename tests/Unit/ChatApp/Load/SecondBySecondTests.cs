using NUnit.Framework;
using PaxosShard.ChatClient.App.Load.Levels;

namespace PaxosShard.Tests.Unit.ChatApp.Load;

/// <summary>What came in which second of a measurement, and for how long nothing did.</summary>
[TestFixture]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class SecondBySecondTests
{
    private readonly SecondBySecond _seconds = new(TimeSpan.FromSeconds(3.5));

    [Test]
    public void Each_second_has_its_answers_and_one_without_any_is_there_too()
    {
        Add(100, 1);
        Add(999, 3);
        Add(2000, 7);

        Assert.That(_seconds.Seconds().Select(static second => (second.Number, second.Count)), Is.EqualTo(new[] { (0, 2L), (1, 0L), (2, 1L), (3, 0L) }));
        Assert.That(_seconds.Seconds()[0].Worst.TotalMilliseconds, Is.EqualTo(3).Within(0.01));
        Assert.That(_seconds.Seconds()[2].Median.TotalMilliseconds, Is.EqualTo(7).Within(0.01));
    }

    [Test]
    public void The_longest_time_without_an_answer_may_be_at_the_beginning_in_the_middle_and_at_the_end()
    {
        Assert.That(_seconds.LongestGap(), Is.EqualTo(TimeSpan.FromSeconds(3.5)));
        SecondBySecond others = new(TimeSpan.FromSeconds(2));
        foreach (double at in (double[])[200, 300, 1500, 1400, 1900])
            others.Add(TimeSpan.FromMilliseconds(at), TimeSpan.FromMilliseconds(1));

        Assert.That(others.LongestGap().TotalMilliseconds, Is.EqualTo(1200).Within(0.001));
    }

    private void Add(double milliseconds, double latency) => _seconds.Add(TimeSpan.FromMilliseconds(milliseconds), TimeSpan.FromMilliseconds(latency));
}
