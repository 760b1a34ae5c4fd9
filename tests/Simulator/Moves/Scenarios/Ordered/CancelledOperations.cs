using PaxosShard.Client.Core;
using PaxosShard.Client.Core.Ordered;
using PaxosShard.Simulator.Checks;

namespace PaxosShard.Simulator.Moves.Scenarios.Ordered;

/// <summary>Ordered schedules 13, 14 and 17: what is called off is cancelled in the log, once and for all; or it has run, and its client hears that.</summary>
internal static class CancelledOperations
{
    private const int Operations = 5;

    /// <summary>Ordered schedule 13: the first operation never arrives and is called off; all fail, and late copies of them do nothing.</summary>
    public static IReadOnlyList<Violation> RunLateCopies() => Cancel(static _ => { });

    /// <summary>Ordered schedule 17: the same, and each shard goes on from a snapshot before the copies come.</summary>
    public static IReadOnlyList<Violation> RunOverSnapshots() => Cancel(static script =>
    {
        script.Script.Restart(1);
        script.Script.Restart(2);
    });

    /// <summary>Ordered schedule 14: an operation has run when it is called off, and nobody knows: it is done, and those behind it fail.</summary>
    public static IReadOnlyList<Violation> RunRace()
    {
        OrderedScript script = new(options: static usual => usual with { PlacesEarly = false });
        ScriptedMoveClient client = script.NewClient(1);
        OrderedLine line = new();
        client.HoldsOrdered = static request => request.Request.Sequence.Number == 3;
        client.Order(line, OrderedScript.Append(script.Key(2), 1));
        OrderedCall second = client.Order(line, OrderedScript.Append(script.Key(1), 2));
        client.Order(line, OrderedScript.Append(script.Key(2), 3));
        script.Script.Await(5, "the second operation has run", () => script.Value(1, script.Key(1)).Length > 0);
        script.Script.Expect(client.Told.Count < 2, "its client has not heard of it");
        client.CallOff(second);
        client.HoldsOrdered = null;
        script.Script.Await(10, "all are told", () => client.Told.Count == 3);
        Outcome[] outcomes = [.. client.Told.Select(static told => told.Outcome)];
        script.Script.Expect(outcomes is [Outcome.Done, Outcome.Done, not Outcome.Done and not Outcome.Unknown], $"what has run is done, and the rest is not applied: {string.Join(", ", outcomes)}");
        client.Release();
        script.Pass(500);
        return script.Violations;
    }

    private static IReadOnlyList<Violation> Cancel(Action<OrderedScript> between)
    {
        OrderedScript script = new();
        ScriptedMoveClient client = script.NewClient(1);
        client.HoldsOrdered = static request => request.Request.Sequence.Number == 1;
        OrderedLine line = new();
        OrderedCall first = client.Order(line, OrderedScript.Append(script.Key(1), 1));
        for (int number = 2; number <= Operations; number++)
            client.Order(line, OrderedScript.Append(script.Key(1 + (number % 2)), number));
        script.Pass(100);
        OrderedSendEffect[] copies = [.. client.HeldOrdered];
        client.HoldsOrdered = null;
        client.CallOff(first);
        script.Script.Await(10, "all are told", () => client.Told.Count == Operations);
        script.Script.Expect(client.Told.TrueForAll(static told => told.Outcome is Outcome.CalledOff or Outcome.NotApplied), $"all have failed: {string.Join(", ", client.Told.Select(static told => told.Outcome))}");
        between(script);
        foreach (OrderedSendEffect copy in copies)
            script.Script.Shard(1).Take(copy.Request, static _ => { });
        client.Release();
        client.Order(line, OrderedScript.Append(script.Key(1), Operations + 1));
        client.Order(line, OrderedScript.Append(script.Key(2), Operations + 2));
        script.Script.Await(10, "what is wanted later is done", () => client.Told.Count == Operations + 2 && client.Told.TakeLast(2).All(static told => told.Outcome == Outcome.Done));
        foreach (OrderedSendEffect copy in copies)
            script.Script.Shard(1).Take(copy.Request, static _ => { });
        script.Pass(11_000);
        script.Script.Expect(script.Script.Shard(1).Ordered.Room.Count + script.Script.Shard(2).Ordered.Room.Count == 0, "nothing waits any more");
        script.Script.Expect(script.Value(1, script.Key(1)).Equals($"{Operations + 1};", StringComparison.Ordinal), "nothing that has failed has run at shard 1");
        script.Script.Expect(script.Value(2, script.Key(2)).Equals($"{Operations + 2};", StringComparison.Ordinal), "nor at shard 2");
        return script.Violations;
    }
}
