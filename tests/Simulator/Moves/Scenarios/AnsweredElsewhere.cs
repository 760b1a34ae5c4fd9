using PaxosShard.Client.Core;
using PaxosShard.Client.Core.Requests;
using PaxosShard.Simulator.Checks;
using PaxosShard.Simulator.Moves.Clients;
using PaxosShard.Wire.Identifiers;

namespace PaxosShard.Simulator.Moves.Scenarios;

/// <summary>
/// Schedule 64 (rule 9): the first request of a client waits for a shard that is down and keeps the mark where it is; the second one, on another arc, is answered; its session is dropped, and its arc goes elsewhere. The
/// third one on that arc may not name the second: it would be out of order for ever, for nobody knows that one any more.
/// </summary>
internal static class AnsweredElsewhere
{
    private const long ShortLife = 2_000;

    public static IReadOnlyList<Violation> Run()
    {
        MoveScript script = new(shards: 3);
        script.Shard(3).GoDown();
        ScriptedMoveClient client = new(script, number: 1, ShortLife);
        string down = ArcNames.In(script.Latest.ArcsOf(new GroupId(3))[0].Number, 0);
        Request first = client.Change(MoveScript.Appending(down, "held"));
        Request second = client.Change(MoveScript.Appending(script.Moving(0), "hello "));
        script.Await(10, "the second one is done", () => client.OutcomeOf(second) == Outcome.Done);
        script.Jump(1, ShortLife + 1);
        script.Append(1, script.Still(0), "log time goes on, and the session is dropped");
        long sessions = script.Shard(1).State.SessionCount.Used;

        ScriptedMove.Of(script).Start().Freeze().Serve().Finish();
        script.Expect(sessions > 0 && client.OutcomeOf(first) is null, "the first one is under way");
        Request third = client.Change(MoveScript.Appending(script.Moving(0), "world"));
        script.Await(10, "the third one is done", () => client.OutcomeOf(third) == Outcome.Done);
        script.Shard(3).ComeUp();
        script.Await(30, "the first one ends", () => client.OutcomeOf(first) is not null);
        return script.Violations;
    }
}
