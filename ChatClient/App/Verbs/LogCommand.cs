using System.CommandLine;
using System.Diagnostics;
using PaxosShard.ChatClient.App.Cli;
using PaxosShard.ChatClient.App.Clusters;
using PaxosShard.ChatClient.App.Groups;
using PaxosShard.Programs.Errors;
using PaxosShard.Wire.Identifiers;

namespace PaxosShard.ChatClient.App.Verbs;

/// <summary><c>px log export</c>: finds the data of a replica and what its group holds; the program of the replicas, which understands its files, prints the log.</summary>
internal static class LogCommand
{
    private const string About = """
        Print the executed log of a stopped replica, for diff: slot, room, number, author and text of each message, with tabs between; backslashes and control characters as escapes.
        It begins behind the newest snapshot; a note on standard error says from which slot on. What is named by --data belongs to no group that is known here: how much it holds is to be said as it was to the replica.
        Example: px log export r0 --dir /tmp/chat
        Example: px log export --data /tmp/chat/r0
        """;

    /// <summary>The verb.</summary>
    public static Command Create(Shell shell) =>
        new("log", "The replicated log of a group. What the replicas write about themselves is shown by px logs.\nExample: px log export r0 --dir /tmp/chat") { CreateExport(shell) };

    private static Command CreateExport(Shell shell)
    {
        Argument<string?> name = new("NAME") { Description = "Replica: r0, in a cluster shard-1/r0 (default: the first of the group)", Arity = ArgumentArity.ZeroOrOne };
        Option<string?> data = new("--data") { Description = "Data directory of the replica, instead of its name", HelpName = "DIR" };
        Option<int?> group = new("--group") { Description = "Number of the group, where several share a data directory; with --data", HelpName = "G" };
        Command command = new("export", About) { name, data, group };
        PlaceOptions place = new(command, "Directory of the group or cluster; its replicas are stopped");
        MachineOptions machine = new(command);
        command.SetAction(async (parsed, cancellation) =>
        {
            string[] words;
            if (parsed.GetValue(data) is { } directory)
            {
                if (parsed.GetValue(name) is not null || place.IsGiven(parsed))
                    throw new ReportedException(ErrorKinds.Usage, "--data says all about where: neither a name nor --dir or --endpoints goes with it");
                string[] ofGroup = parsed.GetValue(group) is { } number ? ["--group", $"{number}"] : [];
                words = ["--data", directory, .. ofGroup, .. machine.Words(parsed)];
            }
            else
            {
                if (parsed.GetValue(group) is not null || machine.Words(parsed).Count > 0)
                    throw new ReportedException(ErrorKinds.Usage, "--group and how much the group holds go with --data: the directory of a group knows them");
                words = [.. Choose(GroupFiles.Of(place.Resolve(parsed, shell)), parsed.GetValue(name)).Words];
            }
            return await RunAsync(ReplicaProgram.Find(shell, GroupId.None), ["export", .. words, .. parsed.GetValue<bool>("--debug") ? ["--debug"] : Array.Empty<string>()], cancellation);
        });
        return command;
    }

    private static LocalLog Choose(GroupFiles place, string? name)
    {
        LocalLog[] all = ClusterState.Read(place.Root) is { } cluster
            ? [.. cluster.Groups.Where(static group => group != GroupId.Masters).SelectMany(group => LogsOf(new ClusterFiles(place.Root).Of(group), $"{ClusterFiles.NameOf(group)}/"))]
            : [.. LogsOf(place, "")];
        if (all.Length == 0)
            throw new ReportedException(ErrorKinds.NoGroup, place.Root);
        return name is null
            ? all[0]
            : Array.Find(all, log => string.Equals(log.Name, name, StringComparison.Ordinal))
                ?? throw new ReportedException(ErrorKinds.NoSuchReplica, $"'{name}' is none of {string.Join(", ", all.Select(static log => log.Name))}");
    }

    private static IEnumerable<LocalLog> LogsOf(GroupFiles files, string before)
    {
        if (GroupState.Read(files.Root) is not { } state)
            return [];
        string[] group = state.Together.Count > 0 ? ["--group", $"{state.Group.Number}"] : [];
        return state.Replicas.Select(replica => new LocalLog(before + replica.Name, ["--data", files.Data(replica.Name), .. group, .. state.MachineOptions]));
    }

    // It has the input and outputs of this process.
    private static async Task<int> RunAsync(string program, IEnumerable<string> words, CancellationToken cancellation)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, words) { UseShellExecute = false }) ?? throw new ReportedException(ErrorKinds.NoProgram, program);
        try
        {
            await process.WaitForExitAsync(cancellation);
            return process.ExitCode;
        }
        catch (OperationCanceledException)
        {
            process.Kill();
            await process.WaitForExitAsync(CancellationToken.None);
            throw;
        }
    }

    private sealed record LocalLog(string Name, IReadOnlyList<string> Words);
}
