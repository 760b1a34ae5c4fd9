using System.CommandLine;
using PaxosShard.ChatClient.App.Cli;
using PaxosShard.ChatClient.App.Clusters;
using PaxosShard.ChatClient.App.Groups;
using PaxosShard.ChatClient.App.Targets;
using PaxosShard.Programs.Errors;

namespace PaxosShard.ChatClient.App.Verbs;

/// <summary><c>px ps</c>: the processes of a group, or of all groups of a cluster.</summary>
internal static class PsCommand
{
    /// <summary>The verb.</summary>
    public static Command Create(Shell shell)
    {
        Option<string?> directory = new("--dir") { Description = "Directory of the group or cluster (default: the one that was started last)", HelpName = "D" };
        Option<bool> json = new("--json") { Description = "As JSON" };
        Command command = new("ps", "List the processes of a group, or of all groups of a cluster.\nExample: px ps --dir /tmp/chat --json") { directory, json };
        command.SetAction(async (parsed, cancellation) =>
        {
            GroupFiles files = GroupFiles.Of(parsed.GetValue(directory) ?? DirectoryOfContext(shell));
            ProcessList list = ClusterState.Read(files.Root) is { } cluster
                ? ProcessList.OfCluster(new ClusterFiles(files.Root), cluster)
                : ProcessList.OfGroup(files, GroupState.Read(files.Root) ?? throw new ReportedException(ErrorKinds.NoGroup, files.Root));
            await list.WriteAsync(shell, parsed.GetValue(json), cancellation);
            return ExitCode.Ok;
        });
        return command;
    }

    private static string DirectoryOfContext(Shell shell) =>
        ConnectionContext.Read(shell)?.Directory
        ?? throw new ReportedException(ErrorKinds.NoTarget, "no --dir is given, and no group was started before");
}
