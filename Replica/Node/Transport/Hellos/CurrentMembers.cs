using PaxosShard.Replica.Core.Group;

namespace PaxosShard.Replica.Node.Transport.Hellos;

/// <summary>
/// The member list that this replica has executed last (rule 13), for all who need it outside of the core: hellos, links, redirects. Pure. One thread at a time changes it, any thread
/// reads it: whoever first publishes a connection and then reads finds what <see cref="Update"/> has put there, or is found by whoever looks for connections after an update.
/// </summary>
public sealed class CurrentMembers
{
    private readonly ReplicaCard _self;
    private readonly IReadOnlyList<string> _addresses;
    private EffectiveMembers _now;

    /// <summary>Begins with the founding list.</summary>
    /// <param name="self">This replica.</param>
    /// <param name="addresses">The addresses it was started with, by place; may be empty where nobody needs them.</param>
    public CurrentMembers(ReplicaCard self, IReadOnlyList<string> addresses)
    {
        _self = self;
        _addresses = addresses;
        _now = new EffectiveMembers(self, addresses, Members.Founders, wasNamed: false);
    }

    /// <summary>The list as it is now.</summary>
    public EffectiveMembers Now => Volatile.Read(ref _now);

    /// <summary>This is the list from now on.</summary>
    public void Update(Members list)
    {
        EffectiveMembers before = Now;

        // A full fence: see above.
        Interlocked.Exchange(ref _now, new EffectiveMembers(_self, _addresses, list, before.NamesSelf || before.HasReplacedSelf));
    }
}
