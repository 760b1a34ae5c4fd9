using PaxosShard.Replica.Core.Group;
using PaxosShard.Wire.Identifiers;

namespace PaxosShard.Simulator.Checks;

/// <summary>The member lists of a run, by number, as the log makes them when it is executed from its beginning (rule 13).</summary>
/// <param name="places">Places in the group.</param>
public sealed class MemberLists(int places)
{
    private readonly List<ExecutedList> _lists = [new(0, 0, Members.Founders.Hash, [.. Enumerable.Range(0, places)])];
    private readonly Dictionary<ulong, int> _machineOf = [];

    /// <summary>The newest list.</summary>
    public ExecutedList Newest => _lists[^1];

    /// <summary>A list by its number, which is known.</summary>
    public ExecutedList this[long number] => _lists[(int)number];

    /// <summary>Somebody has executed the replacement that made this list.</summary>
    public bool IsKnown(long number) => number >= 0 && number < _lists.Count;

    /// <summary>A machine is a member by a list; nobody is by one that is not known.</summary>
    public bool Includes(long number, int machine) => IsKnown(number) && _lists[(int)number].Machines.Contains(machine);

    /// <summary>The last slot of a list, that of the replacement behind it; <see cref="long.MaxValue"/> while there is none.</summary>
    public long EndOf(long number) => IsKnown(number + 1) ? _lists[(int)number + 1].Slot : long.MaxValue;

    /// <summary>The list after a slot.</summary>
    public ExecutedList After(Slot slot) => _lists.FindLast(list => list.Slot <= slot.Number)!;

    /// <summary>A machine has drawn the identity of its data directory.</summary>
    public void Introduce(int machine, ulong identity) => _machineOf[identity] = machine;

    /// <summary>A replacement was executed for the first time.</summary>
    public ExecutedList Add(Members members)
    {
        int[] machines = new int[places];
        for (int place = 0; place < places; place++)
            machines[place] = members.InPlaceOf(new ReplicaId(place)) is { } member ? _machineOf.GetValueOrDefault(member.Identity, -1) : place;
        ExecutedList list = new(members.Number, members.Slot.Number, members.Hash, machines);
        _lists.Add(list);
        return list;
    }
}
