using PaxosShard.Simulator.Replicas;

namespace PaxosShard.Simulator.Nemesis;

/// <summary>The ways in which one replica can be taken away at once, by number, so that a random draw chooses one.</summary>
internal static class SingleStrike
{
    /// <summary>How many there are, from 0.</summary>
    public const int Kinds = 3;

    /// <summary>Kills it, takes its power or stops it.</summary>
    public static void Hit(SimulatedReplica replica, int kind)
    {
        switch (kind)
        {
            case 0:
                replica.Kill();
                break;
            case 1:
                replica.LosePower();
                break;
            case 2:
                replica.Pause();
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(kind), kind, "there is no such strike");
        }
    }
}
