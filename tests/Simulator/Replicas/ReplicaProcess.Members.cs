using PaxosShard.Replica.Core.Group;
using PaxosShard.Simulator.Network;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Simulator.Replicas;

/// <content>The member list that it has executed (rule 13): whom it calls, and whom it listens to.</content>
internal sealed partial class ReplicaProcess
{
    /// <summary>The executed member list does not replace this machine: what it says is listened to.</summary>
    public bool ListensTo(int machine) => _members.ListensTo(machine);

    /// <summary>The addresses of the members, by place.</summary>
    public IReadOnlyList<string> Addresses => _members.Addresses;

    /// <summary>A peer has introduced itself: by a newer list it may be another machine than the one that is known in its place.</summary>
    private void OnNewerList(int place, Hello hello, ConnectionEnd? current)
    {
        if (hello.List <= Core.Members.Number || !_members.TryCall(place, hello.Standing!.Address) || current is null)
            return;
        _setting.Network.Close(current);
        _machine.OnClosed(current);
    }

    /// <inheritdoc/>
    public void OnMembers(Members members)
    {
        _setting.Log?.Write($"r{_self} has member list {members.Number} of {members.Slot}");
        _members.Take(members);
        Introductions.OnMembers(members);
        _machine.EndConnectionsThatAreOver();
    }
}
