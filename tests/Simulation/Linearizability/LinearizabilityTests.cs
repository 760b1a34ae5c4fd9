using NUnit.Framework;
using PaxosShard.Client.Histories;
using PaxosShard.Simulator.Checks.Linearizability;
using PaxosShard.Simulator.Randomness;

namespace PaxosShard.Tests.Simulation.Linearizability;

/// <summary>The checkers are tests that must be seen to fail: on histories made by hand, and on each other.</summary>
[TestFixture]
public sealed class LinearizabilityTests
{
    private static readonly WingGongChecker<RoomState, RoomOperation> General = new(new RoomModel(), 2_000_000);

    public static IEnumerable<TestCaseData> IllegalHistories() =>
        Histories.Illegal.Select(pair => new TestCaseData(pair.History).SetArgDisplayNames(pair.Name));

    public static IEnumerable<TestCaseData> LegalHistories() =>
        Histories.Legal.Select(pair => new TestCaseData(pair.History).SetArgDisplayNames(pair.Name));

    [TestCaseSource(nameof(IllegalHistories))]
    public void Illegal_history_is_found_by_both_checkers(string history)
    {
        IReadOnlyList<RoomOperation> operations = HistoryText.Parse(history);

        Assert.That(RoomHistoryChecker.Check(operations).Outcome, Is.EqualTo(HistoryOutcome.NotLinearizable), "short");
        Assert.That(CheckGenerally(operations).Outcome, Is.EqualTo(HistoryOutcome.NotLinearizable), "general");
    }

    [TestCaseSource(nameof(LegalHistories))]
    public void Legal_history_passes_both_checkers(string history)
    {
        IReadOnlyList<RoomOperation> operations = HistoryText.Parse(history);

        Assert.That(RoomHistoryChecker.Check(operations), Is.EqualTo(Verdict.Legal), "short");
        Assert.That(CheckGenerally(operations), Is.EqualTo(Verdict.Legal), "general");
    }

    [Test]
    public void Both_checkers_agree_on_histories_of_a_room_with_random_faults()
    {
        int illegal = 0;
        for (ulong seed = 1; seed <= 600; seed++)
        {
            IReadOnlyList<RoomOperation> operations = RandomHistory.Make(RandomStream.Named(seed, "history"));

            Verdict general = CheckGenerally(operations);
            Verdict shortcut = RoomHistoryChecker.Check(operations);

            Assert.That(general.Outcome, Is.Not.EqualTo(HistoryOutcome.Undecided), $"seed {seed}");
            Assert.That(shortcut.Outcome, Is.EqualTo(general.Outcome), $"seed {seed}: {shortcut.Reason} / {general.Reason}");
            illegal += general.Outcome == HistoryOutcome.NotLinearizable ? 1 : 0;
        }

        Assert.That(illegal, Is.InRange(100, 500), "the histories are neither all right nor all wrong");
    }

    [Test]
    public void A_search_that_is_given_up_is_not_a_pass()
    {
        WingGongChecker<RoomState, RoomOperation> impatient = new(new RoomModel(), maximumSteps: 3);

        Verdict verdict = impatient.Check(
            HistoryText.Parse("0-1 a=1; 2-3 b=2; 4-5 c=3; 6-7 d=4"),
            operation => (operation.Invoked, operation.Returned));

        Assert.That(verdict.Outcome, Is.EqualTo(HistoryOutcome.Undecided));
    }

    private static Verdict CheckGenerally(IReadOnlyList<RoomOperation> operations) =>
        General.Check(operations, operation => (operation.Invoked, operation.Returned));
}
