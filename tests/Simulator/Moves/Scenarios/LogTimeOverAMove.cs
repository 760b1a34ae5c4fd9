using PaxosShard.Simulator.Checks;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Simulator.Moves.Scenarios;

/// <summary>
/// Schedule 53 (rule 9): log time of the source is ten minutes ahead of that of the destination. A request has run at the source and nothing is kept of it any more; a late copy comes to the destination, by whose
/// own log time it would not be over. With the arcs have to come the mark, while the session is there, and log time, once it is not.
/// </summary>
internal static class LogTimeOverAMove
{
    private const long Session = 5;
    private const long FarAhead = 600_000;
    private const long ShortLife = 2_000;

    /// <summary>The result was acknowledged, and the session is there.</summary>
    public static IReadOnlyList<Violation> RunAcknowledged()
    {
        MoveScript script = new();
        script.Jump(1, FarAhead);
        ClientRequest first = script.Request(1, Session, 1, MoveScript.Appending(script.Moving(0), "once"));
        script.Run(1, first);
        script.Run(1, script.Request(1, Session, 2, MoveScript.Appending(script.Moving(1), "x"), acknowledgedBelow: 2));
        Move(script);
        script.Expect(script.Run(2, first).Status == ReplyStatus.Stale, "a late copy is below the mark");
        return script.Violations;
    }

    /// <summary>The session is over at the source.</summary>
    public static IReadOnlyList<Violation> RunOver()
    {
        MoveScript script = new();
        script.Jump(1, FarAhead);
        ClientRequest first = script.Request(1, Session, 1, MoveScript.Appending(script.Moving(0), "once"), lifetime: ShortLife);
        script.Run(1, first);
        script.Jump(1, ShortLife + 1);
        script.Append(1, script.Still(0), "log time goes on, and the session is dropped");
        Move(script);
        script.Expect(script.Run(2, first).Status == ReplyStatus.Expired, "a late copy is over by the log time that came along");
        long before = script.Shard(2).State.LogTime;
        script.Append(2, script.Moving(0), " more");
        script.Expect(script.Shard(2).State.LogTime >= before, "log time does not go back");
        return script.Violations;
    }

    private static void Move(MoveScript script)
    {
        script.Expect(script.Shard(2).LogTimeNow + (FarAhead / 2) < script.Shard(1).LogTimeNow, "the destination is far behind");
        ScriptedMove.Of(script).Start().Freeze().Serve().Finish();
        script.Expect(script.Shard(2).LogTimeNow >= script.Shard(1).State.LogTime - ShortLife, "it is not any more");
    }
}
