using NUnit.Framework;
using PaxosShard.Client.Histories;
using PaxosShard.Client.Histories.Ordered;
using PaxosShard.Simulator.Randomness;

namespace PaxosShard.Tests.Simulation.Ordered;

/// <summary>The two checkers of ordered sessions are held against each other on random histories, and what they accept against the order that they give.</summary>
[TestFixture]
public sealed class OrderedAgreementTests
{
    private const int Histories = 3000;
    private static readonly OrderedSearchChecker Search = new(2_000_000);
    private static readonly KeyAction[] Everything = Enum.GetValues<KeyAction>();

    [Test]
    public void Legal_histories_of_all_commands_pass_both_checkers()
    {
        for (ulong seed = 1; seed <= Histories; seed++)
        {
            RandomStream random = RandomStream.Named(seed, "legal");
            RandomOrderedHistory made = RandomOrderedHistory.Make(random, random.Between(1, 4), random.Between(2, 32), random.Between(1, 3), Everything);

            AssertLegal(made.History, OrderedGraphChecker.Check(made.History, made.Order), $"seed {seed}, graph");
            AssertLegal(made.History, Search.Check(made.History), $"seed {seed}, search");
        }
    }

    [Test]
    public void The_search_finds_an_order_exactly_when_the_graph_has_no_circle_for_some_order_of_effects()
    {
        Verdicts seen = new();
        for (ulong seed = 1; seen.Total < Histories; seed++)
        {
            RandomStream random = RandomStream.Named(seed, "orders");
            RandomOrderedHistory made = RandomOrderedHistory.Make(random, random.Between(2, 4), random.Between(3, 9), random.Between(1, 2), Everything);
            IReadOnlyList<OrderedOperation> history = Mutate(random, made);
            if (history.Count == 0 || VersionOrders.Count(history) > 300)
                continue;

            OrderedVerdict search = Search.Check(history);
            OrderedVerdict[] graphs = [.. VersionOrders.Of(history).Select(order => OrderedGraphChecker.Check(history, order))];
            OrderedVerdict? legal = graphs.FirstOrDefault(static graph => graph.Outcome == HistoryOutcome.Linearizable);

            Assert.That(graphs.Select(static graph => graph.Outcome), Has.None.EqualTo(HistoryOutcome.Undecided), $"seed {seed}");
            Assert.That(search.Outcome, Is.EqualTo(legal is null ? HistoryOutcome.NotLinearizable : HistoryOutcome.Linearizable), $"seed {seed}: {search.Reason} / {graphs[0].Reason}\n{Text(history)}");
            if (legal is not null)
            {
                AssertLegal(history, legal, $"seed {seed}, graph");
                AssertLegal(history, search, $"seed {seed}, search");
            }

            seen.Add(search, graphs);
        }

        seen.AssertBoth(OrderedFault.AnswerOrder, OrderedFault.WrongAnswer, OrderedFault.EffectAfterFailure, OrderedFault.Hole, OrderedFault.NeverThere, OrderedFault.Cycle);
    }

    /// <summary>With unique pieces that are only appended and a read of every key at the end there is one order; the checkers then say the same of every history.</summary>
    [Test]
    public void Both_checkers_agree_where_the_values_at_the_end_tell_the_order()
    {
        Verdicts seen = new();
        for (ulong seed = 1; seed <= Histories; seed++)
        {
            RandomStream random = RandomStream.Named(seed, "values");
            RandomOrderedHistory made = RandomOrderedHistory.Make(random, random.Between(2, 3), random.Between(3, 20), random.Between(1, 3), [KeyAction.Append, KeyAction.Append, KeyAction.Get]);
            IReadOnlyList<OrderedOperation> history = [.. Mutate(random, made), .. made.FinalReads()];

            OrderedVerdict search = Search.Check(history);
            OrderedVerdict graph = OrderedGraphChecker.CheckFinalValues(history, made.FinalValues);

            // A search would let an unknown append take effect between two reads at the end; no seed has one whose session went on to be seen.
            Assert.That(graph.Outcome, Is.EqualTo(search.Outcome), $"seed {seed}: {graph.Reason} / {search.Reason}\n{Text(history)}");
            if (graph.Outcome == HistoryOutcome.Linearizable)
                AssertLegal(history, graph, $"seed {seed}");
            seen.Add(graph, [graph]);
        }

        seen.AssertBoth(OrderedFault.AnswerOrder, OrderedFault.FailedEffect, OrderedFault.EffectAfterFailure, OrderedFault.Hole, OrderedFault.Cycle);
    }

    [Test]
    public void The_order_in_the_values_at_the_end_is_not_guessed()
    {
        (IReadOnlyList<OrderedOperation> put, _) = OrderedHistoryText.Parse("1.1 x 0-1 put a");
        (IReadOnlyList<OrderedOperation> append, _) = OrderedHistoryText.Parse("1.1 x 0-1 append a");
        (IReadOnlyList<OrderedOperation> same, _) = OrderedHistoryText.Parse("1.1 x 0-1 append a; 1.2 x 2-3 append a");
        KeyPiece piece = append[0].Call.Piece;
        KeyPiece strange = new(piece.Token + 1, 1);

        Assert.That(() => OrderedGraphChecker.CheckFinalValues(put, Values(piece)), Throws.ArgumentException);
        Assert.That(() => OrderedGraphChecker.CheckFinalValues(same, Values(piece)), Throws.ArgumentException);
        Assert.That(() => OrderedGraphChecker.CheckFinalValues(append, new Dictionary<string, IReadOnlyList<KeyPiece>>(StringComparer.Ordinal)), Throws.ArgumentException);
        Assert.That(OrderedGraphChecker.CheckFinalValues(append, Values(piece)).Outcome, Is.EqualTo(HistoryOutcome.Linearizable));
        Assert.That(OrderedGraphChecker.CheckFinalValues(append, Values(strange)).Fault, Is.EqualTo(OrderedFault.NeverThere));
        Assert.That(OrderedGraphChecker.CheckFinalValues(append, Values(piece, piece)).Fault, Is.EqualTo(OrderedFault.Twice));
        Assert.That(OrderedGraphChecker.CheckFinalValues(append, Values()).Fault, Is.EqualTo(OrderedFault.NoEffect));
    }

    private static Dictionary<string, IReadOnlyList<KeyPiece>> Values(params KeyPiece[] pieces) => new(StringComparer.Ordinal) { ["x"] = pieces };

    private static IReadOnlyList<OrderedOperation> Mutate(RandomStream random, RandomOrderedHistory made)
    {
        IReadOnlyList<OrderedOperation> history = made.History;
        for (int mutation = random.Between(0, 4); mutation > 0 && history.Count > 0; mutation--)
            history = OrderedMutation.Apply(random, history, made.States);
        return history;
    }

    private static void AssertLegal(IReadOnlyList<OrderedOperation> history, OrderedVerdict verdict, string which)
    {
        Assert.That(verdict.Outcome, Is.EqualTo(HistoryOutcome.Linearizable), $"{which}: {verdict.Reason}\n{Text(history)}");
        Assert.That(OrderWitness.FindFault(history, verdict.Order), Is.Null, which);
    }

    private static string Text(IReadOnlyList<OrderedOperation> history) => string.Join('\n', history);

    /// <summary>How often each was seen: a comparison of which one side is missing says nothing.</summary>
    private sealed class Verdicts
    {
        private readonly HashSet<OrderedFault> _faults = [];
        private int _legal;
        private int _illegal;

        public int Total => _legal + _illegal;

        public void Add(OrderedVerdict verdict, IEnumerable<OrderedVerdict> graphs)
        {
            if (verdict.Outcome == HistoryOutcome.Linearizable)
                _legal++;
            else
                _illegal++;
            _faults.UnionWith(graphs.Select(static graph => graph.Fault));
        }

        public void AssertBoth(params OrderedFault[] faults)
        {
            TestContext.Out.WriteLine($"{_legal} legal, {_illegal} illegal: {string.Join(", ", _faults.Order())}");
            Assert.That(_legal, Is.GreaterThan(Histories / 5));
            Assert.That(_illegal, Is.GreaterThan(Histories / 5));
            Assert.That(_faults, Is.SupersetOf(faults));
        }
    }
}
