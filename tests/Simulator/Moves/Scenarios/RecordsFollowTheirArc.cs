using PaxosShard.Simulator.Checks;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Simulator.Moves.Scenarios;

/// <summary>
/// Schedule 50 (rule 9): one session writes to two arcs, without waiting, and one of them moves between two of its requests. The destination knows what has run on that arc: the next request follows it, and the one
/// before it, asked for once more, gets its first result. What has not run is not taken for run: who follows that is refused.
/// </summary>
internal static class RecordsFollowTheirArc
{
    private const long Session = 5;

    public static IReadOnlyList<Violation> Run()
    {
        MoveScript script = new();
        ClientRequest seven = script.Request(1, Session, 7, MoveScript.Appending(script.Moving(0), "hello "));
        ClientRequest other = script.Request(1, Session, 8, MoveScript.Appending(script.Still(0), "x"));
        ClientRequest nine = script.Request(1, Session, 9, MoveScript.Appending(script.Moving(0), "wonderful "), previous: 7);
        ClientRequest ten = script.Request(1, Session, 10, MoveScript.Appending(script.Moving(0), "world"), previous: 9);
        script.Expect(script.Run(1, seven).Status == ReplyStatus.Ok && script.Run(1, other).Status == ReplyStatus.Ok, "two requests run at the source");

        ScriptedMove.Of(script).Start().Freeze().Serve().Finish();
        script.Expect(script.Run(2, ten).Status == ReplyStatus.OutOfOrder, "who follows one that has not run is refused");
        script.Expect(script.Run(2, nine).Status == ReplyStatus.Ok, "who follows one that has run at the source runs");
        script.Expect(script.Run(2, seven).Status == ReplyStatus.Ok, "that one gets its first result");
        script.Expect(script.Run(2, ten).Status == ReplyStatus.Ok, "and then all have run, in their order");
        script.Expect(script.Run(1, other).Status == ReplyStatus.Ok, "what is of the arc that stays has its result where it was");
        script.Expect(script.Run(1, seven).Status == ReplyStatus.NotMyArc, "the source says nothing of the arc that went");
        return script.Violations;
    }
}
