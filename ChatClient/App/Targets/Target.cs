using PaxosShard.ChatClient.App.Cli;
using PaxosShard.ChatClient.App.Clusters;
using PaxosShard.ChatClient.App.Groups;
using PaxosShard.Client;
using PaxosShard.Programs;
using PaxosShard.Programs.Errors;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Text;

namespace PaxosShard.ChatClient.App.Targets;

/// <summary>Where to connect, and who said so.</summary>
/// <param name="Endpoints">The addresses; of a cluster those of its masters, from which a client finds the shards.</param>
/// <param name="Cluster">The cluster meant; empty for any.</param>
/// <param name="Directory">The directory of the group or cluster; null when only addresses are known.</param>
internal sealed record Target(IReadOnlyList<string> Endpoints, Guid Cluster, string? Directory)
{
    /// <summary>The shard that is meant, where the processes at the addresses run replicas of several; none otherwise.</summary>
    public GroupId Group { get; init; } = GroupId.None;

    /// <summary>How to connect.</summary>
    public ClientOptions ClientOptions => new() { Endpoints = Endpoints, Cluster = Cluster, Group = Group };

    /// <summary>Words for a command to the same place, with a space before them.</summary>
    public string Words => Directory is null ? $" --endpoints {ShellWord.Of(string.Join(',', Endpoints))}" : $" --dir {ShellWord.Of(Directory)}";

    /// <summary>The directory of this machine that is meant, also when only the addresses of the group that was started last were given; null when none is known.</summary>
    /// <param name="shell">The context.</param>
    public string? LocalDirectory(Shell shell) => Directory
        ?? (ConnectionContext.Read(shell) is { } context && Endpoints.All(address => context.Endpoints.Contains(address, StringComparer.Ordinal)) ? context.Directory : null);

    /// <summary>Decides: <c>--dir</c> or <c>--endpoints</c>, <c>PX_ENDPOINTS</c>, the context; the first there is wins.</summary>
    /// <param name="shell">Environment and context.</param>
    /// <param name="directory">The value of <c>--dir</c>; null when it was not given.</param>
    /// <param name="endpoints">The value of <c>--endpoints</c>; null when it was not given.</param>
    /// <exception cref="ReportedException">There is none, two are given, or the one that was named is no good.</exception>
    public static Target Resolve(Shell shell, string? directory, string? endpoints)
    {
        if (directory is not null && endpoints is not null)
            throw TwoPlaces();
        if (directory is not null)
            return OfDirectory(GroupFiles.Of(directory).Root);
        if (endpoints is not null)
            return new Target(Split(endpoints, "--endpoints"), Guid.Empty, null);
        if (shell.Variable("PX_ENDPOINTS") is { } variable)
            return new Target(Split(variable, "PX_ENDPOINTS"), Guid.Empty, null);
        return ConnectionContext.Read(shell) is { Endpoints.Count: > 0 } context
            ? new Target(context.Endpoints, context.Cluster, context.Directory)
            : throw new ReportedException(ErrorKinds.NoTarget, "neither --dir nor --endpoints nor PX_ENDPOINTS is given, and no group that px up or px demo has started is remembered");
    }

    /// <summary>The error of whoever says where in two ways.</summary>
    public static ReportedException TwoPlaces() => new(ErrorKinds.Usage, "--dir and --endpoints both say where to connect; give one of them");

    private static Target OfDirectory(string directory)
    {
        string group = ClusterState.Read(directory) is null ? directory : new ClusterFiles(directory).Of(GroupId.Masters).Root;
        GroupState state = GroupState.Read(group)
            ?? throw new ReportedException(ErrorKinds.NoGroup, directory);
        return state.Addresses.Count > 0
            ? new Target(state.Addresses, state.Cluster, directory) { Group = state.Shard }
            : throw new ReportedException(ErrorKinds.NoGroup, $"{directory} holds a group that was never up");
    }

    private static string[] Split(string text, string source)
    {
        string[] endpoints = text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (endpoints.Length == 0)
            throw new ReportedException(ErrorKinds.Usage, $"{source} names no address");
        foreach (string endpoint in endpoints)
        {
            if (!NetworkAddress.IsDestination(endpoint))
                throw new ReportedException(ErrorKinds.Usage, $"{source}: '{endpoint}' is not host:port");
        }
        return endpoints;
    }
}
