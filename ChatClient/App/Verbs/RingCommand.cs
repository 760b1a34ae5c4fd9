using System.CommandLine;
using PaxosShard.ChatClient.App.Cli;
using PaxosShard.ChatClient.App.Groups;
using PaxosShard.ChatClient.App.Rings;
using PaxosShard.Hashing.Configurations;
using PaxosShard.Programs;
using PaxosShard.Programs.Errors;

namespace PaxosShard.ChatClient.App.Verbs;

/// <summary><c>px ring</c>: which shard has which arcs, by the latest configuration.</summary>
internal static class RingCommand
{
    /// <summary>The verb.</summary>
    public static Command Create(Shell shell)
    {
        Option<bool> json = new("--json") { Description = "As JSON: the shards, and all arcs as runs of one owner" };
        Option<string?> svg = new("--svg") { Description = "Write a picture to this file too", HelpName = "FILE" };
        Command command = new("ring", "Show which shard has which of the 4096 arcs of keys and rooms, by the latest configuration.\nExample: px ring --dir /tmp/cluster --svg ring.svg")
        {
            json, svg,
        };
        TargetOptions target = new(command);
        command.SetAction(async (parsed, cancellation) =>
        {
            if (parsed.GetValue(svg) is { Length: 0 })
                throw new ReportedException(ErrorKinds.Usage, "--svg names no file");
            Configuration latest = await PlacementCalls.FindLatestAsync(target.ClientOptions(parsed, shell), cancellation);
            if (parsed.GetValue(svg) is { } path)
            {
                await File.WriteAllTextAsync(path, new RingSvg(latest).Text(), cancellation);
                shell.Note($"the picture is in {path}");
            }

            if (parsed.GetValue(json))
            {
                shell.Data(Json.ObjectLine(writer => RingJson.Write(writer, latest)));
                return ExitCode.Ok;
            }

            foreach (string line in new RingText(latest, HasColours(shell)).Lines())
                shell.Data(line);
            return ExitCode.Ok;
        });
        return command;
    }

    private static bool HasColours(Shell shell) =>
        Descriptor.IsTerminal(Descriptor.Output) && shell.Variable("TERM") is not (null or "dumb") && shell.Variable("NO_COLOR") is null;
}
