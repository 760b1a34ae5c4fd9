namespace PaxosShard.Client;

/// <summary>No primary could be reached in time; nothing was applied. The message names each address and what it said.</summary>
/// <param name="reason">What was tried, for how long.</param>
/// <param name="addresses">Each address with why it was of no use.</param>
public sealed class UnavailableException(string reason, IReadOnlyList<AddressFailure> addresses)
    : NotAppliedException(addresses.Count == 0 ? reason : $"{reason} ({string.Join("; ", addresses)})")
{
    /// <summary>Each address with why it was of no use.</summary>
    public IReadOnlyList<AddressFailure> Addresses { get; } = addresses;
}
