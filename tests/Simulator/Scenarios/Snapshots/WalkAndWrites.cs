using System.Text;
using PaxosShard.Simulator.Checks;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Simulator.Scenarios.Snapshots;

/// <summary>
/// Schedule 52 (rule 10): the walks of all snapshots stand still at some place of the state, and keys behind it, at it and before it are overwritten, appended to, deleted, made, made and
/// deleted, deleted and made again; rooms get messages and one is made. The snapshots are of their slots, and so is the one after a walk that was given up.
/// </summary>
internal static class WalkAndWrites
{
    private const int Keys = 40;
    private const int Rounds = 30;

    public static IReadOnlyList<Violation> Run()
    {
        long kept = 0;
        foreach (int pieceBytes in new[] { 64, 150, 250, 350, 500 })
        {
            Scenario scenario = RunOnce(pieceBytes);
            if (scenario.IsBroken)
                return scenario.Violations;
            kept += scenario.Cluster.Checks.Marks[Mark.OldVersionKept];
        }

        return new Scenario().Expect(kept > 0, "old versions were kept for a walk").Violations;
    }

    // The walk stands still when four pieces wait to be written: the longer they are, the farther it has come.
    private static Scenario RunOnce(int pieceBytes)
    {
        Scenario scenario = new Scenario(core: options => Scenario.ManySnapshots(options) with { SnapshotPieceBytes = pieceBytes }).Start().DecideUpTo(1);
        ScriptedClient client = scenario.NewClient();
        for (int replica = 0; replica < 3; replica++)
            scenario.HoldSnapshots(replica);
        WriteBefore(scenario, client);
        for (int round = 0; round < Rounds && !scenario.IsBroken && !AllWalk(scenario); round++)
            scenario.Decide(0, 1).RunFor(20);
        scenario.Expect(scenario.IsBroken || AllWalk(scenario), "all walk").RunFor(50);
        WriteEverything(scenario, client);
        for (int replica = 0; replica < 3; replica++)
            scenario.ReleaseSnapshots(replica);
        scenario.RunUntil("all have a snapshot", () => Enumerable.Range(0, 3).All(replica => scenario.SnapshotOf(replica) > 0));
        GiveUp(scenario, client);
        return scenario;
    }

    /// <summary>r2 gives up a walk because it takes the snapshot of another replica, and later takes one of its own again.</summary>
    private static void GiveUp(Scenario scenario, ScriptedClient client)
    {
        scenario.HoldSnapshots(2);
        for (int round = 0; round < Rounds && !scenario.IsBroken && scenario.Core(2).Load.SnapshotPieces == 0; round++)
            scenario.Decide(0, 1).RunFor(20);
        WriteEverything(scenario, client);
        scenario.LeaveBehind(2, primary: 0)
            .Expect(scenario.IsBroken || scenario.Core(2).Load.SnapshotPieces > 0, "r2 walks")
            .Heal()
            .RunUntil("r2 is sent a snapshot", () => scenario.HasSent<SnapshotPiece>(to: 2))
            .RunFor(10)
            .ReleaseSnapshots(2)
            .RunUntil("r2 has caught up", () => scenario.AgreeUpTo(scenario.Decided(0)))
            .Expect(scenario.Cluster.Checks.Marks[Mark.SnapshotTaken] > 0, "by a snapshot");
        long taken = scenario.IsBroken ? 0 : scenario.SnapshotOf(2);
        for (int round = 0; round < Rounds && !scenario.IsBroken && scenario.SnapshotOf(2) == taken; round++)
            scenario.Decide(0, 2).RunFor(20);
        scenario.Expect(scenario.IsBroken || scenario.SnapshotOf(2) > taken, "r2 has taken a snapshot of its own");
    }

    private static void WriteBefore(Scenario scenario, ScriptedClient client)
    {
        List<long> requests = [client.NextSend("one"), client.NextSend("two")];
        for (int key = 0; key < Keys; key += 2)
            requests.Add(Put(client, key, "before"));
        Send(scenario, client, requests);
    }

    /// <summary>The keys with an even number are there; afterwards they are again, so that this can be done once more.</summary>
    private static void WriteEverything(Scenario scenario, ScriptedClient client)
    {
        List<long> requests = [client.NextSend("three"), client.NextSend("first", $"room {client.AcknowledgedBelow}")];
        for (int key = 0; key < Keys; key++)
        {
            switch (key % 8)
            {
                case 0:
                    requests.Add(Put(client, key, "overwritten"));
                    requests.Add(Put(client, key, "overwritten again"));
                    break;
                case 2 or 6:
                    requests.Add(Delete(client, key));
                    requests.Add(Put(client, key, "made again"));
                    break;
                case 4:
                    requests.Add(client.NextChange(KeyCommand.Append(Name(key), Name(key))));
                    break;
                case 1 or 5:
                    requests.Add(Put(client, key, "made"));
                    break;
                default:
                    requests.Add(Put(client, key, "made for a moment"));
                    requests.Add(Delete(client, key));
                    break;
            }
        }

        Send(scenario, client, requests);
    }

    private static void Send(Scenario scenario, ScriptedClient client, List<long> requests)
    {
        foreach (long request in requests)
            client.Send(0, request);
        scenario.RunUntil("all is written", () => client.StatusOf(requests[^1]) is not null)
            .Expect(requests.TrueForAll(request => client.StatusOf(request) is ReplyStatus.Ok), "nothing was refused");
        client.AcknowledgedBelow = requests[^1] + 1;
    }

    private static bool AllWalk(Scenario scenario) => Enumerable.Range(0, 3).All(replica => scenario.Core(replica).Load.SnapshotPieces > 0);

    private static long Put(ScriptedClient client, int key, string value) => client.NextChange(KeyCommand.Put(Name(key), Encoding.UTF8.GetBytes(value)));

    private static long Delete(ScriptedClient client, int key) => client.NextChange(KeyCommand.Delete(Name(key)));

    private static byte[] Name(int key) => Encoding.UTF8.GetBytes($"key {key}");
}
