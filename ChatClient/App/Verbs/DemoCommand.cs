using System.CommandLine;
using PaxosShard.ChatClient.App.Chat;
using PaxosShard.ChatClient.App.Cli;
using PaxosShard.ChatClient.App.Clusters;
using PaxosShard.ChatClient.App.Groups;
using PaxosShard.ChatClient.App.Posix;
using PaxosShard.Client;
using PaxosShard.Programs.Errors;

namespace PaxosShard.ChatClient.App.Verbs;

/// <summary><c>px demo</c>: a group on this machine, a prompt to chat, and commands to kill what it runs on.</summary>
internal static class DemoCommand
{
    /// <summary>The verb.</summary>
    public static Command Create(Shell shell)
    {
        Option<int?> replicas = new("--replicas") { Description = "Replicas: 1, 3, 5 or 7 (default 3)", HelpName = "N" };
        Option<string?> directory = new("--dir") { Description = "Directory of the group, kept afterwards (default: a temporary one)", HelpName = "D" };
        Option<string?> nick = new("--nick") { Description = "Who speaks (default: the user)", HelpName = "N" };
        Command command = new("demo", "Start a group, chat in it, kill its primary: everything on this machine, and nothing left behind.\nExample: px demo --replicas 5")
        {
            replicas, directory, nick,
        };
        MachineOptions machine = new(command);
        command.SetAction(async (parsed, cancellation) =>
        {
            string speaker = parsed.GetValue(nick) ?? SendCommand.Nickname(shell);
            if (MessageRules.Violation(ChatCommand.DefaultRoom, speaker, "x") is { } violation)
                throw new ReportedException(ErrorKinds.Usage, violation);
            SingleGroup.RequireAlone(parsed.GetValue(directory), "px demo");
            using HangUpSignal hangUp = new(cancellation);
            try
            {
                GroupPlan plan = new() { Replicas = parsed.GetValue(replicas), MachineOptions = machine.Words(parsed) };
                return await RunAsync(shell, new DemoPlan(parsed.GetValue(directory), plan, speaker), hangUp.Token);
            }
            catch (OperationCanceledException) when (hangUp.Token.IsCancellationRequested)
            {
                return ExitCode.Interrupted;
            }
        });
        return command;
    }

    private static async Task<int> RunAsync(Shell shell, DemoPlan plan, CancellationToken cancellation)
    {
        await using DemoGroup demo = new(shell, plan.Directory, plan.Group);
        shell.Note("starting the group ...");
        LocalGroup group = await demo.StartAsync(cancellation);
        shell.Note($"{group.State.Replicas.Count} replicas run in {group.Files.Root}; px chat in a second terminal joins them");
        await using ChatLogClient client = await ChatLogClient.ConnectAsync(
            group.ClientOptions with { StopAtFailure = !ChatProgram.IsAtTerminal }, cancellation);
        return await ChatProgram.RunAsync(new ChatPlace(client, shell, ChatCommand.DefaultRoom, plan.Nick, new GroupCommands(group)), cancellation);
    }

    private sealed record DemoPlan(string? Directory, GroupPlan Group, string Nick);
}
