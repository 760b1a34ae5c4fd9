using PaxosShard.Client.Core;
using PaxosShard.Client.Core.Requests;
using PaxosShard.Hashing;
using PaxosShard.Simulator.Checks;
using PaxosShard.Simulator.Moves.Calls;
using PaxosShard.Simulator.Moves.Clients;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;
using PaxosShard.Wire.Placement;

namespace PaxosShard.Simulator.Moves.Scenarios;

/// <summary>
/// Schedule 36 (rule 9): a job drains, and its source has no quorum any more, so that the requests for the moving arcs never end. The job is committed all the same, after the time that it waits at most and not before; all
/// other arcs are served all along, and these are as soon as the source is back. A naive driver waits for ever, or for nothing.
/// </summary>
internal static class DrainWithoutEnd
{
    private const long Job = 2;
    private const long Second = 1_000_000;

    public static IReadOnlyList<Violation> Run()
    {
        MoveScript script = new(shards: 3);
        script.World.CountUnderWay = static () => 1;
        script.World.Start();
        script.Append(1, script.Moving(0), "one ");
        new JobOperator(script.World).Move(script.Arcs, new GroupId(2));
        script.Await(10, "the job drains", () => script.StepOf(Job) == JobStep.Draining);
        script.Shard(1).GoDown();
        ScriptedMoveClient client = new(script, number: 1);
        Request waiting = client.Change(MoveScript.Appending(script.Moving(0), "two"));

        script.World.Run(Second * 9 / 10);
        script.Expect(script.StepOf(Job) == JobStep.Draining, "requests under way are waited for");
        script.Await(2, "they are not waited for longer than a second", () => script.StepOf(Job) == JobStep.Committed);
        script.World.Run(10 * Second);
        script.Expect(script.StepOf(Job) == JobStep.Committed, "the job is not done while its source is down");
        script.Expect(client.OutcomeOf(waiting) is null, "a request for a moving arc waits");
        foreach (int shard in (int[])[2, 3])
            script.Expect(script.Append(shard, KeyOf(script, shard), "x") == ReplyStatus.Ok, $"shard {shard} serves what it has");

        script.Shard(1).ComeUp();
        script.Await(20, "the arcs go on when the source is back", () => script.StepOf(Job) == JobStep.Done);
        script.Await(20, "and what waited is done", () => client.OutcomeOf(waiting) == Outcome.Done);
        return script.Violations;
    }

    private static string KeyOf(MoveScript script, int shard) => ArcNames.In(script.Latest.ArcsOf(new GroupId(shard)).First(arc => !script.Arcs.Contains(arc.Number)).Number, 0);
}
