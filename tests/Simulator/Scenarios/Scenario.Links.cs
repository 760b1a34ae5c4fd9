namespace PaxosShard.Simulator.Scenarios;

/// <content>Who reaches whom.</content>
public sealed partial class Scenario
{
    /// <summary>Two replicas do not reach each other any more.</summary>
    public Scenario Cut(int first, int second)
    {
        _blocks.ChangeBoth(first, second, blocked: true);
        return this;
    }

    /// <summary>Takes back one cut between two replicas: as many as were made have to be taken back until they reach each other again.</summary>
    public Scenario Mend(int first, int second)
    {
        _blocks.ChangeBoth(first, second, blocked: false);
        return this;
    }

    /// <summary>One replica does not reach another one any more; the way back is free.</summary>
    public Scenario CutOneWay(int from, int to)
    {
        _blocks.Change(from, to, blocked: true);
        return this;
    }

    /// <summary>A replica does not reach any other one, and is not reached.</summary>
    public Scenario Isolate(int replica)
    {
        for (int other = 0; other < Cluster.Options.MachineCount; other++)
            _blocks.ChangeBoth(replica, other, blocked: true);
        return this;
    }

    /// <summary>A replica does not hear the others any more; they go on to hear it.</summary>
    public Scenario Deafen(int replica)
    {
        for (int other = 0; other < Cluster.Options.MachineCount; other++)
            CutOneWay(other, replica);
        return this;
    }

    /// <summary>All links work again; what was held on them arrives.</summary>
    public Scenario Heal()
    {
        _blocks.HealAll();
        return this;
    }
}
