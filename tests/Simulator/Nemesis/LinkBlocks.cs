using PaxosShard.Simulator.Network;

namespace PaxosShard.Simulator.Nemesis;

/// <summary>Counts the reasons for which each one-way link is blocked, so that faults may overlap.</summary>
/// <param name="network">The network.</param>
public sealed class LinkBlocks(SimulatedNetwork network)
{
    private readonly int[] _reasons = new int[network.Links.Addresses * network.Links.Addresses];

    /// <summary>One more reason, or one less.</summary>
    public void Change(int from, int to, bool blocked)
    {
        if (from == to)
            return;
        ref int reasons = ref _reasons[(from * network.Links.Addresses) + to];
        reasons = Math.Max(0, reasons + (blocked ? 1 : -1));
        network.SetBlocked(from, to, reasons > 0);
    }

    /// <summary>Both directions of a link.</summary>
    public void ChangeBoth(int first, int second, bool blocked)
    {
        Change(first, second, blocked);
        Change(second, first, blocked);
    }

    /// <summary>Frees everything.</summary>
    public void HealAll()
    {
        Array.Clear(_reasons);
        for (int from = 0; from < network.Links.Addresses; from++)
        {
            for (int to = 0; to < network.Links.Addresses; to++)
                network.SetBlocked(from, to, blocked: false);
        }
    }
}
