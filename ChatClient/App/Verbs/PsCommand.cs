using System.CommandLine;
using PaxosShard.ChatClient.App.Cli;
using PaxosShard.ChatClient.App.Clusters;
using PaxosShard.ChatClient.App.Groups;
using PaxosShard.Programs.Errors;

namespace PaxosShard.ChatClient.App.Verbs;

/// <summary><c>px ps</c>: the processes of a group, or of all groups of a cluster.</summary>
internal static class PsCommand
{
    /// <summary>The verb.</summary>
    public static Command Create(Shell shell)
    {
        Option<bool> json = new("--json") { Description = "As JSON" };
        Command command = new("ps", "List the processes of a group, or of all groups of a cluster.\nExample: px ps --dir /tmp/chat --json") { json };
        PlaceOptions place = new(command, "Directory of the group or cluster");
        command.SetAction(async (parsed, cancellation) =>
        {
            GroupFiles files = GroupFiles.Of(place.Resolve(parsed, shell));
            ClusterState? known = ClusterState.Read(files.Root);
            if (known is not null)
                ProcessList.NoteGone(shell, new ClusterFiles(files.Root), known);
            ProcessList list = known is { } cluster
                ? ProcessList.OfCluster(new ClusterFiles(files.Root), cluster)
                : ProcessList.OfGroup(files, GroupState.Read(files.Root) ?? throw new ReportedException(ErrorKinds.NoGroup, files.Root));
            await list.WriteAsync(shell, parsed.GetValue(json), cancellation);
            return ExitCode.Ok;
        });
        return command;
    }
}
