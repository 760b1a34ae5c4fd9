using PaxosShard.Simulator.Checks;
using PaxosShard.Simulator.Moves.Clients;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Simulator.Moves.Scenarios;

/// <summary>
/// Schedule 21 (rule 9): a request finds the table of the source full and is answered busy, which leaves no trace. Its arc goes to another group, with the sessions that fill the table there too; when these are over, a copy of
/// the request runs, and once, whatever it was answered before.
/// </summary>
internal static class BusyOverAMove
{
    private const int Most = 40;
    private const long Session = 5;
    private const long Lifetime = 60_000;

    public static IReadOnlyList<Violation> Run()
    {
        MoveScript script = new(options: static options => options with { Sessions = Most });
        while (script.Shard(1).State.SessionCount.Used < Most)
            script.Append(1, script.Still(0), "x");
        ClientRequest request = script.Request(1, Session, 1, MoveScript.Appending(script.Moving(0), "once "), lifetime: 2 * Lifetime);
        script.Expect(script.Run(1, request).Status == ReplyStatus.Busy, "there is no room for its session");

        ScriptedMove move = ScriptedMove.Of(script).Start().Freeze();
        script.Expect(script.Run(1, request).Status == ReplyStatus.NotMyArc, "the source has given the arc up");
        script.Expect(script.Run(2, request).Status == ReplyStatus.NotMyArc, "and the destination does not serve it yet");
        move.Serve();
        script.Expect(script.Run(2, request).Status == ReplyStatus.Busy, "there is no room with what has come along");
        script.Jump(2, Lifetime + 1);
        script.Append(2, ArcNames.In(script.Latest.ArcsOf(new GroupId(2))[0].Number, 0), "log time goes on");
        script.Expect(script.Run(2, request).Status == ReplyStatus.Ok, "a copy runs there when others are over");
        script.Expect(script.Run(2, request).Status == ReplyStatus.Ok, "the next one gets its result");
        script.Expect(script.Run(1, request).Status == ReplyStatus.NotMyArc, "and the source says nothing of it any more");
        move.Finish();
        script.Expect(script.Run(2, script.Request(2, Session, 2, MoveScript.Appending(script.Moving(0), "more"), previous: 1)).Status == ReplyStatus.Ok, "the session goes on there");
        return script.Violations;
    }
}
