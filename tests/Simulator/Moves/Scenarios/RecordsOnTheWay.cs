using PaxosShard.Simulator.Checks;
using PaxosShard.Wire.Messages;
using PaxosShard.Wire.Moves;

namespace PaxosShard.Simulator.Moves.Scenarios;

/// <summary>
/// Schedule 63 (rule 9): the session of a request that has run ends while its arc is on its way. At the source: what goes along must not have lost the result, unless log time goes along by which the request is over.
/// At the destination: what has come must not be dropped before it is compared, or the hashes would never be the same.
/// </summary>
internal static class RecordsOnTheWay
{
    private const long Session = 5;
    private const long ShortLife = 2_000;

    /// <summary>The session ends at the source when the arcs are frozen and before the results are asked for.</summary>
    public static IReadOnlyList<Violation> RunAtTheSource()
    {
        MoveScript script = new();
        ClientRequest first = script.Request(1, Session, 1, MoveScript.Appending(script.Moving(0), "once"), lifetime: ShortLife);
        script.Run(1, first);
        ScriptedMove move = ScriptedMove.Of(script).Start();
        move.CopyAll();
        move.Freeze();
        script.Jump(1, ShortLife + 1);
        script.Append(1, script.Still(0), "log time goes on, and the session is dropped");
        move.Serve();
        script.Expect(script.Run(2, first).Status is ReplyStatus.Ok or ReplyStatus.Expired, "a late copy does not run at the destination");
        move.Finish();
        return script.Violations;
    }

    /// <summary>It ends at the destination between the last piece and the entry by which the arcs are served.</summary>
    public static IReadOnlyList<Violation> RunAtTheDestination()
    {
        MoveScript script = new();
        ClientRequest first = script.Request(1, Session, 1, MoveScript.Appending(script.Moving(0), "once"), lifetime: ShortLife);
        script.Run(1, first);
        ScriptedMove move = ScriptedMove.Of(script).Start().Freeze();
        CopyArcsResult last = move.CopyAll();
        script.Jump(2, ShortLife + 1);
        script.Tell(move.Destination, new DropArcsCommand(move.Job, move.Source.Group).Encode());
        script.Tell(move.Destination, move.Serving(last));
        script.Expect(move.Copy is null, "the hashes are the same, whatever was over meanwhile");
        script.Expect(script.Run(2, first).Status is ReplyStatus.Ok or ReplyStatus.Expired, "a late copy does not run");
        move.Finish();
        return script.Violations;
    }
}
