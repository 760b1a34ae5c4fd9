namespace PaxosShard.Replica.Core;

/// <summary>A client's connection, as the host numbers them; never used twice within a process.</summary>
/// <param name="Number">The host's number.</param>
public readonly record struct ClientHandle(long Number)
{
    /// <inheritdoc/>
    public override string ToString() => $"client {Number}";
}
