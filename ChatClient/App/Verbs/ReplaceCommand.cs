using System.CommandLine;
using System.Globalization;
using PaxosShard.ChatClient.App.Cli;
using PaxosShard.ChatClient.App.Clusters;
using PaxosShard.ChatClient.App.Groups;
using PaxosShard.ChatClient.App.Replacing;
using PaxosShard.ChatClient.App.Targets;
using PaxosShard.Programs;
using PaxosShard.Programs.Errors;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Text;

namespace PaxosShard.ChatClient.App.Verbs;

/// <summary><c>px replica replace</c>: an empty machine comes in for a replica that is lost for good.</summary>
internal static class ReplaceCommand
{
    private const string About = """
        Replace a replica that is lost for good: an empty one takes its place, fetches what the group has, and votes. What the old one had is moved aside, and it never takes part again.
        With --endpoints the new replica runs already, on a machine of its own: px replica run --create --newcomer --cluster C --self N --members LIST, with its own address in the list.
        Interrupted or late, the same command goes on where it was.
        Example: px replica replace 2 --dir /tmp/chat
        """;

    private static readonly TimeSpan _defaultTimeout = TimeSpan.FromSeconds(60);

    /// <summary>The verb above it; all else that begins with its name the front door hands to the replica program.</summary>
    public static Command CreateReplica(Shell shell) =>
        new("replica", "Run one replica in the foreground (px replica run --help), or replace one.\nExample: px replica replace 2 --dir /tmp/chat") { Create(shell) };

    private static Command Create(Shell shell)
    {
        Argument<string> place = new("N") { Description = "Its place: 2 or r2" };
        Option<string?> address = new("--address") { Description = "Where the new replica listens, host:port; with --endpoints", HelpName = "A" };
        Option<bool> stop = new("--stop") { Description = "End the old replica first if it still runs; with --dir" };
        Option<string?> timeout = new("--timeout") { Description = "How long to wait until the new replica votes (default: 60s)", HelpName = "T" };
        Option<bool> json = new("--json") { Description = "As JSON" };
        Command command = new("replace", About) { place, address, stop, timeout, json };
        TargetOptions target = new(command, hasTimeout: false);
        command.SetAction(async (parsed, cancellation) =>
        {
            ReplicaId replica = ParsePlace(parsed.GetRequiredValue(place));
            Target group = target.Resolve(parsed, shell);
            TimeSpan time = parsed.GetValue(timeout) is { } text ? TargetOptions.ParseTime(text, "--timeout") : _defaultTimeout;
            string? listens = parsed.GetValue(address);
            ReplacementResult result;
            if (group.Directory is { } directory)
            {
                SingleGroup.Require(directory, $"px replica replace {replica.Index}");
                if (listens is not null)
                    throw new ReportedException(ErrorKinds.Usage, "--address is for groups that are named by --endpoints: here the new replica gets the address of the old one");
                result = await new LocalReplacement(shell, PlaceOf(GroupFiles.Of(directory)), replica, parsed.GetValue(stop), time).RunAsync(cancellation);
            }
            else
            {
                if (parsed.GetValue(stop))
                    throw new ReportedException(ErrorKinds.Usage, "--stop is for groups that are named by --dir: end the old replica on its own machine");
                result = await ReplaceElsewhereAsync(shell, group, replica, listens, time, cancellation);
            }
            Write(shell, result, parsed.GetValue(json));
            return ExitCode.Ok;
        });
        return command;
    }

    private static async Task<ReplacementResult> ReplaceElsewhereAsync(
        Shell shell, Target group, ReplicaId replica, string? address, TimeSpan timeout, CancellationToken cancellation)
    {
        if (address is null)
            throw new ReportedException(ErrorKinds.Usage, "--address says where the new replica listens");
        if (!NetworkAddress.IsDestination(address))
            throw new ReportedException(ErrorKinds.Usage, $"--address: '{address}' is not host:port");
        Replacement replacement = new(shell, new ReplacementPlan
        {
            Replica = replica,
            Address = address,
            Endpoints = group.Endpoints,
            Group = group.Group,
            Cluster = group.Cluster,
            Timeout = timeout,
            Again = $"px replica replace {replica.Index} --endpoints {string.Join(',', group.Endpoints)} --address {address}",
        });
        await replacement.CheckOthersAsync(cancellation);
        return await replacement.RunAsync(static () => null, cancellation);
    }

    // What is noted of a process that runs replicas of several shards is noted with the first of them.
    private static GroupFiles PlaceOf(GroupFiles files) => GroupState.Read(files.Root) is { Together: [var first, ..] }
        ? new ClusterFiles(Path.GetDirectoryName(files.Root)!).Of(first)
        : files;

    private static ReplicaId ParsePlace(string text)
    {
        string digits = text.StartsWith('r') ? text[1..] : text;
        return int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out int index)
            ? new ReplicaId(index)
            : throw new ReportedException(ErrorKinds.Usage, $"'{text}' is no place of a replica; write 2 or r2");
    }

    private static void Write(Shell shell, ReplacementResult result, bool json) => shell.Data(json
        ? Json.ObjectLine(writer =>
        {
            writer.WriteString("replica", $"{result.Replica}");
            writer.WriteString("address", result.Address);
            writer.WriteString("identity", result.Identity.ToString("x16", CultureInfo.InvariantCulture));
            writer.WriteNumber("list", result.List);
        })
        : $"{result.Replica} at {TextEscaping.Escape(result.Address)} is a member and votes; the member list has number {result.List}");
}
