using PaxosShard.Simulator.Checks;
using PaxosShard.Wire.Messages;
using PaxosShard.Wire.Moves;

namespace PaxosShard.Simulator.Moves.Scenarios;

/// <summary>
/// Schedule 19 (rule 9): a request on an arc that moves has run, and its result was given back by the mark of a request on an arc that stays. What goes along of the arc has no trace of it; if the mark did not
/// go along too, a late copy would run once more where the arc is served then.
/// </summary>
internal static class MarkOfAnotherArc
{
    private const long Session = 5;

    public static IReadOnlyList<Violation> Run()
    {
        MoveScript script = new();
        ClientRequest first = script.Request(1, Session, 1, MoveScript.Appending(script.Moving(0), "once"));
        script.Expect(script.Run(1, first).Status == ReplyStatus.Ok, "the request on the arc that moves runs");
        script.Expect(script.Run(1, script.Request(1, Session, 2, MoveScript.Appending(script.Still(0), "x"), acknowledgedBelow: 2)).Status == ReplyStatus.Ok, "the one on the arc that stays runs, and has the mark");

        ScriptedMove.Of(script).Start().Freeze().Serve().Finish();
        script.Expect(script.Run(2, first).Status == ReplyStatus.Stale, "a late copy is below the mark at the destination");
        ClientRequest next = script.Request(2, Session, 3, MoveScript.Appending(script.Moving(0), "twice"), acknowledgedBelow: 3);
        script.Expect(script.Run(2, next).Status == ReplyStatus.Ok, "the session goes on there");
        return script.Violations;
    }

    /// <summary>
    /// Two drivers of the destination ask at the same place, one of them before the mark has passed the first request and one of them when the arcs are frozen. The piece of the first one is taken: what the second one
    /// goes by is not there, although there are as many pieces and everything that has a hash is the same.
    /// </summary>
    public static IReadOnlyList<Violation> RunTwoDrivers()
    {
        MoveScript script = new();
        ClientRequest first = script.Request(1, Session, 1, MoveScript.Appending(script.Moving(0), "once"));
        script.Run(1, first);
        ScriptedMove move = ScriptedMove.Of(script).Start();
        move.CopyAll();
        script.Append(1, script.Still(0), "a session changes, so that there is something to ask for");
        (long pieces, CopyArcsResult taken) = (move.Copy!.Pieces, move.Read(move.Copy.Cursor));
        script.Run(1, script.Request(1, Session, 2, MoveScript.Appending(script.Still(0), "x"), acknowledgedBelow: 2));
        move.Freeze();
        CopyArcsResult last = move.Read(move.Copy.Cursor);
        script.Expect(last.IsComplete, "the second driver has the rest");

        script.Tell(move.Destination, move.Import(pieces, taken));
        script.Tell(move.Destination, move.Import(pieces, last));
        script.Tell(move.Destination, move.Serving(last));
        script.Expect(move.Copy is { State: CopyState.Pulling }, "nothing is served by what was not taken");
        if (move.Copy is not null)
            move.Serve().Finish();
        script.Expect(script.Run(2, first).Status == ReplyStatus.Stale, "a late copy is below the mark at the destination");
        return script.Violations;
    }
}
