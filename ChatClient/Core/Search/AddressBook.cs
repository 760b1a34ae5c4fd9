using PaxosShard.Wire.Text;

namespace PaxosShard.Client.Core.Search;

/// <summary>
/// The addresses of a group that a client knows: those it was given and those that replicas named, with why each was of no
/// use when it was last tried.
/// </summary>
internal sealed class AddressBook
{
    /// <summary>Most addresses; what replicas name beyond that is not kept.</summary>
    public const int Capacity = 64;

    private readonly List<string> _addresses = [];
    private readonly Dictionary<string, string> _failures = new(StringComparer.Ordinal);

    /// <summary>Starts with the given ones, each once.</summary>
    public AddressBook(IEnumerable<string> addresses)
    {
        LearnAll(addresses);
    }

    /// <summary>All of them, the first given first.</summary>
    public IReadOnlyList<string> All => _addresses;

    /// <summary>Keeps those that are addresses, are new and have space.</summary>
    public void LearnAll(IEnumerable<string> addresses)
    {
        foreach (string address in addresses)
        {
            if (_addresses.Count < Capacity && NetworkAddress.IsDestination(address) && !_addresses.Contains(address, StringComparer.Ordinal))
                _addresses.Add(address);
        }
    }

    /// <summary>Remembers why an address was of no use; only the last reason is kept.</summary>
    public void Failed(string address, string reason) => _failures[address] = reason;

    /// <summary>Forgets the reason: the address is of use.</summary>
    public void Succeeded(string address) => _failures.Remove(address);

    /// <summary>Every address with why it was of no use when it was last tried; one that was not given up on yet has not answered.</summary>
    public IReadOnlyList<(string Address, string Reason)> Failures() =>
        [.. _addresses.Select(address => (address, _failures.GetValueOrDefault(address, "no answer yet")))];
}
