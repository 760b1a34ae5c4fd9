using System.CommandLine;
using PaxosShard.ChatClient.App.Cli;
using PaxosShard.ChatClient.App.Groups;
using PaxosShard.ChatClient.App.Rings;
using PaxosShard.ChatClient.App.Targets;
using PaxosShard.Client;
using PaxosShard.Hashing.Configurations;
using PaxosShard.Programs;
using PaxosShard.Programs.Errors;

namespace PaxosShard.ChatClient.App.Verbs;

/// <summary><c>px ring</c>: which shard has which arcs, by the latest configuration.</summary>
internal static class RingCommand
{
    private const string About = """
        Show which shard has which of the 4096 arcs of keys and rooms, by the latest configuration, or where some keys or rooms are. With --watch each new configuration as it comes, and the steps of the jobs that make them, until Ctrl-C.
        Example: px ring --dir /tmp/cluster --svg ring.svg
        """;

    /// <summary>The verb.</summary>
    public static Command Create(Shell shell)
    {
        Argument<string[]> names = new("NAME") { Description = "Keys or rooms: only where these are", Arity = ArgumentArity.ZeroOrMore };
        Option<bool> json = new("--json") { Description = "As JSON: the shards, and all arcs as runs of one owner; an object for each configuration, or for each NAME" };
        Option<string?> svg = new("--svg") { Description = "Write a picture to this file too", HelpName = "FILE" };
        Option<bool> watch = new("--watch") { Description = "Show each new configuration too, until Ctrl-C" };
        Command command = new("ring", About) { names, json, svg, watch };
        TargetOptions target = new(command);
        command.SetAction(async (parsed, cancellation) =>
        {
            Wish wish = new(parsed.GetValue(names) ?? [], parsed.GetValue(json), parsed.GetValue(svg), parsed.GetValue(watch));
            wish.Validate();
            ClientOptions masters = target.ClientOptions(parsed, shell);
            Configuration latest = await PlacementCalls.FindLatestAsync(masters, cancellation);
            if (!wish.IsWatch)
            {
                await ShowAsync(shell, wish, latest, cancellation);
                return ExitCode.Ok;
            }

            await using PlacementClient client = PlacementClient.Start(masters);
            await new RingWatch(client, configuration => ShowAsync(shell, wish, configuration, cancellation), shell.Note).RunAsync(latest, cancellation);
            return ExitCode.Ok;
        });
        return command;
    }

    private static async Task ShowAsync(Shell shell, Wish wish, Configuration configuration, CancellationToken cancellation)
    {
        if (wish.Svg is { } path)
        {
            await File.WriteAllTextAsync(path, new RingSvg(configuration).Text(), cancellation);
            shell.Note($"the picture is in {path}");
        }

        foreach (string line in wish.Names.Length > 0 ? Places(wish, configuration) : Ring(shell, wish, configuration))
            shell.Data(line);
        shell.Flush();
    }

    private static IEnumerable<string> Ring(Shell shell, Wish wish, Configuration configuration) =>
        wish.IsJson ? [Json.ObjectLine(writer => RingJson.Write(writer, configuration))] : new RingText(configuration, HasColours(shell)).Lines();

    private static IEnumerable<string> Places(Wish wish, Configuration configuration)
    {
        RingPlaces places = new(configuration);
        return wish.IsJson ? wish.Names.Select(name => Json.ObjectLine(writer => places.Write(writer, name))) : places.Table(wish.Names).Lines();
    }

    private static bool HasColours(Shell shell) =>
        Descriptor.IsTerminal(Descriptor.Output) && shell.Variable("TERM") is not (null or "dumb") && shell.Variable("NO_COLOR") is null;

    /// <summary>What is to be shown, and how.</summary>
    private sealed record Wish(string[] Names, bool IsJson, string? Svg, bool IsWatch)
    {
        public void Validate()
        {
            if (Svg is { Length: 0 })
                throw new ReportedException(ErrorKinds.Usage, "--svg names no file");
            if (Svg is not null && Names.Length > 0)
                throw new ReportedException(ErrorKinds.Usage, "--svg is a picture of the whole ring, and goes with no names");
            if (Names.Any(static name => name.Length == 0))
                throw new ReportedException(ErrorKinds.Usage, "a key or a room has a name of at least one character");
        }
    }
}
