using PaxosShard.Simulator.Checks;
using PaxosShard.Simulator.Moves.Clients;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Simulator.Moves.Scenarios;

/// <summary>
/// Schedule 61 (rule 9): a client gives a request up and sends the next one, whose mark passes it, to a group that tells a lower log time. As its expiry is not below that of the first one, session and mark are there
/// for as long as a late copy of the first one may run; also where the arc has gone to since.
/// </summary>
internal static class ExpiryOverAMove
{
    private const long Session = 5;
    private const long Ahead = 3_000;
    private const long ShortLife = 4_000;

    public static IReadOnlyList<Violation> Run()
    {
        MoveScript script = new();
        script.Jump(2, Ahead);

        // It is meant for 2, which is ahead, and held up on its way; the next one goes by the log time of 1.
        ClientRequest first = script.Request(2, Session, 1, MoveScript.Appending(script.Moving(0), "first "), lifetime: ShortLife);
        ClientRequest second = script.Request(1, Session, 2, MoveScript.Appending(script.Moving(0), "second"), acknowledgedBelow: 2, lifetime: ShortLife + Ahead);
        script.Expect(second.Expiry >= first.Expiry, "no expiry is below that of an earlier number");
        script.Expect(script.Run(1, second).Status == ReplyStatus.Ok, "the second one runs");

        ScriptedMove.Of(script).Start().Freeze().Serve().Finish();
        long left = first.Expiry - script.Shard(2).LogTimeNow;
        script.Jump(2, left);
        script.Append(2, script.Moving(1), "log time is that of the first one's expiry");
        script.Expect(script.Run(2, first).Status == ReplyStatus.Stale, "the first one is below the mark as long as it may run");
        script.Jump(2, 1);
        script.Append(2, script.Moving(1), "and goes on");
        script.Expect(script.Run(2, first).Status is ReplyStatus.Stale or ReplyStatus.Expired, "and over after that");
        return script.Violations;
    }

    /// <summary>The destination knows the session, and would drop it sooner than the source: it is kept for as long as either would.</summary>
    public static IReadOnlyList<Violation> RunWhereItIsKnown()
    {
        MoveScript script = new();
        string key = ArcNames.In(script.Latest.ArcsOf(new GroupId(2))[0].Number, 0);
        script.Expect(script.Run(2, script.Request(2, Session, 1, MoveScript.Appending(key, "x"), lifetime: ShortLife - Ahead)).Status == ReplyStatus.Ok, "the session has run something at the destination");
        ClientRequest late = script.Request(1, Session, 2, MoveScript.Appending(script.Moving(0), "first "), lifetime: ShortLife);
        ClientRequest next = script.Request(1, Session, 3, MoveScript.Appending(script.Moving(0), "second"), acknowledgedBelow: 3, lifetime: ShortLife);
        script.Expect(script.Run(1, next).Status == ReplyStatus.Ok, "the last one runs at the source");

        ScriptedMove.Of(script).Start().Freeze().Serve().Finish();
        script.Jump(2, Ahead);
        script.Append(2, script.Moving(1), "log time is above the expiry of what ran at the destination");
        script.Append(2, script.Moving(1), "and goes on");
        script.Expect(script.Run(2, late).Status == ReplyStatus.Stale, "a late copy is below the mark as long as it may run");
        return script.Violations;
    }
}
