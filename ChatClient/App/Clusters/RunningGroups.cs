using PaxosShard.ChatClient.App.Groups;

namespace PaxosShard.ChatClient.App.Clusters;

/// <summary>Whether what a directory holds runs on this machine: a group, or all groups of a cluster.</summary>
internal static class RunningGroups
{
    /// <summary>Something of it runs.</summary>
    public static bool RunIn(string directory) => GroupsIn(directory).Any(static group => new GroupProcesses(group.Files).Running(group.State).Count > 0);

    /// <summary>All of it runs, and there is something.</summary>
    public static bool AllRunIn(string directory)
    {
        (GroupFiles Files, GroupState State)[] groups = [.. GroupsIn(directory)];
        return groups.Length > 0 && Array.TrueForAll(groups, static group => new GroupProcesses(group.Files).Running(group.State).Count == group.State.Replicas.Count);
    }

    private static IEnumerable<(GroupFiles Files, GroupState State)> GroupsIn(string directory)
    {
        GroupFiles[] all = ClusterState.Read(directory) is { } cluster ? [.. cluster.Groups.Select(group => new ClusterFiles(directory).Of(group))] : [new GroupFiles(directory)];
        foreach (GroupFiles files in all)
        {
            if (GroupState.Read(files.Root) is { } state)
                yield return (files, state);
        }
    }
}
