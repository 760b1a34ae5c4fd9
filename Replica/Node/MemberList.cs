using System.Text;
using PaxosShard.Hashing;
using PaxosShard.Wire;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Text;

namespace PaxosShard.Replica.Node;

/// <summary>
/// The replicas of a group and where they listen; a replica's place in the list is its <see cref="ReplicaId"/>. All
/// members must have the same list, in the same spelling: its hash is compared in every hello.
/// </summary>
public sealed class MemberList
{
    private readonly NetworkAddress[] _addresses;

    /// <summary>A list of these addresses, in this order.</summary>
    /// <exception cref="InvalidOptionsException">The number of replicas is not 1, 3, 5 or 7, two are the same, or one has no port.</exception>
    public MemberList(IReadOnlyList<NetworkAddress> addresses)
    {
        _addresses = [.. addresses];
        if (_addresses.Length is not (1 or 3 or 5 or 7))
            throw new InvalidOptionsException($"a group has 1, 3, 5 or 7 replicas, the member list names {_addresses.Length}");
        if (_addresses.Distinct().Count() != _addresses.Length)
            throw new InvalidOptionsException($"the member list names a replica twice: {this}");
        if (Array.Exists(_addresses, address => address.Port == 0))
            throw new InvalidOptionsException($"the member list needs the port of every replica: {this}");
        Addresses = [.. _addresses.Select(address => address.ToString())];
        Hash = StableHash64.Of(Encoding.UTF8.GetBytes(ToString()));
    }

    /// <summary>Where the replicas listen, in their order, as text.</summary>
    public IReadOnlyList<string> Addresses { get; }

    /// <summary>Number of replicas.</summary>
    public int Count => _addresses.Length;

    /// <summary>Stable hash of the whole list.</summary>
    public ulong Hash { get; }

    /// <summary>Where a replica listens.</summary>
    public NetworkAddress this[ReplicaId replica] => _addresses[replica.Index];

    /// <summary>Reads addresses that are separated by commas.</summary>
    /// <exception cref="InvalidOptionsException">One is not an address, or the list breaks a rule.</exception>
    public static MemberList Parse(string text) =>
        new([.. text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(NetworkAddress.Parse)]);

    /// <inheritdoc/>
    public override string ToString() => string.Join<NetworkAddress>(',', _addresses);
}
