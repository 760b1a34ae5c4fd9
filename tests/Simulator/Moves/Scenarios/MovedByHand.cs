using PaxosShard.Hashing;
using PaxosShard.Simulator.Checks;
using PaxosShard.Simulator.Moves.Calls;
using PaxosShard.Simulator.Moves.Checks;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Placement;

namespace PaxosShard.Simulator.Moves.Scenarios;

/// <summary>
/// Schedule 34 (rule 9): arcs were moved by hand, against their places on the ring, and then a shard joins. Arcs go to the joiner and to nobody else. A naive plan is made from the ring anew and sends them back.
/// </summary>
internal static class MovedByHand
{
    public static IReadOnlyList<Violation> Run()
    {
        MoveScript script = new();
        JobOperator people = new(script.World);
        script.World.Start();
        for (int key = 0; key < 9; key++)
            script.Append(1, script.Moving(key), $"{key}");
        people.Move(script.Arcs, new GroupId(2));
        script.Await(30, "the arcs go to 2", () => script.Latest.Number == 2 && AreDone(script));
        people.Join(new GroupId(3));
        script.Await(30, "3 joins", () => script.Latest.Number == 3 && AreDone(script));
        foreach (int arc in script.Arcs)
            script.Expect(script.Latest.OwnerOf(new Arc(arc)).Number != 1, $"arc {arc} does not go back to 1");
        return script.Violations;
    }

    private static bool AreDone(MoveScript script) =>
        GroupReads.Jobs(script.World.Masters.State, from: 0).All(static job => job.Step.IsEnd());
}
