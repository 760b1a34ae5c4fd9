using PaxosShard.Simulator.Checks;
using PaxosShard.Simulator.Moves.Checks;
using PaxosShard.Wire.Messages;
using PaxosShard.Wire.Moves;

namespace PaxosShard.Simulator.Moves.Scenarios;

/// <summary>
/// Schedule 31 (rule 9): arcs go from 1 to 2 by one job, and back by the next one. What was told in the first one comes late once more, in another session: a naive 1 drops what it serves now, and a naive 2 serves
/// what it has given back. They go to 2 once more in the end, which lags behind 1.
/// </summary>
internal static class LateServe
{
    public static IReadOnlyList<Violation> Run()
    {
        MoveScript script = new();
        script.Append(1, script.Moving(0), "one ");
        ScriptedMove there = ScriptedMove.Of(script).Start();
        CopyArcsResult piece = there.CopyOnce();
        there.Freeze();
        CopyArcsResult last = there.CopyAll();
        byte[] serving = there.Serving(last);
        script.Tell(there.Destination, serving);
        there.Finish();
        script.Append(2, script.Moving(0), "two ");

        ScriptedMove back = new ScriptedMove(script, from: 2, to: 1, script.Arcs).Start();
        back.CopyAll();
        TellAllOfTheFirst(script, there, piece, serving);
        back.Freeze();
        TellAllOfTheFirst(script, there, piece, serving);
        back.Serve();
        TellAllOfTheFirst(script, there, piece, serving);
        script.Expect(script.Append(1, script.Moving(0), "three") == ReplyStatus.Ok, "1 serves the arcs again");
        back.Finish();
        TellAllOfTheFirst(script, there, piece, serving);
        script.Expect(script.Append(1, script.Moving(0), "four") == ReplyStatus.Ok, "1 serves the arcs, whatever came late");
        script.Expect(GroupReads.Key(script.Shard(2).State, script.Moving(0)).Status == ReplyStatus.NotMyArc, "2 does not");
        GoThereAgain(script, there, piece, serving);
        return script.Violations;
    }

    /// <summary>Once more from 1 to 2, where the destination lags: it serves nothing before it has adopted the configuration, and a late word of the first job drops nothing that this one has frozen.</summary>
    private static void GoThereAgain(MoveScript script, ScriptedMove there, CopyArcsResult piece, byte[] serving)
    {
        ScriptedMove again = ScriptedMove.Of(script).Start().Commit();
        script.Adopt(1);
        CopyArcsResult last = again.CopyAll();
        script.Tell(again.Destination, again.Serving(last));
        script.Expect(again.Copy is { State: CopyState.Copying }, "2 serves nothing before it has adopted the configuration");
        TellAllOfTheFirst(script, there, piece, serving);
        script.Adopt(2);
        again.Serve().Finish();
        script.Expect(script.Append(2, script.Moving(0), "five") == ReplyStatus.Ok, "2 serves the arcs again");
    }

    private static void TellAllOfTheFirst(MoveScript script, ScriptedMove first, CopyArcsResult piece, byte[] serving)
    {
        script.Tell(first.Destination, first.Import(pieces: 0, piece));
        script.Tell(first.Destination, serving);
        script.Tell(first.Source, new DropArcsCommand(first.Job, first.Destination.Group).Encode());
        script.Tell(first.Destination, new DiscardCopyCommand(first.Job, first.Source.Group).Encode());
        script.Tell(first.Source, new EndMovesCommand(first.Job).Encode());
        script.Tell(first.Destination, new EndMovesCommand(first.Job).Encode());
    }
}
