using System.Text;
using PaxosShard.Simulator.Checks;
using PaxosShard.Simulator.Moves.Calls;
using PaxosShard.Simulator.Moves.Checks;
using PaxosShard.Simulator.Moves.Groups;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;
using PaxosShard.Wire.Placement;

namespace PaxosShard.Simulator.Moves.Scenarios;

/// <summary>
/// Schedule 33 (rule 9): a shard leaves, and is to come back with an empty log. Its number is spent: what was said of it before would be taken for something of now. It comes under another one, and gets what is in
/// its arcs.
/// </summary>
internal static class RemovedShard
{
    public static IReadOnlyList<Violation> Run()
    {
        MoveScript script = new(shards: 3);
        JobOperator people = new(script.World);
        script.World.Start();
        for (int key = 0; key < 30; key++)
            script.Append(1, script.Moving(key), $"{key}");
        people.Leave(new GroupId(1));
        script.Await(30, "shard 1 leaves, with nothing left in it", () => script.Latest.Number == 2 && script.Shard(1).State.Machine.Occupancy.Used == 0 && AreDone(script));
        if (script.World.Violations.IsBroken)
            return script.Violations;

        ClientReply again = script.Tell((GroupLog)script.World.Masters, new AddShardsCommand([MoveScript.Describe(1)]).Encode());
        script.Expect(again.Status == ReplyStatus.Rejected, $"its number is not used again: {Encoding.UTF8.GetString(again.Payload.Span)}");
        people.Join(new GroupId(4));
        script.Await(30, "another one joins in its place", () => script.Latest.Number == 3 && AreDone(script));
        script.Expect(script.Latest.Find(new GroupId(4)) is not null && script.Latest.Find(new GroupId(1)) is null, "it is the one with the new number");
        return script.Violations;
    }

    private static bool AreDone(MoveScript script) =>
        GroupReads.Jobs(script.World.Masters.State, from: 0).All(static job => job.Step.IsEnd());
}
