using PaxosShard.Simulator.Checks;
using PaxosShard.Simulator.Moves.Groups;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Simulator.Moves.Scenarios.Ordered;

/// <summary>Ordered schedules 6 and 7: a primary that was deposed goes on, and does not know (ordered rules M6 and M8).</summary>
internal static class PastPrimaries
{
    // Longer than any deadline, and shorter than it takes until a client sends again.
    private const int Long = 90;

    /// <summary>Ordered schedule 6: the primary of b2 stops, wakes when another one leads, hears that a1 has run, and tells the result of b2. The other one has let nobody pass b2, and comes to the same result.</summary>
    public static IReadOnlyList<Violation> RunActsLate()
    {
        GatedScript script = new();
        ScriptedMoveClient other = script.Base.NewClient(2);
        script.Begin();
        PastPrimary past = script.Shard(2).Depose();
        List<string> read = script.Read(2, script.Second);
        List<ReplyStatus> written = script.Write(other, script.Second, 7);
        script.Base.Pass(Long);
        script.Base.Script.Expect(script.QueuedAt(2) is { IsOpen: false, Gate: not null }, "b2 waits");
        if (script.QueuedAt(2)?.Gate is not { } gate)
            return script.Violations;
        past.Hear(new GroupNotes([GroupNote.Tell(script.Line.Session, new SequenceNumber(1), OperationState.Firm, gate.Token)]));
        script.Base.Script.Await(5, "both are told", () => script.Client.Told.Count == 2);
        script.Base.Script.Expect(script.QueuedAt(2) is { IsOpen: false }, "b2 was told before it has run");
        script.Base.Script.Expect(read.Count == 0 && written.Count == 0, "neither a read nor a write has passed b2");
        script.Tell();
        script.Base.Script.Await(10, "both are answered", () => read.Count == 1 && written.Count == 1);
        script.Base.Script.Expect(read is [{ } told] && told.StartsWith("2;", StringComparison.Ordinal), "the read tells b2");
        script.Base.Script.Expect(script.Base.Value(2, script.Second).Equals("2;7;", StringComparison.Ordinal), $"b2 is in front: {script.Base.Value(2, script.Second)}");
        script.Base.ExpectDone(script.Client, 2);
        return script.Violations;
    }

    /// <summary>
    /// Ordered schedule 7: a primary of shard 1 has told that nothing is known of a1 and then where it places it, and was lost before anything of that has left it. b2 has a gate on the place that the next one gives when that is
    /// heard: it is older, and says nothing of it.
    /// </summary>
    public static IReadOnlyList<Violation> RunTellsLate()
    {
        GatedScript script = new();
        bool isLost = false;
        script.Keeps(note =>
        {
            if (note is { Kind: GroupNoteKind.State, State: OperationState.Placed } && !isLost)
            {
                isLost = true;
                script.Base.Script.World.Time.After(1, () => script.Shard(1).LosePrimary(isFound: false));
            }

            return note.Kind == GroupNoteKind.State;
        });
        script.Order();
        script.Base.Script.Await(5, "the first primary has told where it places a1", () => isLost);
        script.Base.Pass(1);
        script.SetAside();
        script.Base.Script.Expect(script.Base.Value(1, script.First).Length == 0 && script.QueuedAt(2) is null, "neither has its place");
        script.Keeps(static note => note is { Kind: GroupNoteKind.State, State: OperationState.Firm or OperationState.Over });
        script.Base.Script.Await(5, "b2 has its place", () => script.QueuedAt(2) is not null);
        script.Base.Script.Expect(script.QueuedAt(2)?.Gate is { } gate && gate.Token.FirstView == script.Shard(1).View, "behind the place that the second primary gives to a1");
        PlacementToken? place = script.QueuedAt(2)?.Token;
        script.TellAside();
        script.Base.Pass(20);
        script.Base.Script.Expect(script.QueuedAt(2) is { IsOpen: false } queued && queued.Token == place && !script.Shard(2).IsSettling, "what the first one has told changes nothing");
        script.Tell();
        script.ExpectBoth();
        return script.Violations;
    }
}
