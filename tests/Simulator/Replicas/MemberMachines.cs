using PaxosShard.Replica.Core.Group;
using PaxosShard.Simulator.Clients;
using PaxosShard.Wire.Identifiers;

namespace PaxosShard.Simulator.Replicas;

/// <summary>Which machine has each place of the group by the member list that a process has executed, and where clients are sent (rule 13).</summary>
internal sealed class MemberMachines
{
    private readonly ReplicaSetting _setting;
    private readonly int[] _machines;
    private readonly int[] _called;
    private readonly string[] _addresses;

    /// <summary>Begins with the machines that the process was told of, and with the list that its disk has executed.</summary>
    public MemberMachines(ReplicaSetting setting, Members members)
    {
        _setting = setting;
        _machines = [.. setting.Members];
        _called = [.. setting.Members];
        _addresses = [.. _machines.Select(ClientConnections.AddressOf)];
        Take(members);
    }

    /// <summary>The addresses of the members, by place; they follow the list.</summary>
    public IReadOnlyList<string> Addresses => _addresses;

    /// <summary>The machine that has a place.</summary>
    public int MachineIn(int place) => _machines[place];

    /// <summary>The machine that is called in a place: it may be a newcomer that has said that a newer list names it.</summary>
    public int CalledIn(int place) => Math.Max(_called[place], _machines[place]);

    /// <summary>A peer introduced itself by a newer list: from now on it is called where it listens.</summary>
    /// <returns>False when it is called there already.</returns>
    public bool TryCall(int place, string address)
    {
        int before = CalledIn(place);
        _called[place] = ClientConnections.MachineOf(address);
        return CalledIn(place) != before;
    }

    /// <summary>
    /// A machine was not replaced by this list: it has its place, or came later for it. Machines come for a place in the order of their numbers.
    /// </summary>
    public bool ListensTo(int machine) => machine >= _machines[_setting.Checks.PlaceOf(machine)];

    /// <summary>Goes on with another list.</summary>
    /// <returns>The places that another machine has now.</returns>
    public IReadOnlyList<int> Take(Members members)
    {
        List<int> changed = [];
        foreach (ReplicaId replica in members.Replaced)
        {
            int place = replica.Index;
            string address = members.InPlaceOf(replica)!.Value.Address;
            int machine = ClientConnections.MachineOf(address);
            if (machine == _machines[place])
                continue;
            _machines[place] = machine;
            _addresses[place] = address;
            changed.Add(place);
        }

        return changed;
    }
}
