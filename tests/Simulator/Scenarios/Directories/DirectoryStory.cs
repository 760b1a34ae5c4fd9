using PaxosShard.Simulator.Disk;
using PaxosShard.Simulator.Replicas;

namespace PaxosShard.Simulator.Scenarios.Directories;

/// <summary>What an operator does with the data directories of a group, in words for scenarios.</summary>
internal static class DirectoryStory
{
    /// <summary>A copy of a replica's directory as it is now: its process may run meanwhile.</summary>
    public static SimulatedDisk CopyOf(this Scenario scenario, int replica) => scenario.Cluster.Replicas[replica].Disk.Disk.Clone();

    /// <summary>Ends a replica in good order.</summary>
    public static Scenario StopInGoodOrder(this Scenario scenario, int replica)
    {
        scenario.Cluster.Replicas[replica].StopInGoodOrder();
        return scenario;
    }

    /// <summary>Puts an older directory, or none, in the place of that of a stopped replica, and starts it.</summary>
    public static Scenario StartOnOlder(this Scenario scenario, int replica, SimulatedDisk directory)
    {
        scenario.Cluster.Replicas[replica].ReplaceDirectory(directory, isNewest: false);
        return scenario.Start(replica);
    }

    /// <summary>Puts the newest directory of a stopped replica back, and starts it.</summary>
    public static Scenario StartOnNewest(this Scenario scenario, int replica, SimulatedDisk directory)
    {
        scenario.Cluster.Replicas[replica].ReplaceDirectory(directory, isNewest: true);
        return scenario.Start(replica);
    }

    /// <summary>Waits until a replica was refused and has stopped, and looks at the reason.</summary>
    public static Scenario IsShutOut(this Scenario scenario, int replica, string reason)
    {
        SimulatedReplica refused = scenario.Cluster.Replicas[replica];
        return scenario
            .RunUntil($"r{replica} is refused and stops", () => !refused.IsRunning, milliseconds: 1_000)
            .Expect(
                refused.LastRefusal.Contains(reason, StringComparison.Ordinal),
                $"the reason says \"{reason}\", not \"{refused.LastRefusal}\"");
    }
}
