using PaxosShard.Simulator.Checks;
using PaxosShard.Simulator.Clusters;
using PaxosShard.Simulator.Network;
using PaxosShard.Simulator.Randomness;
using PaxosShard.Simulator.Time;

namespace PaxosShard.Simulator.Clients;

/// <summary>What a simulated client lives in.</summary>
/// <param name="Queue">The run's events.</param>
/// <param name="Network">The network.</param>
/// <param name="Checks">The checkers.</param>
/// <param name="Random">The client's own random stream.</param>
/// <param name="Options">How it behaves.</param>
/// <param name="Number">Which client it is, from 0.</param>
/// <param name="ReplicaCount">Replicas in the group; their founders have the first addresses.</param>
/// <param name="Machines">Machines that there may be; their addresses come before the clients'.</param>
public sealed record ClientSetting(
    EventQueue Queue,
    SimulatedNetwork Network,
    ClusterChecks Checks,
    RandomStream Random,
    ClientOptions Options,
    int Number,
    int ReplicaCount,
    int Machines)
{
    /// <summary>The log of the run; null when nobody reads it.</summary>
    public RunLog? Log { get; init; }

    /// <summary>Its address on the network.</summary>
    public int Address => Machines + Number;

    /// <summary>Faults are over.</summary>
    public bool IsCalm => Network.IsCalm;
}
