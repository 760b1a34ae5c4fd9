using PaxosShard.Simulator.Checks;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Simulator.Moves.Scenarios;

/// <summary>Schedule 55 (rule 9): what becomes of a request whose predecessor on its arc never runs, or ran long ago, when the arc goes to another group between the two.</summary>
internal static class FailedPredecessorOverAMove
{
    private const long Session = 5;
    private const long Short = 50;

    /// <summary>"hello" is over before it comes to the source; "world", which names it, does not run behind it at either group, and runs at the destination once it is sent without it.</summary>
    public static IReadOnlyList<Violation> RunExpired()
    {
        MoveScript script = new();
        ClientRequest hello = script.Request(1, Session, 1, MoveScript.Appending(script.Moving(0), "hello "), lifetime: Short);
        ClientRequest world = script.Request(1, Session, 2, MoveScript.Appending(script.Moving(0), "world"), previous: 1);
        PassExpiry(script);
        script.Expect(script.Run(1, hello).Status == ReplyStatus.Expired, "hello is over");
        script.Expect(script.Run(1, world).Status == ReplyStatus.OutOfOrder, "world does not run before it");

        ScriptedMove.Of(script).Start().Freeze().Serve().Finish();
        script.Expect(script.Run(2, hello).Status == ReplyStatus.Expired, "hello is over where the arc has gone");
        script.Expect(script.Run(2, world).Status == ReplyStatus.OutOfOrder, "and world does not run before it there");
        script.Expect(script.Run(2, world with { Previous = SequenceNumber.None }).Status == ReplyStatus.Ok, "without hello it runs");
        script.Expect(script.Run(2, world).Status == ReplyStatus.Ok, "and a late copy that names hello gets its result");
        return script.Violations;
    }

    /// <summary>The client was idle until its session was dropped at the source. Where the arc has gone it names its last request, which is below its mark.</summary>
    public static IReadOnlyList<Violation> RunDropped()
    {
        MoveScript script = new();
        ClientRequest hello = script.Request(1, Session, 1, MoveScript.Appending(script.Moving(0), "hello "), lifetime: Short);
        script.Expect(script.Run(1, hello).Status == ReplyStatus.Ok, "hello runs");
        PassExpiry(script);

        ScriptedMove.Of(script).Start().Freeze().Serve().Finish();
        ClientRequest world = script.Request(2, Session, 2, MoveScript.Appending(script.Moving(0), "world"), previous: 1, acknowledgedBelow: 2);
        script.Expect(script.Run(2, world).Status == ReplyStatus.Ok, "world runs, in a session that begins again");
        script.Expect(script.Run(2, hello).Status != ReplyStatus.Ok, "hello does not run behind it");
        return script.Violations;
    }

    private static void PassExpiry(MoveScript script)
    {
        script.Jump(1, Short + 1);
        script.Append(1, script.Still(0), "log time goes on");
        script.Append(1, script.Still(0), "and a session that is over is dropped");
    }
}
