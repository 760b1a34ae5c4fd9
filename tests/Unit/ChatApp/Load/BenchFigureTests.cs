using NUnit.Framework;
using PaxosShard.ChatClient.App.Load;
using PaxosShard.ChatClient.App.Verbs.Benches;
using PaxosShard.Programs;
using PaxosShard.Programs.Errors;

namespace PaxosShard.Tests.Unit.ChatApp.Load;

/// <summary>Figures and their bars.</summary>
[TestFixture]
internal sealed class BenchFigureTests
{
    private static readonly BenchFigure _free = new("time", "seconds", 1.2345, "s");
    private static readonly BenchFigure _met = new("blocked", "blockedMs", 50, "ms", Most: 50);
    private static readonly BenchFigure _missed = new("ratio", "ratio", 2.01, "x", Most: 2);
    private static readonly BenchFigure _unknown = new("first", "first", null, "s", Most: 1);

    [Test]
    public void A_bar_is_met_up_to_itself_and_never_by_what_was_not_measured()
    {
        Assert.That((_free.Text, _free.Bar, _free.Verdict), Is.EqualTo(("1.234 s", "", "")).Or.EqualTo(("1.235 s", "", "")));
        Assert.That((_met.Text, _met.Bar, _met.Verdict), Is.EqualTo(("50 ms", "<= 50 ms", "met")));
        Assert.That((_missed.Text, _missed.Bar, _missed.Verdict), Is.EqualTo(("2.01 x", "<= 2 x", "not met")));
        Assert.That((_unknown.Text, _unknown.Verdict), Is.EqualTo(("-", "not met")));
    }

    [Test]
    public void Scripts_get_the_figures_and_the_bars() => Assert.That(
        Json.ObjectLine(static writer => FigureTable.Write(writer, [_free, _met, _unknown])),
        Is.EqualTo("""{"seconds":1.2345,"blockedMs":50,"first":null,"bars":[{"figure":"blockedMs","most":50,"met":true},{"figure":"first","most":1,"met":false}]}"""));

    [Test]
    public void Missed_bars_are_an_error_that_names_them_all()
    {
        FigureTable.Check([_free, _met]);

        ReportedException error = Assert.Throws<ReportedException>(static () => FigureTable.Check([_free, _met, _missed, _unknown]))!;
        Assert.That((error.Kind, error.Message), Is.EqualTo((ErrorKinds.BarMissed, "ratio: 2.01 x, not <= 2 x; first: -, not <= 1 s")));
    }
}
