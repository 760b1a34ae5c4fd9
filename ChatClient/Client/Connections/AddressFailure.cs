namespace PaxosShard.Client;

/// <summary>Why an address was of no use.</summary>
/// <param name="Address">The address, <c>host:port</c>.</param>
/// <param name="Reason">Why, in a few words.</param>
public sealed record AddressFailure(string Address, string Reason)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Address}: {Reason}";
}
