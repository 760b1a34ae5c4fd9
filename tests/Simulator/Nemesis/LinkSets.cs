namespace PaxosShard.Simulator.Nemesis;

/// <summary>Which one-way links a fault blocks.</summary>
public static class LinkSets
{
    /// <summary>The links, as pairs of addresses; replicas come first, clients behind them.</summary>
    /// <param name="fault">The fault.</param>
    /// <param name="replicas">Replicas in the group; each address below that stands for all machines that have had that place.</param>
    /// <param name="machines">Machines that there may be: from here on there are clients.</param>
    /// <param name="addresses">All addresses.</param>
    public static IReadOnlyList<(int From, int To)> Of(Fault fault, int replicas, int machines, int addresses)
    {
        List<(int, int)> links = [];
        if (fault.Kind == FaultKind.HideFromClients)
        {
            for (int client = machines; client < addresses; client++)
            {
                links.Add((client, fault.First));
                links.Add((fault.First, client));
            }

            return links;
        }

        for (int from = 0; from < replicas; from++)
        {
            for (int to = 0; to < replicas; to++)
            {
                if (from != to && IsBlocked(fault, from, to, replicas))
                    links.Add((from, to));
            }
        }

        return links;
    }

    private static bool IsBlocked(Fault fault, int from, int to, int replicas)
    {
        bool fromIn = ((fault.Detail >> from) & 1) != 0;
        bool toIn = ((fault.Detail >> to) & 1) != 0;
        return fault.Kind switch
        {
            FaultKind.Isolate => from == fault.First || to == fault.First,
            FaultKind.Deafen => to == fault.First,
            FaultKind.Mute => from == fault.First,
            FaultKind.Split => fromIn != toIn,
            FaultKind.SplitOneWay => fromIn && !toIn,
            FaultKind.CutLink or FaultKind.Flap => (from == fault.First && to == fault.Second) || (from == fault.Second && to == fault.First),
            FaultKind.CutOneWay => from == fault.First && to == fault.Second,
            FaultKind.Chain => Distance(from, to, fault.First, replicas) > 1,
            FaultKind.Star => from != fault.First && to != fault.First,
            _ => false,
        };
    }

    // The chain begins anywhere in the circle of replicas, so that its ends differ from fault to fault.
    private static int Distance(int from, int to, int start, int replicas) =>
        Math.Abs(((from + start) % replicas) - ((to + start) % replicas));
}
