using PaxosShard.Simulator.Checks;
using PaxosShard.Wire.Messages;

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
}
