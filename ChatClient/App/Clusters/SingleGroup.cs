using PaxosShard.ChatClient.App.Groups;
using PaxosShard.Programs;
using PaxosShard.Programs.Errors;
using PaxosShard.Wire.Identifiers;

namespace PaxosShard.ChatClient.App.Clusters;

/// <summary>Turns verbs that are for one group away from directories with several.</summary>
internal static class SingleGroup
{
    /// <summary>The directory is not that of a whole cluster: one of its groups will do.</summary>
    /// <param name="directory">The directory.</param>
    /// <param name="verb">The verb, as it is written.</param>
    /// <exception cref="ReportedException">It is.</exception>
    public static void Require(string directory, string verb)
    {
        ClusterFiles files = new(GroupFiles.Of(directory).Root);
        if (ClusterState.Read(files.Root) is { } cluster)
            throw new ReportedException(ErrorKinds.SeveralGroups, $"{files.Root} has {cluster.Groups.Count} groups") { Next = $"{verb} --dir {ShellWord.Of(files.Of(cluster.Shards.Count > 0 ? cluster.Shards[0] : GroupId.Masters).Root)}" };
    }

    /// <summary>The directory holds a group, or one may be made there: the directory above is not that of a cluster, which would not know the group and not end it.</summary>
    /// <param name="files">The directory.</param>
    /// <exception cref="ReportedException">No group may be made there.</exception>
    public static void RequirePlace(GroupFiles files)
    {
        if (GroupState.Read(files.Root) is null && Path.GetDirectoryName(files.Root) is { } above && ClusterState.Read(above) is not null)
            throw new ReportedException(ErrorKinds.OtherGroup, $"{above} holds a cluster, in which a group of its own has no place") { Next = $"px ps --dir {ShellWord.Of(above)}" };
    }

    /// <summary>The directory holds a group that is all there is: one that takes every key and room.</summary>
    /// <param name="directory">The directory; null for a temporary one.</param>
    /// <param name="verb">The verb, as it is written.</param>
    /// <param name="isMade">A directory that holds nothing is no mistake: a group is made there.</param>
    /// <exception cref="ReportedException">It holds a cluster or one of its groups, or no group.</exception>
    public static void RequireAlone(string? directory, string verb, bool isMade)
    {
        if (directory is null)
            return;
        string root = GroupFiles.Of(directory).Root;
        string? what = ClusterState.Read(root) is { } cluster
            ? $"has {cluster.Groups.Count} groups"
            : GroupState.Read(root) is { } group && group.Group != GroupId.None ? $"is {ClusterFiles.NameOf(group.Group)} of a cluster" : null;
        if (what is not null)
            throw new ReportedException(ErrorKinds.SeveralGroups, $"{root} {what}") { Next = verb };
        if (!isMade && GroupState.Read(root) is null)
            throw new ReportedException(ErrorKinds.NoGroup, root);
    }
}
