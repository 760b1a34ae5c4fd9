using PaxosShard.Replica.Node;
using PaxosShard.Wire.Text;

namespace PaxosShard.Replica.Hosting;

/// <summary>What the command line says about a replica that is to run; the member list may come later.</summary>
internal sealed record LaunchOptions
{
    /// <summary>The member list; null when it comes by a file.</summary>
    public MemberList? Members { get; init; }

    /// <summary>Where to listen; null for the own place in the member list.</summary>
    public NetworkAddress? Listen { get; init; }

    /// <summary>All options, once the member list is known.</summary>
    public required Func<MemberList, ReplicaNodeOptions> WithMembers { get; init; }
}
