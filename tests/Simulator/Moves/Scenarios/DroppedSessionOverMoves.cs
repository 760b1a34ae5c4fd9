using PaxosShard.Simulator.Checks;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Simulator.Moves.Scenarios;

/// <summary>
/// Schedule 20 (rule 9): a request has run at 1, its arc goes to 2, where its session is dropped, and comes back to 1, whose clock is behind. A late copy is refused by its own expiry wherever it comes: where nothing is
/// known of it any more, log time came along that is above it.
/// </summary>
internal static class DroppedSessionOverMoves
{
    private const long Session = 5;
    private const long ShortLife = 2_000;

    public static IReadOnlyList<Violation> Run()
    {
        MoveScript script = new();
        ClientRequest first = script.Request(1, Session, 1, MoveScript.Appending(script.Moving(0), "once"), lifetime: ShortLife);
        script.Expect(script.Run(1, first).Status == ReplyStatus.Ok, "it runs");
        new ScriptedMove(script, from: 1, to: 2, script.Arcs).Start().Freeze().Serve().Finish();
        script.Expect(script.Run(2, first).Status == ReplyStatus.Ok, "a copy has the result at 2");
        script.Jump(2, ShortLife + 1);
        script.Append(2, script.Moving(1), "log time goes on, and the session is dropped");
        script.Expect(script.Run(2, first).Status == ReplyStatus.Expired, "a copy is over at 2");

        new ScriptedMove(script, from: 2, to: 1, script.Arcs).Start().Freeze().Serve().Finish();
        script.Expect(script.Run(1, first).Status == ReplyStatus.Expired, "and at 1, where its session may be there still");
        script.Expect(script.Append(1, script.Moving(0), "more") == ReplyStatus.Ok, "1 serves the arcs again");
        return script.Violations;
    }
}
