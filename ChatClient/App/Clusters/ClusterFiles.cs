using PaxosShard.ChatClient.App.Groups;
using PaxosShard.Wire.Identifiers;

namespace PaxosShard.ChatClient.App.Clusters;

/// <summary>Where the groups of a cluster lie within its directory: <c>masters</c>, <c>shard-1</c>, <c>shard-2</c>, …</summary>
/// <param name="root">The directory: its real path.</param>
internal sealed class ClusterFiles(string root)
{
    /// <summary>The directory: its real path.</summary>
    public string Root { get; } = root;

    /// <summary>What a group is called, also the name of its directory.</summary>
    public static string NameOf(GroupId group) => group == GroupId.Masters ? "masters" : $"shard-{group.Number}";

    /// <summary>The directory of a group.</summary>
    public GroupFiles Of(GroupId group) => new(Path.Combine(Root, NameOf(group)));

    /// <summary>Keeps every other px away from the directory until it is disposed.</summary>
    /// <exception cref="Programs.Errors.ReportedException">One is there already.</exception>
    public IDisposable Lock() => new GroupFiles(Root).Lock();
}
