namespace PaxosShard.Simulator.Checks;

/// <content>Which machines have had the places of the group (rule 13).</content>
public sealed partial class ClusterChecks
{
    /// <summary>The member lists that were executed.</summary>
    public MemberLists Lists => _context.Lists;

    /// <summary>The place of a machine in the group.</summary>
    public int PlaceOf(int machine) => _context.PlaceOf(machine);

    /// <summary>A machine with an empty disk is to replace the one in a place.</summary>
    public void OnNewcomer(int machine, int place) => _context.Places[machine] = place;

    /// <summary>A machine has drawn the identity of its data directory.</summary>
    public void OnIdentity(int machine, ulong identity) => _context.Lists.Introduce(machine, identity);

    /// <summary>A machine is lost, and its disk with it.</summary>
    public void OnGone(int machine) => _context.Images[machine].IsGone = true;

    /// <summary>A newcomer has everything up to the replacement that made it a member on its disk, and takes part.</summary>
    public bool HasJoined(int machine) => _members.HasJoined(machine);

    /// <summary>The machine that has a place by the newest member list that anybody has executed takes part. Not so a newcomer that has not caught up.</summary>
    public bool IsTaken(int place)
    {
        int machine = Lists.Newest.Machines[place];
        return machine >= 0 && (machine < _context.ReplicaCount || HasJoined(machine));
    }
}
