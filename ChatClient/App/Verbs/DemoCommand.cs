using System.CommandLine;
using PaxosShard.ChatClient.App.Chat;
using PaxosShard.ChatClient.App.Cli;
using PaxosShard.ChatClient.App.Clusters;
using PaxosShard.ChatClient.App.Demo;
using PaxosShard.ChatClient.App.Groups;
using PaxosShard.ChatClient.App.Posix;
using PaxosShard.Client;
using PaxosShard.Hashing.Configurations;
using PaxosShard.Programs;
using PaxosShard.Programs.Errors;

namespace PaxosShard.ChatClient.App.Verbs;

/// <summary><c>px demo</c>: a group on this machine, a prompt to chat, and commands to kill what it runs on.</summary>
internal static class DemoCommand
{
    private const string About = """
        Start a group, chat in it, kill its primary: everything on this machine, and nothing left behind. With --shards: several groups, to which shards are added and from which they are removed while you chat. With a word behind it: what order over shards is good for.
        Example: px demo --replicas 5
        Example: px demo --shards 2
        Example: px demo --panes
        Example: px demo --keep ./demo
        Example: px demo ordered
        """;

    /// <summary>The verb.</summary>
    public static Command Create(Shell shell)
    {
        Option<int?> replicas = new("--replicas") { Description = "Replicas of the group, or of each shard: 1, 3, 5 or 7 (default: 3)", HelpName = "N" };
        Option<int?> shards = new("--shards") { Description = "Shards, 1 to 64, and masters that know them (default: one group without shards)", HelpName = "N" };
        Option<int?> masters = new("--masters") { Description = "Replicas of the masters: 1 or 3 (default: 1); with --shards", HelpName = "N" };
        Option<bool> together = new("--together") { Description = "The shards share processes: each runs a replica of every shard; with --shards" };
        Option<string?> directory = new("--dir", "--keep") { Description = "Directory of the group or cluster, which is kept afterwards and gone on with next time (default: a temporary one)", HelpName = "DIR" };
        Option<bool> panes = new("--panes") { Description = "Show a second chat beside this one, by tmux" };
        Option<string?> nick = new("--nick") { Description = "Who speaks (default: PX_NICK, or your login)", HelpName = "NAME" };
        Command command = new("demo", About) { replicas, shards, masters, together, directory, panes, nick };
        MachineOptions machine = new(command);
        command.Add(OrderedDemoCommand.Create(shell));
        command.SetAction(async (parsed, cancellation) =>
        {
            string speaker = parsed.GetValue(nick) ?? SendCommand.Nickname(shell);
            if (MessageRules.Violation(ChatCommand.DefaultRoom, speaker, "x") is { } violation)
                throw new ReportedException(ErrorKinds.Usage, violation);
            DemoPanes? beside = parsed.GetValue(panes) ? new DemoPanes(shell) : null;
            if (beside is not null)
                DemoPanes.Require();
            using HangUpSignal hangUp = new(cancellation);
            try
            {
                string? root = parsed.GetValue(directory);
                int code;
                if (beside is { IsInside: false })
                {
                    code = await beside.RunInsideAsync([.. parsed.Tokens.Select(static token => token.Value)], hangUp.Token);
                    shell.Note($"the demo is over{DemoFate(shell, root)}");
                    return code;
                }
                if (parsed.GetValue(shards) is not null || (root is not null && ClusterState.Read(GroupFiles.Of(root).Root) is not null))
                {
                    ClusterPlan plan = new() { Shards = parsed.GetValue(shards), Masters = parsed.GetValue(masters), IsTogether = parsed.GetValue(together), Replicas = parsed.GetValue(replicas), MachineOptions = machine.Words(parsed) };
                    plan.Validate();
                    code = await RunClusterAsync(shell, root, plan, speaker, beside, hangUp.Token);
                }
                else if (parsed.GetValue(masters) is not null || parsed.GetValue(together))
                {
                    throw new ReportedException(ErrorKinds.Usage, $"{(parsed.GetValue(together) ? "--together" : "--masters")} is for clusters: say --shards too");
                }
                else
                {
                    SingleGroup.RequireAlone(root, "px demo", isMade: true);
                    GroupPlan plan = new() { Replicas = parsed.GetValue(replicas), MachineOptions = machine.Words(parsed) };
                    plan.Validate();
                    code = await RunGroupAsync(shell, root, plan, speaker, beside, hangUp.Token);
                }
                shell.Note($"the demo is over, and its processes have ended{DemoFate(shell, root)}");
                return code;
            }
            catch (OperationCanceledException) when (hangUp.Token.IsCancellationRequested)
            {
                return ExitCode.Interrupted;
            }
        });
        return command;
    }

    private static async Task<int> RunGroupAsync(Shell shell, string? directory, GroupPlan plan, string nick, DemoPanes? beside, CancellationToken cancellation)
    {
        await using DemoGroup demo = new(shell, directory, plan);
        shell.Note("starting the group ...");
        LocalGroup group = await demo.StartAsync(cancellation);
        shell.Note($"{(group.State.Replicas.Count == 1 ? "1 replica runs" : $"{group.State.Replicas.Count} replicas run")} in {group.Files.Root}; {shell.Px} chat in a second terminal joins");
        await using ChatLogClient client = await ConnectAsync(group.ClientOptions, cancellation);
        if (beside is not null)
            await beside.SplitAsync(group.Files.Root, cancellation);
        return await ChatProgram.RunAsync(PlaceOf(client, shell, nick, new GroupCommands(group), group.Files.Root, directory), cancellation);
    }

    private static async Task<int> RunClusterAsync(Shell shell, string? directory, ClusterPlan plan, string nick, DemoPanes? beside, CancellationToken cancellation)
    {
        await using DemoCluster demo = new(shell, directory, plan);
        shell.Note("starting the masters and the shards ...");
        await demo.StartAsync(cancellation);
        shell.Note($"{Spoken.Count(demo.State.Shards.Count, "shard")} and the masters run in {demo.Files.Root}; {shell.Px} chat in a second terminal joins");
        Configuration latest = await PlacementCalls.ReadLatestAsync(demo.ClientOptions, cancellation);
        await using ChatLogClient client = await ConnectAsync(demo.ClientOptions, cancellation);
        if (beside is not null)
            await beside.SplitAsync(demo.Files.Root, cancellation);
        return await ChatProgram.RunAsync(PlaceOf(client, shell, nick, new ClusterCommands(demo, client.Keys, latest), demo.Files.Root, directory), cancellation);
    }

    private static ChatPlace PlaceOf(ChatLogClient client, Shell shell, string nick, DemoCommands commands, string root, string? directory) =>
        new(client, shell, ChatCommand.DefaultRoom, nick, commands) { Directory = root, LeavingText = $" and ends the processes of the demo{DemoFate(shell, directory)}" };

    // What becomes of all that was said, as the end of a sentence.
    private static string DemoFate(Shell shell, string? directory) => directory is null
        ? $"; all that was said in it goes with it. Next time {shell.Px} demo --keep ./demo keeps it"
        : $"; what was said is kept: {shell.Px} demo --keep {ShellWord.Of(directory)} goes on with it";

    private static Task<ChatLogClient> ConnectAsync(ClientOptions options, CancellationToken cancellation) =>
        ChatLogClient.ConnectAsync(options with { StopAtFailure = !ChatProgram.IsAtTerminal }, cancellation);
}
