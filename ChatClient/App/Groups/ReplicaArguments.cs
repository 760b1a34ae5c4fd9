using System.Net;

namespace PaxosShard.ChatClient.App.Groups;

/// <summary>The command line of a replica of a group on this machine.</summary>
internal static class ReplicaArguments
{
    /// <summary>The words for a replica that is down.</summary>
    /// <param name="files">The group's directory.</param>
    /// <param name="host">Where it takes requests of text, at the first start.</param>
    /// <param name="state">What is known of the group.</param>
    /// <param name="index">The place of the replica.</param>
    /// <param name="addresses">Where it finds the member list, and listens.</param>
    /// <param name="more">Further words, at the end.</param>
    public static IReadOnlyList<string> Of(GroupFiles files, IPAddress host, GroupState state, int index, IEnumerable<string> addresses, IEnumerable<string> more)
    {
        ReplicaRecord replica = state.Replicas[index];
        List<string> arguments =
        [
            "run", "--data", files.Data(replica.Name), "--self", $"{index}", .. addresses, "--cluster", $"{state.Cluster}",
            "--ready-file", files.Ready(replica.Name), "--log", files.Log(replica.Name), .. OfShard(state), .. OfGateway(files, host, state, replica), .. state.MachineOptions, .. more,
        ];
        if (replica.IsBeingReplaced)
        {
            // A newcomer votes only once a member list names its identity (rule 13), so its directory may be made as long as it has none.
            if (!files.HasIdentity(replica.Name))
                arguments.AddRange(["--create", "--newcomer"]);
        }
        else if (!replica.Exists && !files.HasData(replica.Name))
        {
            // Only a directory that never held this replica is made new: an emptied one must not vote under its old identity.
            arguments.Add("--create");
        }
        return arguments;
    }

    // At the first start any free port; the file keeps it for the next ones.
    private static string[] OfGateway(GroupFiles files, IPAddress host, GroupState state, ReplicaRecord replica) => state.HasGateway
        ? ["--gateway", files.GatewayAddress(replica.Name) ?? LocalAddresses.Choose(host), "--gateway-ready-file", files.Gateway(replica.Name)]
        : [];

    private static string[] OfShard(GroupState state) =>
        state.Masters.Count == 0 ? [] : ["--group", string.Join(',', (state.Together.Count > 0 ? state.Together : [state.Group]).Select(static group => group.Number)), "--masters", string.Join(',', state.Masters)];
}
