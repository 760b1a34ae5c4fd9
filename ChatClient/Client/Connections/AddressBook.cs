using PaxosShard.Wire;

namespace PaxosShard.Client;

/// <summary>
/// The addresses of a group that a client knows: those it was given and those that replicas named, with why each was of no
/// use when it was last tried. Safe from any thread.
/// </summary>
internal sealed class AddressBook
{
    /// <summary>Most addresses; what replicas name beyond that is not kept.</summary>
    public const int Capacity = 64;

    private readonly Lock _gate = new();
    private readonly List<string> _addresses = [];
    private readonly Dictionary<string, string> _failures = new(StringComparer.Ordinal);

    /// <summary>Starts with the given ones, each once.</summary>
    public AddressBook(IEnumerable<string> addresses)
    {
        LearnAll(addresses);
    }

    /// <summary>All of them, the first given first.</summary>
    public IReadOnlyList<string> All()
    {
        lock (_gate)
            return [.. _addresses];
    }

    /// <summary>Keeps an address when it is one, is new and there is room.</summary>
    /// <returns>True when it was new.</returns>
    public bool Learn(string address)
    {
        if (!NetworkAddress.IsDestination(address))
            return false;
        lock (_gate)
        {
            if (_addresses.Count >= Capacity || _addresses.Contains(address, StringComparer.Ordinal))
                return false;
            _addresses.Add(address);
            return true;
        }
    }

    /// <summary>Keeps those that are addresses, are new and have room.</summary>
    /// <returns>True when one was new.</returns>
    public bool LearnAll(IEnumerable<string> addresses)
    {
        bool hasNew = false;
        foreach (string address in addresses)
            hasNew |= Learn(address);
        return hasNew;
    }

    /// <summary>Remembers why an address was of no use; only the last reason is kept.</summary>
    public void Failed(string address, string reason)
    {
        lock (_gate)
        {
            if (_addresses.Contains(address, StringComparer.Ordinal))
                _failures[address] = reason;
        }
    }

    /// <summary>Forgets the reason: the address is of use.</summary>
    public void Succeeded(string address)
    {
        lock (_gate)
            _failures.Remove(address);
    }

    /// <summary>Every address with why it was of no use when it was last tried; one that was not given up on yet has not answered.</summary>
    public IReadOnlyList<AddressFailure> Failures()
    {
        lock (_gate)
            return [.. _addresses.Select(address => new AddressFailure(address, _failures.GetValueOrDefault(address, "no answer yet")))];
    }
}
