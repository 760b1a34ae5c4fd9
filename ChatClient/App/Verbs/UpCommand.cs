using System.CommandLine;
using PaxosShard.ChatClient.App.Cli;
using PaxosShard.ChatClient.App.Groups;
using PaxosShard.Programs.Errors;

namespace PaxosShard.ChatClient.App.Verbs;

/// <summary><c>px up</c>: starts what is down of a group, and returns when it commits.</summary>
internal static class UpCommand
{
    /// <summary>The verb.</summary>
    public static Command Create(Shell shell)
    {
        Option<string> directory = new("--dir") { Description = "Directory of the group; made when it is not there", Required = true, HelpName = "D" };
        Option<int?> replicas = new("--replicas") { Description = "Replicas: 1, 3, 5 or 7 (default 3)", HelpName = "N" };
        Option<int?> basePort = new("--base-port") { Description = "Port of the first replica, the others follow (default: free ports)", HelpName = "P" };
        Option<string?> timeout = new("--timeout") { Description = "How long to wait until the group commits (default 30s)", HelpName = "T" };
        Option<bool> json = new("--json") { Description = "As JSON" };
        Command command = new("up", "Start a group, or what is down of it, and return when it commits.\nExample: px up --dir /tmp/chat --replicas 3")
        {
            directory, replicas, basePort, timeout, json,
        };
        MachineOptions machine = new(command);
        command.SetAction(async (parsed, cancellation) =>
        {
            GroupFiles files = GroupFiles.Of(parsed.GetRequiredValue(directory));
            GroupPlan plan = new() { Replicas = parsed.GetValue(replicas), BasePort = parsed.GetValue(basePort), MachineOptions = machine.Words(parsed) };
            if (parsed.GetValue(timeout) is { } time)
                plan = plan with { Timeout = TargetOptions.ParseTime(time, "--timeout") };
            GroupState state = await new GroupStarter(shell, files, plan).StartAsync(cancellation);
            new ConnectionContext(files.Root, state.Cluster, state.Addresses).Write(shell);
            await PsCommand.WriteAsync(shell, files, state, parsed.GetValue(json), cancellation);
            shell.Note("the group commits; next: px chat");
            return ExitCode.Ok;
        });
        return command;
    }
}
