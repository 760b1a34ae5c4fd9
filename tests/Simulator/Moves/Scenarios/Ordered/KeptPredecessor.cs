using PaxosShard.Client.Core;
using PaxosShard.Client.Core.Ordered;
using PaxosShard.Simulator.Checks;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Simulator.Moves.Scenarios.Ordered;

/// <summary>
/// Ordered rule M1: the mark of a session stays one below the oldest operation without a result. That one waits for its predecessor, whose result its client has; a cancellation of a third one brings the mark to the shard of the
/// predecessor. If the mark had passed that, the second one would be taken for an old copy.
/// </summary>
internal static class KeptPredecessor
{
    public static IReadOnlyList<Violation> Run()
    {
        OrderedScript script = new();
        ScriptedMoveClient client = script.NewClient(1);
        script.Script.World.Post.Tap = static (_, _) => true;
        client.HoldsOrdered = static request => request.Request.Sequence.Number == 2 && !request.HasPredecessor;
        OrderedLine line = new();
        client.Order(line, OrderedScript.Append(script.Key(1), 1));
        client.Order(line, OrderedScript.Append(script.Key(2), 2));
        OrderedCall third = client.Order(line, OrderedScript.Append(script.Key(1, 1), 3));
        script.Script.Await(5, "the first operation is done", () => client.Told.Count == 1);
        client.CallOff(third);
        script.Script.Await(5, "the third one is cancelled", () => script.Script.Shard(1).State.StateOf(line.Session, new SequenceNumber(3), out _) == OperationState.Cancelled);
        script.Pass(50);
        script.Script.Expect(client.Told.Count == 1, "that is told behind the second one");
        script.Script.World.Post.Tap = null;
        script.Script.Await(10, "the others are told", () => client.Told.Count == 3);
        script.Script.Expect(client.Told[1] is { Number: 2, Outcome: Outcome.Done }, $"the second one has run behind the first one: {client.Told[1].Outcome}");
        script.Script.Expect(client.Told[2] is { Number: 3, Outcome: Outcome.CalledOff }, $"the third one has failed: {client.Told[2].Outcome}");
        return script.Violations;
    }
}
