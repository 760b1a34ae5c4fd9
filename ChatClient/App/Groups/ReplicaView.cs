using PaxosShard.Client;
using PaxosShard.Wire.Identifiers;

namespace PaxosShard.ChatClient.App.Groups;

/// <summary>One replica as seen from outside: its place in the list, its process if it was started here, and what it says.</summary>
/// <param name="Name">r0, r1, …</param>
/// <param name="Address">Where it listens.</param>
/// <param name="Status">What it says; null when it does not answer.</param>
/// <param name="Failure">Why it does not answer; empty when it does.</param>
internal sealed record ReplicaView(string Name, string Address, ReplicaStatus? Status, string Failure)
{
    /// <summary>What it is in its view, in small letters; <c>unreachable</c> when it does not answer.</summary>
    public string Role => Status?.Status.Role ?? "unreachable";

    /// <summary>Asks all replicas at once.</summary>
    /// <param name="addresses">Where, in the order of the member list where that is known.</param>
    /// <param name="group">The group that is meant; none for whichever answers there.</param>
    /// <param name="timeout">How long to wait for each.</param>
    /// <param name="cancellation">Gives up.</param>
    public static async Task<IReadOnlyList<ReplicaView>> AskAllAsync(
        IReadOnlyList<string> addresses, GroupId group, TimeSpan timeout, CancellationToken cancellation) =>
        await Task.WhenAll(addresses.Select((address, index) => AskAsync($"r{index}", address, group, timeout, cancellation)));

    private static async Task<ReplicaView> AskAsync(string name, string address, GroupId group, TimeSpan timeout, CancellationToken cancellation)
    {
        try
        {
            ReplicaStatus status = await ChatLogClient.StatusAsync(address, group, timeout, cancellation);
            return new ReplicaView(status.Status.Self.ToString(), address, status, "");
        }
        catch (UnavailableException exception)
        {
            return new ReplicaView(name, address, null, exception.Addresses[0].Reason);
        }
    }
}
