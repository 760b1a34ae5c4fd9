using PaxosShard.Client.Core;
using PaxosShard.Simulator.Checks;
using PaxosShard.Wire.Time;

namespace PaxosShard.Simulator.Clients;

/// <summary>One life of a client's process: the product's core and clock, and the connections it has.</summary>
internal sealed class ClientLife
{
    private readonly RunningClock _clock;

    /// <summary>A process that has just started.</summary>
    /// <param name="setting">What the client lives in.</param>
    /// <param name="take">Takes what happens on its connections.</param>
    public ClientLife(ClientSetting setting, Action<ClientInput> take)
    {
        UInt128 seed = new(setting.Random.Next(), setting.Random.Next());
        Core = new ClientCore(setting.Options.Core with { Seed = seed }, SomeAddresses(setting));
        _clock = new RunningClock(setting.Queue.Now / 1000, ClientCoreOptions.Pauses);
        Connections = new ClientConnections(setting, take);
    }

    /// <summary>Its core.</summary>
    public ClientCore Core { get; }

    /// <summary>Its connections.</summary>
    public ClientConnections Connections { get; }

    /// <summary>Its time, in milliseconds: it stands while the process is paused.</summary>
    public long Now => _clock.Now;

    /// <summary>The number of the connection to the primary; 0 when there is none.</summary>
    public int Primary { get; set; }

    /// <summary>Looks at the machine's clock.</summary>
    public void Look(long microseconds) => _clock.Look(microseconds / 1000);

    // So many of the newest list that every quorum has one of them: the others are learned.
    private static List<string> SomeAddresses(ClientSetting setting)
    {
        List<string> addresses = [.. setting.Checks.Lists.Newest.Machines.Select(ClientConnections.AddressOf)];
        setting.Random.Shuffle(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(addresses));
        int least = (setting.ReplicaCount / 2) + 1;
        return addresses[..setting.Random.Between(least, setting.ReplicaCount)];
    }
}
