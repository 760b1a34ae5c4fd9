using PaxosShard.Client.Core.Ordered;
using PaxosShard.Simulator.Checks;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Simulator.Moves.Scenarios.Ordered;

/// <summary>Ordered schedule 11: everything that groups tell each other comes twice, the second time five seconds late and behind what was said later, over changes of both primaries. Nothing changes by it.</summary>
internal static class RepeatedNotes
{
    private const long Late = 5_000_000;
    private const int Operations = 12;

    public static IReadOnlyList<Violation> Run()
    {
        OrderedScript script = new();
        ScriptedMoveClient client = script.NewClient(1);
        MoveWorld world = script.Script.World;
        bool isAgain = false;
        world.Post.Tap = Twice;
        OrderedLine line = new();
        for (int number = 1; number <= Operations; number++)
            client.Order(line, OrderedScript.Append(script.Key(1 + (number % 2), number % 3), number));
        script.Pass(20);
        script.Script.Shard(1).LosePrimary();
        script.Script.Shard(2).LosePrimary();
        script.ExpectDone(client, Operations);
        client.Order(line, OrderedScript.Append(script.Key(1), Operations + 1));
        client.Order(line, OrderedScript.Append(script.Key(2), Operations + 2));
        script.Pass(12_000);
        script.ExpectDone(client, Operations + 2);
        return script.Violations;

        bool Twice(GroupNotes notes, Action arrive)
        {
            if (isAgain)
                return false;
            world.Network.Send(arrive);
            world.Time.After(Late - (world.Time.Now % 1_000_000), () =>
            {
                isAgain = true;
                arrive();
                isAgain = false;
            });
            return true;
        }
    }
}
