using NUnit.Framework;
using PaxosShard.ChatClient.App.Load;
using PaxosShard.ChatClient.App.Load.Gateway;

namespace PaxosShard.Tests.Unit.ChatApp.Load.Gateway;

/// <summary>The answers of a gateway, and how they are counted.</summary>
[TestFixture]
internal sealed class GatewayAnswersTests
{
    [TestCase("Success", GatewayAnswer.Served, null)]
    [TestCase("Success | ", GatewayAnswer.Served, "")]
    [TestCase("Success | green | x", GatewayAnswer.Served, "green | x")]
    [TestCase("Fail | missing", GatewayAnswer.Served, null)]
    [TestCase("Fail | busy: all threads wait", GatewayAnswer.Busy, null)]
    [TestCase("Fail | not applied: no primary", GatewayAnswer.NotApplied, null)]
    [TestCase("Fail | unknown: may have been applied", GatewayAnswer.Unknown, null)]
    [TestCase("", GatewayAnswer.Unknown, null)]
    public void A_line_says_what_became_of_a_request(string line, object answer, string? value)
    {
        Assert.That(GatewayAnswers.Read(line), Is.EqualTo(answer));
        Assert.That(GatewayAnswers.ValueOf(line), Is.EqualTo(value));
    }

    [TestCase("Fail | busy: all threads wait", false, true)]
    [TestCase("Fail | not applied: no primary", false, true)]
    [TestCase("Fail | unknown: may have been applied", true, false)]
    [TestCase(null, true, false, Description = "the connection was lost")]
    [TestCase("Fail | mismatch | green", false, false)]
    [TestCase("Success", false, false)]
    public void Whoever_appends_hears_whether_it_may_be_sent_again(string? line, bool isUnknown, bool isNotApplied)
    {
        Assert.That(GatewayAnswers.IsUnknown(line), Is.EqualTo(isUnknown));
        Assert.That(line is not null && GatewayAnswers.IsNotApplied(line), Is.EqualTo(isNotApplied));
    }

    [Test]
    public void A_window_counts_for_itself_and_for_the_whole()
    {
        GatewayWindow whole = new();
        GatewayWindow part = new(whole);
        GatewayAnswer[] answers = [GatewayAnswer.Served, GatewayAnswer.Busy, GatewayAnswer.NotApplied, GatewayAnswer.Unknown];
        foreach (GatewayAnswer _ in answers)
            part.Begin();
        Assert.That((part.UnderWay, whole.UnderWay), Is.EqualTo((4L, 4L)));

        foreach (GatewayAnswer answer in answers)
            part.End(answer, TimeSpan.FromMilliseconds(3));
        foreach (GatewayWindow window in new[] { part, whole })
            Assert.That((window.Served.Count, window.Busy, window.Failed, window.UnderWay), Is.EqualTo((1L, 1L, 2L, 0L)));
    }

    [Test]
    public void The_other_shards_are_held_against_what_they_were_before()
    {
        GatewayWindow all = new();
        GatewayBenchResult result = new(new GatewayBenchPlan(2, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1)))
        {
            All = all, OthersBefore = Of(all, 4), StoppedBefore = Of(all, 100), OthersDuring = Of(null, 9), StoppedDuring = Of(null, 900),
            Processors = new ProcessorTime(TimeSpan.FromMilliseconds(2), TimeSpan.FromMilliseconds(6), TimeSpan.FromMilliseconds(1)), Length = TimeSpan.FromSeconds(2), Wrong = 0,
        };

        Dictionary<string, BenchFigure> figures = result.Figures().ToDictionary(static figure => figure.Key, StringComparer.Ordinal);
        Assert.That(figures["requestsPerSecond"].Value, Is.EqualTo(1));
        Assert.That((figures["mastersSecondsPerThousand"].Value, figures["shardsSecondsPerThousand"].Value, figures["loadSecondsPerThousand"].Value), Is.EqualTo(((double?)1, (double?)3, (double?)0.5)));
        Assert.That((figures["othersStoppedRatio"].Value, figures["othersStoppedRatio"].IsMissed), Is.EqualTo(((double?)2.25, true)));
    }

    private static GatewayWindow Of(GatewayWindow? whole, double milliseconds)
    {
        GatewayWindow window = new(whole);
        window.Begin();
        window.End(GatewayAnswer.Served, TimeSpan.FromMilliseconds(milliseconds));
        return window;
    }
}
