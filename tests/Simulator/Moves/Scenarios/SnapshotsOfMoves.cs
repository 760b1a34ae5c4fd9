using PaxosShard.Simulator.Checks;
using PaxosShard.Wire.Messages;
using PaxosShard.Wire.Moves;

namespace PaxosShard.Simulator.Moves.Scenarios;

/// <summary>
/// Schedule 51 (rules 3 and 9): after each step of a move both groups go on from a snapshot, as a replica does that got it and leads at once: what is known of the move, its changes, results and places are in it. The
/// copy is emptied once, too, and a job called off.
/// </summary>
internal static class SnapshotsOfMoves
{
    public static IReadOnlyList<Violation> Run()
    {
        MoveScript script = new();
        ClientRequest first = script.Request(1, 5, 1, MoveScript.Appending(script.Moving(0), "one "));
        script.Run(1, first);
        CancelOne(script);

        ScriptedMove move = ScriptedMove.Of(script).Want();
        move.StartAt(move.Source);
        RestartBoth(script);
        script.Append(1, script.Moving(1), "while one has begun");
        move.StartAt(move.Destination);
        RestartBoth(script);
        move.CopyOnce();
        RestartBoth(script);
        script.Append(1, script.Moving(0), "two ");
        script.Delete(1, script.Moving(1));
        RestartBoth(script);
        move.CopyAll();
        script.Append(1, script.Moving(2), "not copied yet");
        RestartBoth(script);
        move.Commit();
        script.Adopt(1);
        RestartBoth(script);
        script.Adopt(2);
        RestartBoth(script);
        ServeWithAnotherHash(script, move);
        RestartBoth(script);
        move.CopyAll();
        RestartBoth(script);
        move.Serve();
        RestartBoth(script);
        script.Expect(script.Run(2, first).Status == ReplyStatus.Ok, "what has run at the source has its result at the destination");
        move.Finish();
        RestartBoth(script);
        script.Expect(script.Append(2, script.Moving(0), "three") == ReplyStatus.Ok, "the destination serves");
        return script.Violations;
    }

    private static void CancelOne(MoveScript script)
    {
        ScriptedMove move = ScriptedMove.Of(script).Start();
        move.CopyAll();
        RestartBoth(script);
        script.Tell(move.Destination, new EndMovesCommand(move.Job).Encode());
        RestartBoth(script);
        script.Expect(move.Copy is { State: CopyState.Discarding, IsEnded: true }, "the copy of a job that came to nothing is emptied");
        move.Cancel();
        RestartBoth(script);
    }

    private static void ServeWithAnotherHash(MoveScript script, ScriptedMove move)
    {
        CopyArcsResult last = move.CopyAll();
        CopyArcsResult late = move.Read(default);
        script.Tell(move.Destination, move.Serving(last with { ArcsHash = last.ArcsHash + 1 }));
        script.Expect(move.Copy is { State: CopyState.Discarding, IsEnded: false }, "a copy that is another one is emptied");
        RestartBoth(script);
        script.Tell(move.Destination, new DiscardCopyCommand(move.Job, move.Source.Group).Encode());
        script.Expect(move.Copy is { State: CopyState.Pulling }, "and pulled again");
        script.Tell(move.Destination, move.Import(pieces: 0, late));
        script.Expect(move.Copy is { Cursor.Length: 0 }, "a piece of before is none of the copy that begins anew");
    }

    private static void RestartBoth(MoveScript script)
    {
        script.Restart(1);
        script.Restart(2);
    }
}
