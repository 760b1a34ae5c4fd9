using System.CommandLine;
using PaxosShard.ChatClient.App.Cli;
using PaxosShard.ChatClient.App.Groups;
using PaxosShard.Hashing.Rings;
using PaxosShard.Programs.Errors;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Text;

namespace PaxosShard.ChatClient.App.Verbs.Shards;

/// <summary><c>px shard add</c>: a shard joins.</summary>
internal static class AddShardCommand
{
    private const string About = """
        Add a shard. In a cluster that px up runs on this machine its replicas are started first; with --members they run already, on any machine, with replica run --group N --masters A,B,C.
        Interrupted or late, the same command with --group goes on where it was.
        Example: px shard add --dir /tmp/cluster
        Example: px shard add --group 4 --members 10.0.0.7:7000 --endpoints 10.0.0.1:7000
        """;

    /// <summary>The verb.</summary>
    public static Command Create(Shell shell)
    {
        Option<string?> number = new("--group") { Description = "Its number (default: the next one that was never used)", HelpName = "N" };
        Option<int?> replicas = new("--replicas") { Description = "Replicas to start: 1, 3, 5 or 7 (default: as many as the other shards)", HelpName = "N" };
        Option<string?> members = new("--members") { Description = "Addresses of its replicas, host:port, with commas between; nothing is started", HelpName = "A,B,C" };
        Option<int?> points = new("--points") { Description = $"Points on the ring: with twice as many it gets about twice as many arcs (default: {RingMember.DefaultPoints})", HelpName = "P" };
        Command command = new("add", About) { number, replicas, members, points };
        JobOptions options = new(command);
        command.SetAction(async (parsed, cancellation) =>
        {
            GroupId? wanted = parsed.GetValue(number) is { } word ? ShardWords.ParseShard(word) : null;
            if (parsed.GetValue(points) is < 1 or > RingMember.MostPoints)
                throw new ReportedException(ErrorKinds.Usage, $"--points is 1 to {RingMember.MostPoints}");
            if (parsed.GetValue(replicas) is { } count && !GroupPlan.IsReplicaCount(count))
                throw new ReportedException(ErrorKinds.Usage, $"--replicas is 1, 3, 5 or 7, not {count}");
            IReadOnlyList<string>? addresses = parsed.GetValue(members) is { } list ? ParseMembers(list, wanted, parsed.GetValue(replicas)) : null;
            ShardTarget target = options.Target(parsed, shell);
            if (addresses is null && target.Local is null)
                throw new ReportedException(ErrorKinds.Usage, "there is no directory of a cluster in which replicas could be started: name it with --dir (that of the whole cluster, not of one of its groups), or say --group and --members");
            ShardAddition addition = new(target, options.Call(parsed, target), parsed.GetValue(points), parsed.GetValue(replicas));
            await addition.RunAsync(wanted, addresses, options.IsDry(parsed), cancellation);
            return ExitCode.Ok;
        });
        return command;
    }

    private static string[] ParseMembers(string list, GroupId? group, int? replicas)
    {
        if (group is null)
            throw new ReportedException(ErrorKinds.Usage, "--members is for replicas that run already: say with --group as which group they were started");
        if (replicas is not null)
            throw new ReportedException(ErrorKinds.Usage, "--replicas is for replicas that are to be started, and --members names some that run");
        string[] members = list.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        foreach (string member in members)
        {
            if (!NetworkAddress.IsDestination(member))
                throw new ReportedException(ErrorKinds.Usage, $"--members: '{member}' is not host:port");
        }

        if (!GroupPlan.IsReplicaCount(members.Length) || members.Distinct(StringComparer.Ordinal).Count() != members.Length)
            throw new ReportedException(ErrorKinds.Usage, "--members names 1, 3, 5 or 7 replicas, each once");
        return members;
    }
}
