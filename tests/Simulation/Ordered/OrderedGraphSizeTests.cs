using NUnit.Framework;
using PaxosShard.Client.Histories;
using PaxosShard.Client.Histories.Ordered;
using PaxosShard.Simulator.Randomness;

namespace PaxosShard.Tests.Simulation.Ordered;

/// <summary>What the graph costs is its edges: they are counted, so that it is seen that they grow with the operations and not with their pairs.</summary>
[TestFixture]
public sealed class OrderedGraphSizeTests
{
    private const int Sessions = 4;
    private const int Keys = 5;

    [TestCase(100)]
    [TestCase(1_000)]
    [TestCase(10_000)]
    [TestCase(100_000)]
    public void Puts_one_after_the_other_cost_five_edges_each(int count)
    {
        (List<OrderedOperation> history, VersionOrder order) = Puts(count, static index => (2 * index, (2 * index) + 1));
        OrderedVerdict verdict = OrderedGraphChecker.Check(history, order);

        // To the next on the key and in the session; to the answer's point, from it to the next point, and from there to the next issue.
        Assert.That(verdict.Outcome, Is.EqualTo(HistoryOutcome.Linearizable), verdict.Reason);
        Assert.That(verdict.Edges, Is.EqualTo((count - Keys) + (count - Sessions) + count + (count - 1) + (count - 1)));
    }

    [TestCase(1_000)]
    [TestCase(10_000)]
    public void Puts_that_all_overlap_cost_no_edge_for_time_but_that_to_their_answer(int count)
    {
        (List<OrderedOperation> history, VersionOrder order) = Puts(count, index => (0, count));

        Assert.That(OrderedGraphChecker.Check(history, order).Edges, Is.EqualTo((count - Keys) + (count - Sessions) + count));
    }

    [TestCase(1_000)]
    [TestCase(10_000)]
    public void Reads_that_all_saw_the_same_cost_six_edges_each(int count)
    {
        (List<OrderedOperation> history, VersionOrder order) = PutsAround(count);
        for (int index = 0; index < count; index++)
        {
            long time = 10 + (2 * index);
            KeyOperation read = new(1, time, time + 1, KeyAction.Get) { Answer = KeyAnswer.Done, Found = KeyState.Absent.With(new KeyPiece(1, 1)) };
            history.Add(new OrderedOperation(index + 1, "x", read));
        }

        OrderedVerdict verdict = OrderedGraphChecker.Check(history, order);

        // Each saw one put and not the other, stands in its session, and has three for time; the puts have one between them and two to their answers.
        Assert.That(verdict.Outcome, Is.EqualTo(HistoryOutcome.Linearizable), verdict.Reason);
        Assert.That(verdict.Edges, Is.EqualTo((6 * count) + 3));
    }

    [Test]
    public void Random_histories_have_at_most_six_edges_for_each_operation()
    {
        for (ulong seed = 1; seed <= 200; seed++)
        {
            RandomStream random = RandomStream.Named(seed, "edges");
            RandomOrderedHistory made = RandomOrderedHistory.Make(random, 20, 160, 4, Enum.GetValues<KeyAction>());

            Assert.That(OrderedGraphChecker.Check(made.History, made.Order).Edges, Is.InRange(1, 6 * made.History.Count), $"seed {seed}");
        }
    }

    /// <summary>A path of the graph is as long as the history: nothing may call itself along it.</summary>
    [Test]
    public void A_circle_through_a_long_history_is_found()
    {
        const int count = 50_000;
        (List<OrderedOperation> history, VersionOrder order) = Puts(count, static _ => (0, 1));
        VersionOrder last = new();
        foreach (string key in order.Keys)
        {
            foreach (OrderedName name in order.Of(key).Where(static name => name != new OrderedName(0, 1)))
                last.Add(key, name);
        }

        last.Add("key0", new OrderedName(0, 1));
        OrderedVerdict verdict = OrderedGraphChecker.Check(history, last);

        Assert.That(verdict.Fault, Is.EqualTo(OrderedFault.Cycle));
        Assert.That(verdict.Reason.Split('\n'), Has.Length.LessThan(count / 2));
    }

    private static (List<OrderedOperation> History, VersionOrder Order) Puts(int count, Func<int, (long Invoked, long Returned)> times)
    {
        List<OrderedOperation> history = [];
        VersionOrder order = new();
        for (int index = 0; index < count; index++)
        {
            (long invoked, long returned) = times(index);
            KeyOperation put = new(index % Sessions, invoked, returned, KeyAction.Put) { Piece = new KeyPiece(index, 1), Answer = KeyAnswer.Done };
            OrderedOperation operation = new(1 + (index / Sessions), $"key{index % Keys}", put);
            history.Add(operation);
            order.Add(operation.Key, operation.Name);
        }

        return (history, order);
    }

    // One put before all reads, and one behind them that was issued before.
    private static (List<OrderedOperation> History, VersionOrder Order) PutsAround(int reads)
    {
        KeyOperation first = new(2, 0, 1, KeyAction.Put) { Piece = new KeyPiece(1, 1), Answer = KeyAnswer.Done };
        KeyOperation second = new(3, 0, 100 + (2 * reads), KeyAction.Put) { Piece = new KeyPiece(2, 1), Answer = KeyAnswer.Done };
        VersionOrder order = new();
        order.Add("x", new OrderedName(2, 1));
        order.Add("x", new OrderedName(3, 1));
        return ([new OrderedOperation(1, "x", first), new OrderedOperation(1, "x", second)], order);
    }
}
