using PaxosShard.Simulator.Checks;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Simulator.Moves.Scenarios.Ordered;

/// <summary>Ordered schedules 3 to 5, 8 to 10 and 18 to 20, with an operation that has its place before the one before it takes effect (ordered rules M3 to M8 and M10).</summary>
internal static class GatedPlaces
{
    // Longer than any deadline, and shorter than it takes until a client sends again.
    private const int Long = 90;

    /// <summary>Ordered schedule 3: the primary of a1 has told where it places it, and is lost before anything of that has left it: that place is dead.</summary>
    public static IReadOnlyList<Violation> RunDeadPlace()
    {
        GatedScript script = new();
        bool isLost = false;
        script.Keeps(note =>
        {
            if (note is not { Kind: GroupNoteKind.State, State: OperationState.Placed } || isLost)
                return false;
            isLost = true;
            script.Base.Script.World.Time.After(1, () => script.Shard(1).LosePrimary(isFound: false));
            return false;
        });
        script.Begin();
        script.Base.Script.Expect(isLost && script.Base.Value(1, script.First).Length == 0, "a1 has no place");
        script.Base.Script.Await(5, "b2 is taken out", () => script.QueuedAt(2) is null);
        script.ExpectBoth();
        return script.Violations;
    }

    /// <summary>Ordered schedule 4: the primary of a1 is lost after that has run and its client knows, and nobody has told shard 2.</summary>
    public static IReadOnlyList<Violation> RunFirm()
    {
        GatedScript script = new();
        script.Begin();
        script.Shard(2).LosePrimary();
        script.Base.Script.Await(5, "the client knows of a1", () => script.Client.Told.Count == 1);
        script.Shard(1).LosePrimary();
        script.Base.Pass(Long);
        script.Base.Script.Expect(script.QueuedAt(2) is not null, "what the next primary of shard 2 has found is not given up because of the time");
        script.Tell();
        script.ExpectBoth();
        return script.Violations;
    }

    /// <summary>Ordered schedule 5: the primary of b2 has told its result and is lost before the gate is open: whoever reads or writes the key waits until the next one knows.</summary>
    public static IReadOnlyList<Violation> RunForetold()
    {
        GatedScript script = new();
        ScriptedMoveClient other = script.Base.NewClient(2);
        script.Begin();
        script.TellKeptWhenFirm();
        script.Base.Script.Await(5, "both are told", () => script.Client.Told.Count == 2);
        script.Base.Script.Expect(script.QueuedAt(2) is { IsOpen: false }, "b2 was told before it has run");
        script.Shard(2).LosePrimary(isFound: false);
        List<string> read = script.Read(2, script.Second);
        List<ReplyStatus> written = script.Write(other, script.Second, 7);
        script.Base.Pass(Long);
        script.Base.Script.Expect(read.Count == 0 && written.Count == 0, "neither a read nor a write passes b2");
        script.Tell();
        script.Base.Script.Await(10, "both are answered", () => read.Count == 1 && written.Count == 1);
        script.Base.Script.Expect(read[0].StartsWith("2;", StringComparison.Ordinal), $"the read tells b2: {read[0]}");
        script.Base.Script.Expect(script.Base.Value(2, script.Second).Equals("2;7;", StringComparison.Ordinal), $"b2 is in front: {script.Base.Value(2, script.Second)}");
        return script.Violations;
    }

    /// <summary>Ordered schedule 8: b2 is late, and is about to be taken out when shard 2 hears that a1 has run: that counts for nothing any more.</summary>
    public static IReadOnlyList<Violation> RunLate()
    {
        GatedScript script = new();
        script.Client.HoldsOrdered = static request => !request.HasPredecessor && request.Request.Sequence.Number == 2;
        script.Begin();
        script.Base.Script.Await(5, "b2 is given up", () => script.Shard(2).IsSettling);
        script.TellKept();
        script.Base.Script.Expect(script.QueuedAt(2) is not null, "it is in its queue when that is heard");
        script.Base.Script.Await(5, "b2 is taken out", () => script.QueuedAt(2) is null);
        script.Base.Script.Expect(script.Client.Told.Count == 1, "its client was told nothing of it");
        script.Client.HoldsOrdered = null;
        script.Tell();
        script.ExpectBoth();
        return script.Violations;
    }

    /// <summary>Ordered schedule 9: the next primary of shard 2 cannot hear of a1 for a minute: that key waits, and no other.</summary>
    public static IReadOnlyList<Violation> RunInherited()
    {
        GatedScript script = new();
        ScriptedMoveClient other = script.Base.NewClient(2);
        script.Begin();
        script.Shard(2).LosePrimary();
        script.Shard(1).GoDown();
        List<ReplyStatus> waiting = script.Write(other, script.Second, 7);
        script.Base.Pass(1_000);
        for (int second = 0; second < 60; second++)
        {
            List<ReplyStatus> written = script.Write(other, script.Base.Key(2, 3), second);
            script.Base.Pass(1_000);
            script.Base.Script.Expect(written.Count == 1, "another key of shard 2 is written");
        }

        script.Base.Script.Expect(script.QueuedAt(2) is not null && waiting.Count == 0, "b2 waits, and what is behind it");
        script.Shard(1).ComeUp();
        script.Tell();
        script.Base.Script.Await(30, "both run", () => waiting.Count == 1);
        script.Base.Script.Expect(script.Base.Value(2, script.Second).Equals("2;7;", StringComparison.Ordinal), "in their order");
        return script.Violations;
    }

    /// <summary>Ordered schedule 10: the primary that has placed b2 cannot hear of a1: the key is free after a while, and b2 runs when a1 is known.</summary>
    public static IReadOnlyList<Violation> RunOwn()
    {
        GatedScript script = new();
        script.Client.HoldsOrdered = static request => !request.HasPredecessor && request.Request.Sequence.Number == 2;
        ScriptedMoveClient other = script.Base.NewClient(2);
        script.Begin();
        script.Shard(1).GoDown();
        List<ReplyStatus> written = script.Write(other, script.Second, 7);
        script.Base.Script.Await(2, "the key is free", () => written.Count == 1);
        script.Base.Script.Expect(script.Base.Value(2, script.Second).Equals("7;", StringComparison.Ordinal), "b2 has not run");
        script.Base.Pass(5_000);
        script.Client.HoldsOrdered = null;
        script.Shard(1).ComeUp();
        script.Tell();
        script.Base.ExpectDone(script.Client, 2, seconds: 30);
        script.Base.Script.Expect(script.Base.Value(2, script.Second).Equals("7;2;", StringComparison.Ordinal), "b2 has run behind it");
        return script.Violations;
    }

    /// <summary>Ordered schedule 18: what somebody else writes behind b2 sees it, and is answered when b2 is there.</summary>
    public static IReadOnlyList<Violation> RunSameKey()
    {
        GatedScript script = new();
        ScriptedMoveClient other = script.Base.NewClient(2);
        script.Begin();
        List<ReplyStatus> written = script.Write(other, script.Second, 7);
        script.Base.Pass(20);
        script.Base.Script.Expect(written.Count == 0 && script.Base.Value(2, script.Second).Length == 0, "it waits behind b2");
        script.Tell();
        script.Base.Script.Await(5, "it is written", () => written.Count == 1);
        script.Base.Script.Expect(script.Base.Value(2, script.Second).Equals("2;7;", StringComparison.Ordinal), "behind b2");
        script.Base.ExpectDone(script.Client, 2);
        return script.Violations;
    }

    /// <summary>Ordered schedule 19: b2 is told early, the mark passes a1 where that has run, and the next primary of shard 2 asks for it: its result is not kept any more, and b2 runs all the same.</summary>
    public static IReadOnlyList<Violation> RunMarkAhead()
    {
        GatedScript script = new();
        script.Begin();
        script.TellKeptWhenFirm();
        script.Base.Script.Await(5, "both are told", () => script.Client.Told.Count == 2);
        script.Shard(2).LosePrimary(isFound: false);
        script.Client.Order(script.Line, OrderedScript.Append(script.Base.Key(1, 4), 3));
        script.Client.Order(script.Line, OrderedScript.Append(script.Base.Key(1, 4), 4));
        script.Base.Script.Await(5, "the mark has passed a1", () => script.Shard(1).State.StateOf(script.Line.Session, new Wire.Identifiers.SequenceNumber(1), out _) == OperationState.Over);
        script.Base.Script.Expect(script.QueuedAt(2) is not null, "b2 still waits");
        script.Tell();
        script.Base.Script.Await(10, "b2 has run", () => script.Base.Value(2, script.Second).Equals("2;", StringComparison.Ordinal));
        script.Base.ExpectDone(script.Client, 4);
        return script.Violations;
    }

    /// <summary>Ordered schedules 17 and 20: both shards go on from snapshots between the place of b2 and its effect.</summary>
    public static IReadOnlyList<Violation> RunSnapshots()
    {
        GatedScript script = new();
        script.Begin();
        script.Base.Script.Restart(2);
        script.Base.Script.Restart(1);
        script.Base.Pass(Long);
        script.Base.Script.Expect(script.QueuedAt(2) is not null, "b2 waits after that");
        script.Tell();
        script.ExpectBoth();
        return script.Violations;
    }

    /// <summary>Ordered schedule 14: b2 is called off when it has its place: it is done after all.</summary>
    public static IReadOnlyList<Violation> RunCalledOff()
    {
        GatedScript script = new();
        script.BeginCalledOff();
        script.Base.Pass(10);
        script.Tell();
        script.ExpectBoth();
        return script.Violations;
    }
}
