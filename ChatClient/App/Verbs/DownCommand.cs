using System.CommandLine;
using PaxosShard.ChatClient.App.Cli;
using PaxosShard.ChatClient.App.Clusters;
using PaxosShard.ChatClient.App.Groups;
using PaxosShard.ChatClient.App.Targets;
using PaxosShard.Programs;
using PaxosShard.Programs.Errors;

namespace PaxosShard.ChatClient.App.Verbs;

/// <summary><c>px down</c>: ends the replicas that run in a directory, of all groups of a cluster, and nothing else.</summary>
internal static class DownCommand
{
    /// <summary>The verb.</summary>
    public static Command Create(Shell shell)
    {
        Option<bool> json = new("--json") { Description = "As JSON" };
        Command command = new("down", "End the replicas that run in a directory; their data stays.\nExample: px down --dir /tmp/chat")
        {
            json,
        };
        PlaceOptions place = new(command, "Directory of the group or cluster");
        command.SetAction(async (parsed, _) =>
        {
            GroupFiles files = GroupFiles.Of(place.Resolve(parsed, shell));
            IReadOnlyList<RunningReplica> ended = ClusterState.Read(files.Root) is null
                ? await new GroupStopper(files).StopAsync()
                : await new ClusterStopper(new ClusterFiles(files.Root)).StopAsync();
            ConnectionContext.Forget(shell, files.Root, RunningGroups.RunIn);
            Write(shell, ended, parsed.GetValue(json));
            if (ended.Count > 0 && GroupState.Read(files.Root)?.Together is { Count: > 1 } together)
                shell.Note($"these processes ran replicas of {string.Join(", ", together.Select(ClusterFiles.NameOf))}, which are down with them");
            return ExitCode.Ok;
        });
        return command;
    }

    private static void Write(Shell shell, IReadOnlyList<RunningReplica> ended, bool json)
    {
        if (json)
        {
            shell.Data(Json.ObjectLine(writer =>
            {
                writer.WriteStartArray("ended");
                foreach (RunningReplica replica in ended)
                    writer.WriteStringValue(replica.Name);
                writer.WriteEndArray();
            }));
        }
        else
        {
            foreach (RunningReplica replica in ended)
                shell.Data($"{replica.Name} ended (pid {replica.Process.Pid})");
            if (ended.Count == 0)
                shell.Note("nothing was running");
        }
    }
}
