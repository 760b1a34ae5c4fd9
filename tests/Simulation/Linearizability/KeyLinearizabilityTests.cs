using NUnit.Framework;
using PaxosShard.Client.Histories;
using PaxosShard.Simulator.Checks.Linearizability;
using PaxosShard.Simulator.Randomness;

namespace PaxosShard.Tests.Simulation.Linearizability;

/// <summary>The checkers of keys are tests that must be seen to fail: on histories made by hand, and on each other.</summary>
[TestFixture]
public sealed class KeyLinearizabilityTests
{
    private static readonly WingGongChecker<KeyState, KeyOperation> General = new(new KeyModel(), 2_000_000);

    public static IEnumerable<TestCaseData> IllegalHistories() =>
        KeyHistories.Illegal.Select(pair => new TestCaseData(pair.History).SetArgDisplayNames(pair.Name));

    public static IEnumerable<TestCaseData> LegalHistories() =>
        KeyHistories.Legal.Select(pair => new TestCaseData(pair.History).SetArgDisplayNames(pair.Name));

    [TestCaseSource(nameof(IllegalHistories))]
    public void Illegal_history_is_found_by_both_checkers(string history)
    {
        IReadOnlyList<KeyOperation> operations = KeyHistoryText.Parse(history);

        Assert.That(KeyHistoryChecker.Check(operations).Outcome, Is.EqualTo(HistoryOutcome.NotLinearizable), "short");
        Assert.That(CheckGenerally(operations).Outcome, Is.EqualTo(HistoryOutcome.NotLinearizable), "general");
    }

    [TestCaseSource(nameof(LegalHistories))]
    public void Legal_history_passes_both_checkers(string history)
    {
        IReadOnlyList<KeyOperation> operations = KeyHistoryText.Parse(history);

        Assert.That(KeyHistoryChecker.Check(operations), Is.EqualTo(Verdict.Legal), "short");
        Assert.That(CheckGenerally(operations), Is.EqualTo(Verdict.Legal), "general");
    }

    [TestCase("0-1 put a; 4-5 put c; 2-3 put b", TestName = "The log has a change before one that was over when it began")]
    [TestCase("0-1 put a; 2-3 put b never; 4-5 get [b]", TestName = "A change was answered that the log does not have")]
    [TestCase("0-5 put a; 0-5 put b; 6-7 get [a]", TestName = "A read shows what the log had brought before something else")]
    public void History_that_another_order_would_explain_is_not_that_of_the_log(string history)
    {
        IReadOnlyList<KeyOperation> operations = KeyHistoryText.Parse(history);

        Assert.That(KeyHistoryChecker.Check(operations).Outcome, Is.EqualTo(HistoryOutcome.NotLinearizable));
        Assert.That(CheckGenerally(operations).Outcome, Is.EqualTo(HistoryOutcome.Linearizable));
    }

    [Test]
    public void What_passes_the_short_way_passes_the_general_search()
    {
        int illegal = 0;
        for (ulong seed = 1; seed <= 600; seed++)
        {
            IReadOnlyList<KeyOperation> operations = RandomKeyHistory.Make(RandomStream.Named(seed, "history"), out bool lies);

            Verdict general = CheckGenerally(operations);
            Verdict shortcut = KeyHistoryChecker.Check(operations);

            Assert.That(general.Outcome, Is.Not.EqualTo(HistoryOutcome.Undecided), $"seed {seed}");
            if (!lies)
                Assert.That(shortcut, Is.EqualTo(Verdict.Legal), $"seed {seed}");
            if (shortcut.Outcome == HistoryOutcome.Linearizable)
                Assert.That(general, Is.EqualTo(Verdict.Legal), $"seed {seed}");
            illegal += shortcut.Outcome == HistoryOutcome.NotLinearizable ? 1 : 0;
        }

        Assert.That(illegal, Is.InRange(50, 500), "the histories are neither all right nor all wrong");
    }

    private static Verdict CheckGenerally(IReadOnlyList<KeyOperation> operations) =>
        General.Check(operations, operation => (operation.Invoked, operation.Returned));
}
