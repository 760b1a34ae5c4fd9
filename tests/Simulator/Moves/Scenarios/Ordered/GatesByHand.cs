using System.Text;
using PaxosShard.Simulator.Checks;
using PaxosShard.Simulator.Moves.Checks;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Simulator.Moves.Scenarios.Ordered;

/// <summary>Schedule 322: b2 waits at shard 2 for a1, whose shard is gone, and no primary may take it out because of the time (ordered rule M7): an operator decides.</summary>
internal static class GatesByHand
{
    // Longer than any deadline, and shorter than it takes until a client sends again.
    private const int Long = 90;

    /// <summary>b2 is taken out: what waits behind it goes on, and b2 is placed again when a1 is known.</summary>
    public static IReadOnlyList<Violation> RunVoid()
    {
        GatedScript script = new();
        ScriptedMoveClient other = script.Base.NewClient(2);
        script.Client.HoldsOrdered = static request => !request.HasPredecessor && request.Request.Sequence.Number == 2;
        script.Begin();
        script.Shard(2).LosePrimary();
        script.Shard(1).GoDown();
        List<ReplyStatus> waiting = script.Write(other, script.Second, 7);
        script.Base.Pass(2_000);
        script.Base.Script.Expect(waiting.Count == 0, "what is behind b2 waits");
        ClosedGate gate = ReadBehindBarrier(script, script.Second).Gates.Single();
        bool isIt = gate is { IsRoom: false, Sequence.Number: 2, Predecessor.Number: 1, Behind: 1, IsToOpen: false };
        script.Base.Script.Expect(isIt && gate.Session == script.Line.Session && gate.PredecessorArc == script.Base.ArcOf(1, 1), $"that is what is told of it: {gate}");
        script.Base.Script.Expect(Read(script, "").Total == 1 && Read(script, script.Base.Key(2, 3)).Total == 0, "there is one gate, and none on another key");
        PlacementToken older = gate.Token with { Slot = new Slot(gate.Token.Slot.Number - 1) };
        script.Base.Script.Expect(Settle(script, gate with { Token = older }, opens: false) == SettledByHand.NotThere, "another placement of it is not there");
        script.Base.Script.Expect(Settle(script, gate, opens: false) == SettledByHand.Taken, "it is taken out");
        script.Base.Script.Await(5, "what was behind b2 goes on", () => waiting.Count == 1);
        script.Base.Script.Expect(script.Base.Value(2, script.Second).Equals("7;", StringComparison.Ordinal), "without b2");
        script.Base.Script.Expect(Settle(script, gate, opens: false) == SettledByHand.NotThere, "the same again finds nothing");
        script.Client.HoldsOrdered = null;
        script.Shard(1).ComeUp();
        script.Tell();
        script.Base.ExpectDone(script.Client, 2, seconds: 30);
        script.Base.Script.Await(5, "b2 has run behind it", () => script.Base.Value(2, script.Second).Equals("7;2;", StringComparison.Ordinal));
        return script.Violations;
    }

    /// <summary>The client knows that a1 has run, and its shard is lost before it has told: the gate is opened.</summary>
    public static IReadOnlyList<Violation> RunOpen()
    {
        GatedScript script = new();
        ScriptedMoveClient other = script.Base.NewClient(2);
        script.Client.HoldsOrdered = static request => !request.HasPredecessor && request.Request.Sequence.Number == 2;
        script.Begin();
        script.Shard(2).LosePrimary();
        script.Base.Script.Await(5, "the client knows of a1", () => script.Client.Told.Count == 1);
        script.Shard(1).GoDown();
        List<ReplyStatus> waiting = script.Write(other, script.Second, 7);
        script.Base.Pass(2_000);
        ClosedGate gate = Read(script, script.Second).Gates.Single();
        script.Base.Script.Expect(Settle(script, gate, opens: true) == SettledByHand.Taken, "it opens");
        script.Base.Script.Expect(Settle(script, gate, opens: false) == SettledByHand.Opens, "and is not taken out any more");
        script.Base.Script.Await(5, "both run", () => waiting.Count == 1);
        script.Base.Script.Expect(script.Base.Value(2, script.Second).Equals("2;7;", StringComparison.Ordinal), "in their order");
        return script.Violations;
    }

    /// <summary>Shard 2 hears that a1 has run just before an operator would take b2 out, whose result was told.</summary>
    public static IReadOnlyList<Violation> RunFirm()
    {
        GatedScript script = new();
        script.Begin();
        script.Shard(2).LosePrimary();
        script.Base.Pass(Long);
        ClosedGate gate = Read(script, script.Second).Gates.Single();
        script.TellKeptWhenFirm();
        script.Base.Script.Expect(script.QueuedAt(2) is { IsOpen: false }, "the gate is not open yet");
        script.Base.Script.Expect(Settle(script, gate, opens: false) == SettledByHand.Opens, "it is not taken out");
        script.Base.Script.Expect(Read(script, script.Second).Gates.All(static known => known.IsToOpen), "it is known to open");
        script.Tell();
        script.ExpectBoth();
        return script.Violations;
    }

    /// <summary>b2 is given up because of the time just before an operator would open its gate.</summary>
    public static IReadOnlyList<Violation> RunGivenUp()
    {
        GatedScript script = new();
        script.Client.HoldsOrdered = static request => !request.HasPredecessor && request.Request.Sequence.Number == 2;
        script.Begin();
        ClosedGate gate = Read(script, script.Second).Gates.Single();
        script.Base.Script.Await(5, "b2 is given up", () => script.Shard(2).IsSettling);
        script.Base.Script.Expect(Settle(script, gate, opens: true) == SettledByHand.Goes, "it is not opened");
        script.Base.Script.Await(5, "b2 is taken out", () => script.QueuedAt(2) is null);
        script.Client.HoldsOrdered = null;
        script.Tell();
        script.ExpectBoth();
        return script.Violations;
    }

    /// <summary>3 hangs on b2, at the same shard: nobody settles that by itself, and it goes with b2.</summary>
    public static IReadOnlyList<Violation> RunBehind()
    {
        GatedScript script = new();
        script.Client.HoldsOrdered = static request => !request.HasPredecessor && request.Request.Sequence.Number > 1;
        script.Begin();
        script.Client.Order(script.Line, OrderedScript.Append(script.Base.Key(2, 4), 3));
        script.Base.Script.Await(5, "3 has its place", () => script.Shard(2).State.Queues.Count == 2);
        script.Shard(2).LosePrimary();
        script.Shard(1).GoDown();
        script.Base.Pass(Long);
        ClosedGate gate = Read(script, "").Gates.Single();
        script.Base.Script.Expect(gate.Sequence.Number == 2, "3 is not told of");
        ClosedGate behind = gate with { Name = Encoding.UTF8.GetBytes(script.Base.Key(2, 4)), Sequence = new SequenceNumber(3), Token = script.Shard(2).State.Queues.Find(script.Line.Session, 3)!.Token };
        script.Base.Script.Expect(Settle(script, behind, opens: true) == SettledByHand.NotThere, "and is not opened");
        script.Base.Script.Expect(Settle(script, gate, opens: false) == SettledByHand.Taken, "b2 is taken out");
        script.Base.Script.Await(5, "both go", () => script.Shard(2).State.Queues.Count == 0);
        script.Client.HoldsOrdered = null;
        script.Shard(1).ComeUp();
        script.Tell();
        script.Base.ExpectDone(script.Client, 3, seconds: 90);
        return script.Violations;
    }

    private static GatesResult ReadBehindBarrier(GatedScript script, string name)
    {
        List<ClientReply> answers = [];
        script.Shard(2).Take(GroupReads.Query(new ReadGatesQuery(Encoding.UTF8.GetBytes(name)).Encode()), answers.Add);
        script.Base.Script.Await(5, "the gates are told", () => answers.Count > 0);
        return GatesResult.Decode(answers[0].Payload.Span);
    }

    private static GatesResult Read(GatedScript script, string name) => GatesResult.Decode(Ask(script, new ReadGatesQuery(Encoding.UTF8.GetBytes(name)).Encode()).Payload.Span);

    private static SettledByHand Settle(GatedScript script, ClosedGate gate, bool opens) =>
        SettleByHandCommand.DecodeResult(Ask(script, new SettleByHandCommand(gate.Name, opens, gate.Session, gate.Sequence, gate.Token).Encode()).Payload.Span);

    // At once, not behind a barrier: so that nothing comes in between.
    private static ClientReply Ask(GatedScript script, byte[] query) => script.Shard(2).Ordered.ByHand.TryAnswer(GroupReads.Query(query))!.Value;
}
