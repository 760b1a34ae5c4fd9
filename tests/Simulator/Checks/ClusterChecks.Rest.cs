using PaxosShard.Replica.Core;
using PaxosShard.Replica.Machines;

namespace PaxosShard.Simulator.Checks;

/// <content>What the simulator has done to a replica's memory, and what is judged when all is quiet.</content>
public sealed partial class ClusterChecks
{
    /// <summary>How many running replicas have had a bit of their memory flipped.</summary>
    public int StruckCount => _context.IsStruck.Count(isStruck => isStruck);

    /// <summary>A bit of this replica's memory was flipped in its life of now.</summary>
    public bool IsStruck(int replica) => _context.IsStruck[replica];

    /// <summary>A bit of a replica's memory is flipped: from now on it is wrong, and has to stop by itself.</summary>
    public void OnMemoryStruck(int replica) => _context.IsStruck[replica] = true;

    /// <summary>More may be damaged than a group can stand.</summary>
    public void AllowLoss() => _context.MayLose = true;

    /// <summary>All is quiet, and every disk of the group that works has been repaired.</summary>
    public void OnRest() => _acknowledgements.OnRest();

    /// <summary>All is quiet, and a replica has executed all that is decided.</summary>
    public void OnRest(int replica, ReplicaCore core, ShardMachine machine)
    {
        if (core.Executed == _reference.Executed && !_context.IsStruck[replica])
            _contents.OnRest(replica, machine);
    }

    /// <summary>The run is over: judges what the clients saw.</summary>
    public void CheckHistories()
    {
        Rooms.CheckHistories();
        Keys.CheckHistories();
    }
}
