using System.CommandLine;
using PaxosShard.ChatClient.App.Cli;
using PaxosShard.ChatClient.App.Clusters;
using PaxosShard.ChatClient.App.Groups;
using PaxosShard.Programs.Errors;

namespace PaxosShard.ChatClient.App.Verbs;

/// <summary><c>px logs</c>: what the replicas have written to their program logs, in the order of time.</summary>
internal static class LogsCommand
{
    private const int DefaultLast = 50;
    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(200);

    /// <summary>The verb.</summary>
    public static Command Create(Shell shell)
    {
        Argument<string[]> names = new("NAME") { Description = "Replicas: r0, in a cluster shard-1/r0 too (default: all)", Arity = ArgumentArity.ZeroOrMore };
        Option<bool> follow = new("--follow", "-f") { Description = "Go on with new lines as they come, until Ctrl-C" };
        Option<int> last = new("--last", "-n") { Description = $"Begin with the last so many lines, of all replicas together (default: {DefaultLast})", DefaultValueFactory = static _ => DefaultLast, HelpName = "N" };
        Option<bool> json = new("--json") { Description = "As they are in the files: JSON, one object a line" };
        Command command = new("logs", "Show the program logs of the replicas: time, replica, level and message. For the messages of a room: px tail; for the replicated log: px log export.\nExample: px logs r1 --follow")
        {
            names, follow, last, json,
        };
        PlaceOptions place = new(command, "Directory of the group or cluster");
        command.SetAction(async (parsed, cancellation) =>
        {
            int count = parsed.GetValue(last);
            if (count < 0)
                throw new ReportedException(ErrorKinds.Usage, $"--last is 0 or more, not {count}");
            LogFile[] files = Choose(GroupFiles.Of(place.Resolve(parsed, shell)), parsed.GetValue(names) ?? []);
            bool isJson = parsed.GetValue(json);
            LogLine[] lines = [.. files.SelectMany(static file => file.ReadNew()).OrderBy(static line => line.Time)];
            Write(shell, lines.TakeLast(count), isJson);
            while (parsed.GetValue(follow) && shell.HasReader)
            {
                shell.Flush();
                await Task.Delay(_pause, cancellation);
                Write(shell, files.SelectMany(static file => file.ReadNew()).OrderBy(static line => line.Time), isJson);
            }
            return ExitCode.Ok;
        });
        return command;
    }

    private static LogFile[] Choose(GroupFiles place, string[] names)
    {
        LogFile[] all = ClusterState.Read(place.Root) is { } cluster
            ? [.. cluster.Groups.SelectMany(group => FilesOf(new ClusterFiles(place.Root).Of(group), $"{ClusterFiles.NameOf(group)}/")).DistinctBy(static file => file.Path, StringComparer.Ordinal)]
            : [.. FilesOf(place, "")];
        if (all.Length == 0)
            throw new ReportedException(ErrorKinds.NoGroup, place.Root);
        string? unknown = names.FirstOrDefault(name => !Array.Exists(all, file => file.Is(name)));
        return unknown is null
            ? [.. all.Where(file => names.Length == 0 || names.Any(file.Is))]
            : throw new ReportedException(ErrorKinds.NoSuchReplica, $"'{unknown}' is none of {string.Join(", ", all.Select(static file => file.Name))}");
    }

    private static IEnumerable<LogFile> FilesOf(GroupFiles files, string before) =>
        GroupState.Read(files.Root)?.Replicas.Select(replica => new LogFile(before + replica.Name, files.Log(replica.Name))) ?? [];

    private static void Write(Shell shell, IEnumerable<LogLine> lines, bool isJson)
    {
        foreach (LogLine line in lines)
            shell.Data(isJson ? line.Raw : line.Text);
    }
}
