using PaxosShard.Replica.Core.Group;
using PaxosShard.Replica.Engine;
using PaxosShard.Replica.Node.Transport.Hellos;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Tests.Unit.Node;

/// <summary>Member lists for the tests of hellos.</summary>
internal static class Lists
{
    /// <summary>The list that follows from these replacements, one after the other.</summary>
    public static Members Replacing(params (int Place, ulong Identity, string Address)[] replacements)
    {
        Members list = Members.Founders;
        foreach ((int place, ulong identity, string address) in replacements)
            list = list.With(new ReplicaId(place), new Member(identity, address), list.Slot.Next);
        return list;
    }

    /// <summary>A list as a replica sees it that has executed nothing else before.</summary>
    public static EffectiveMembers Seen(ReplicaCard self, params (int Place, ulong Identity, string Address)[] replacements)
    {
        CurrentMembers members = new(self, []);
        members.Update(Replacing(replacements));
        return members.Now;
    }

    /// <summary>The founding list.</summary>
    public static EffectiveMembers Founding(ReplicaCard self) => Seen(self);

    /// <summary>The hello of a replica that has executed no replacement.</summary>
    public static Hello HelloTo(this ReplicaCard card, ReplicaId target, PeerMemory memory = default) => card.HelloTo(target, memory, Founding(card));
}
