using PaxosShard.Wire.Identifiers;

namespace PaxosShard.ChatClient.App.Groups;

/// <summary>Which group of which cluster a group is to be.</summary>
/// <param name="Cluster">The cluster, which its groups have in common.</param>
/// <param name="Group">Its number; <see cref="GroupId.Masters"/> for the masters.</param>
/// <param name="Masters">Where the masters listen; none for the masters themselves.</param>
internal sealed record ClusterPlace(Guid Cluster, GroupId Group, IReadOnlyList<string> Masters)
{
    /// <summary>What is wrong with a group for this place; null when it is the one.</summary>
    public string? Violation(GroupState state)
    {
        if (state.Cluster != Cluster || state.Group != Group)
            return $"holds {state.Group} of cluster {state.Cluster}, not {Group} of {Cluster}";
        return state.Masters.SequenceEqual(Masters, StringComparer.Ordinal)
            ? null
            : $"was made for the masters at {string.Join(',', state.Masters)}, not at {string.Join(',', Masters)}";
    }
}
