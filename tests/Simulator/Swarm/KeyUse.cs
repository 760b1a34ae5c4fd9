using PaxosShard.Replica.Machines;
using PaxosShard.Simulator.Clients;
using PaxosShard.Simulator.Randomness;

namespace PaxosShard.Simulator.Swarm;

/// <summary>How the clients of a run use keys: a few that they meet at, in most runs beside many more messages, in some not at all, in some alone.</summary>
/// <param name="Keys">How many keys they use.</param>
/// <param name="PerThousand">Share of their operations.</param>
/// <param name="LargestPiece">Most bytes that they write in one operation.</param>
/// <param name="Bytes">Most bytes of the state that the machines take; in some runs so few that they are full again and again.</param>
internal sealed record KeyUse(int Keys, int PerThousand, int LargestPiece, long Bytes)
{
    /// <summary>Draws from a stream of its own, so that a run without keys is what it was without this.</summary>
    public static KeyUse Draw(RandomStream random)
    {
        int keys = random.Between(1, 5);
        int share = random.Below(10) switch
        {
            <= 1 => 0,
            2 => 1000,
            _ => random.Between(50, 300),
        };
        int largest = random.Chance(1, 2) ? (int)random.LogUniform(1_024, 40_000) : 0;
        long bytes = random.Chance(1, 4) ? random.LogUniform(2_000, 30_000) : ShardMachine.DefaultStateBytes;
        return new KeyUse(keys, share, largest, bytes);
    }

    /// <summary>A client that uses keys so.</summary>
    public ClientOptions AppliedTo(ClientOptions client) => client with { Keys = Keys, KeysPerThousand = PerThousand, LargestPiece = LargestPiece };
}
