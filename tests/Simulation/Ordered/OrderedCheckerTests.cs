using NUnit.Framework;
using PaxosShard.Client.Histories;
using PaxosShard.Client.Histories.Ordered;

namespace PaxosShard.Tests.Simulation.Ordered;

/// <summary>The checkers of ordered sessions are tests that must be seen to fail: on histories made by hand.</summary>
[TestFixture]
public sealed class OrderedCheckerTests
{
    private static readonly OrderedSearchChecker Search = new(2_000_000);

    public static IEnumerable<TestCaseData> IllegalHistories() => Cases(OrderedHistories.Illegal);

    public static IEnumerable<TestCaseData> HistoriesThatAreIllegalByTheLog() => Cases(OrderedHistories.IllegalByTheLog);

    public static IEnumerable<TestCaseData> LegalHistories() =>
        OrderedHistories.Legal.Select(static pair => new TestCaseData(pair.History).SetArgDisplayNames(pair.Name));

    [TestCaseSource(nameof(IllegalHistories))]
    public void Illegal_history_is_found_by_both_checkers(OrderedFault fault, string text)
    {
        (IReadOnlyList<OrderedOperation> history, VersionOrder order) = OrderedHistoryText.Parse(text);
        OrderedVerdict graph = OrderedGraphChecker.Check(history, order);
        OrderedVerdict search = Search.Check(history);

        Assert.That(graph.Outcome, Is.EqualTo(HistoryOutcome.NotLinearizable), "graph");
        Assert.That(graph.Fault, Is.EqualTo(fault), graph.Reason);
        Assert.That(graph.Reason, Is.Not.Empty);
        Assert.That(search.Outcome, Is.EqualTo(HistoryOutcome.NotLinearizable), "search");
        Assert.That(search.Fault, Is.EqualTo(fault is OrderedFault.Recording or OrderedFault.AnswerOrder ? fault : OrderedFault.NoOrder), search.Reason);
        Assert.That(search.Reason, Is.Not.Empty);
    }

    [TestCaseSource(nameof(HistoriesThatAreIllegalByTheLog))]
    public void History_that_another_log_would_explain_is_found_by_the_graph_alone(OrderedFault fault, string text)
    {
        (IReadOnlyList<OrderedOperation> history, VersionOrder order) = OrderedHistoryText.Parse(text);
        OrderedVerdict graph = OrderedGraphChecker.Check(history, order);

        Assert.That(graph.Outcome, Is.EqualTo(HistoryOutcome.NotLinearizable));
        Assert.That(graph.Fault, Is.EqualTo(fault), graph.Reason);
        Assert.That(Search.Check(history).Outcome, Is.EqualTo(HistoryOutcome.Linearizable));
    }

    [TestCaseSource(nameof(LegalHistories))]
    public void Legal_history_passes_both_checkers_with_an_order_that_explains_it(string text)
    {
        (IReadOnlyList<OrderedOperation> history, VersionOrder order) = OrderedHistoryText.Parse(text);
        OrderedVerdict graph = OrderedGraphChecker.Check(history, order);
        OrderedVerdict search = Search.Check(history);

        Assert.That(graph.Outcome, Is.EqualTo(HistoryOutcome.Linearizable), graph.Reason);
        Assert.That(OrderWitness.FindFault(history, graph.Order), Is.Null);
        Assert.That(search.Outcome, Is.EqualTo(HistoryOutcome.Linearizable), search.Reason);
        Assert.That(OrderWitness.FindFault(history, search.Order), Is.Null);
    }

    [Test]
    public void A_circle_is_told_as_the_shortest_one_in_lines_that_name_each_operation_and_why_it_comes_before_the_next()
    {
        (IReadOnlyList<OrderedOperation> history, VersionOrder order) = OrderedHistoryText.Parse(
            "2.2 x 0-9 put d; 1.1 x 0-9 put a; 1.2 y 0-9 put b; 2.1 y 0-9 put c; 3.1 x 10-11 get [a]; 3.2 y 12-13 get [c]; 4.1 z 0-1 put e; 4.2 z 2-3 put f");

        Assert.That(OrderedGraphChecker.Check(history, order).Reason.Split('\n'), Is.EqualTo(new[]
        {
            "operations come before each other in a circle:",
            "  1.1 (Put x 97: Done, 0-9) was issued, by the same session, before 1.2 (Put y 98: Done, 0-9)",
            "  1.2 (Put y 98: Done, 0-9) took effect on the key before 2.1 (Put y 99: Done, 0-9)",
            "  2.1 (Put y 99: Done, 0-9) was issued, by the same session, before 2.2 (Put x 100: Done, 0-9)",
            "  2.2 (Put x 100: Done, 0-9) took effect on the key before 1.1 (Put x 97: Done, 0-9)",
        }));
    }

    [Test]
    public void Of_a_long_and_a_short_circle_through_the_same_operations_the_short_one_is_told()
    {
        (IReadOnlyList<OrderedOperation> history, VersionOrder order) = OrderedHistoryText.Parse(
            "3.1 x 8-9 append c; 2.1 x 4-5 append b; 1.1 x 0-1 append a; 4.1 x 0-20 get [c b a]");

        Assert.That(OrderedGraphChecker.Check(history, order).Reason.Split('\n'), Has.Length.EqualTo(3));
    }

    [Test]
    public void A_search_that_is_given_up_is_not_a_pass()
    {
        (IReadOnlyList<OrderedOperation> history, _) = OrderedHistoryText.Parse("1.1 x 0-1 put a; 1.2 x 2-3 put b; 1.3 x 4-5 put c; 1.4 x 6-7 put d");
        (IReadOnlyList<OrderedOperation> tooLong, _) = OrderedHistoryText.Parse(
            string.Join("; ", Enumerable.Range(1, OrderedSearchChecker.OperationLimit + 1).Select(static number => $"1.{number} x {number}-{number} get missing")));
        (IReadOnlyList<OrderedOperation> tooMany, _) = OrderedHistoryText.Parse(
            string.Join("; ", Enumerable.Range(1, OrderedSearchChecker.SessionLimit + 1).Select(static session => $"{session}.1 x 0-1 get missing")));

        Assert.That(new OrderedSearchChecker(3).Check(history).Outcome, Is.EqualTo(HistoryOutcome.Undecided));
        Assert.That(Search.Check(tooLong).Outcome, Is.EqualTo(HistoryOutcome.Undecided));
        Assert.That(Search.Check(tooMany).Outcome, Is.EqualTo(HistoryOutcome.Undecided));
    }

    [Test]
    public void Too_many_choices_for_reads_of_nothing_are_not_a_pass()
    {
        string changes = "1.1 x 0-50 put a; 1.2 x 0-50 delete done; 1.3 y 0-50 put b";
        string reads = string.Join("; ", Enumerable.Range(1, 13).Select(static number => $"2.{number} x 0-50 get missing"));
        (IReadOnlyList<OrderedOperation> history, VersionOrder order) = OrderedHistoryText.Parse($"{changes}; {reads}; 2.14 x 0-50 get [a]; 2.15 y 0-50 get [b]; 2.16 y 0-50 get missing");

        Assert.That(OrderedGraphChecker.Check(history, order).Outcome, Is.EqualTo(HistoryOutcome.Undecided));
    }

    private static IEnumerable<TestCaseData> Cases((string Name, OrderedFault Fault, string History)[] histories) =>
        histories.Select(static one => new TestCaseData(one.Fault, one.History).SetArgDisplayNames(one.Name));
}
