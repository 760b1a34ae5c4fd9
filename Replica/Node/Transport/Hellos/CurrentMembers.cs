using PaxosShard.Replica.Core.Group;

namespace PaxosShard.Replica.Node.Transport.Hellos;

/// <summary>
/// The member list that this replica has executed last (rule 13), for everything outside of the core that needs it: hellos, links, redirects. Pure. One thread at a time changes it,
/// any thread reads it. No connection misses an update: one that is published before the list is read either reads the new list, or is found by the thread that looks for
/// connections after <see cref="Update"/>.
/// </summary>
public sealed class CurrentMembers
{
    private readonly ReplicaCard _self;
    private readonly IReadOnlyList<string> _addresses;
    private EffectiveMembers _now;

    /// <summary>Begins with the founding list.</summary>
    /// <param name="self">This replica.</param>
    /// <param name="addresses">The addresses that it was started with, by place; may be empty where nobody needs them.</param>
    public CurrentMembers(ReplicaCard self, IReadOnlyList<string> addresses)
    {
        _self = self;
        _addresses = addresses;
        _now = new EffectiveMembers(self, addresses, Members.Founders, wasNamed: false);
    }

    /// <summary>The list as it is now.</summary>
    public EffectiveMembers Now => Volatile.Read(ref _now);

    /// <summary>Another list was executed.</summary>
    public void Update(Members list)
    {
        EffectiveMembers before = Now;

        // A full fence, so that no connection misses it.
        Interlocked.Exchange(ref _now, new EffectiveMembers(_self, _addresses, list, before.NamesSelf || before.HasReplacedSelf));
    }
}
