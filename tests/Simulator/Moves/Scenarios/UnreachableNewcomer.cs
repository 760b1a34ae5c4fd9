using PaxosShard.Hashing;
using PaxosShard.Simulator.Checks;
using PaxosShard.Simulator.Moves.Calls;
using PaxosShard.Simulator.Moves.Checks;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;
using PaxosShard.Wire.Placement;

namespace PaxosShard.Simulator.Moves.Scenarios;

/// <summary>
/// Schedule 32 (rule 9): a shard is to join that nobody can reach. Its job stands still before the configuration is made, every arc is served where it is, and the job can be called off. A naive master makes the
/// configuration first.
/// </summary>
internal static class UnreachableNewcomer
{
    private const long Job = 2;

    public static IReadOnlyList<Violation> Run()
    {
        MoveScript script = new();
        JobOperator people = new(script.World);
        script.World.Start();
        script.Append(1, script.Moving(0), "one ");
        script.World.AddShard(new GroupId(3));
        script.Shard(3).GoDown();
        people.Join(new GroupId(3));
        script.Await(10, "the shards begin the job", () => script.World.Checks.Serving.MovesOf(script.Shard(1)).Outgoing.Count > 0);
        script.World.Run(10_000_000);

        script.Expect(script.StepOf(Job) == JobStep.Copying, "the job stands still");
        script.Expect(script.Latest.Number == 1 && AllAreServed(script), "every arc is served where it was");
        script.Expect(script.Append(1, script.Moving(0), "two") == ReplyStatus.Ok, "what is to go can be written");

        people.Cancel(Job);
        script.Await(20, "the job is called off, and the shards hear of it", () => script.StepOf(Job) == JobStep.Cancelled && script.World.Checks.Serving.MovesOf(script.Shard(1)).Outgoing.Count == 0);
        script.Shard(3).ComeUp();
        script.World.Run(10_000_000);
        script.Expect(script.Latest.Number == 1 && AllAreServed(script), "nothing has changed for anybody");

        // The same number may be asked for again: it was in no configuration.
        people.Join(new GroupId(3));
        script.Await(30, "it joins when it can be reached", () => script.Latest.Number == 2 && AllAreServed(script));
        return script.Violations;
    }

    private static bool AllAreServed(MoveScript script) =>
        Enumerable.Range(0, Arc.Count).All(arc => script.World.Shards.Any(log => script.World.Checks.Serving.Serves(log.Group, new Arc(arc))));
}
