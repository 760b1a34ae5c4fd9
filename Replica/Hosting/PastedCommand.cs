using System.CommandLine;
using System.CommandLine.Parsing;
using PaxosShard.Programs;
using PaxosShard.Programs.Errors;

namespace PaxosShard.Replica.Hosting;

/// <summary>What an error of a program that runs replicas says to run next, with what its command line was given.</summary>
/// <param name="program">What the program is called.</param>
/// <param name="arguments">The words of its command line.</param>
/// <param name="parsed">The same, understood; null when that was not possible.</param>
internal sealed class PastedCommand(string program, IReadOnlyList<string> arguments, ParseResult? parsed)
{
    private const string OfReplica = "px replica ";
    private const string OfGroup = "--dir GROUP";

    // What px writes into the directory of a group, and of a cluster.
    private const string GroupState = "group.json";
    private const string ClusterState = "cluster.json";

    /// <summary>The error with a command that can be pasted.</summary>
    public ReportedException Complete(ReportedException error)
    {
        string next = error.Next ?? error.Kind.Next;
        string? data = Given("--data");
        string? group = data is null ? null : GroupOf(data);
        if (error.Kind == ErrorKinds.DirectoryUnfit && group is not null && IsLost(data!) && !Has("--create"))
            next = "px replica replace N --dir GROUP"; // The group has what it had.
        if (next.Contains(OfGroup, StringComparison.Ordinal) && group is null)
            next = WithoutGroup(error.Kind, data);
        NextCommand command = new(Environment.GetEnvironmentVariable(NextCommand.Variable));
        command.Set("GROUP", ShellWord.Of(group ?? ""));
        command.Set("DIR", ShellWord.Of(Standing(data ?? ".")));
        command.Set("N", ShellWord.Of(Given("--self") ?? "0"));
        command.Set("AGAIN", ShellWord.Line(["px", program, .. arguments]));
        if (next.StartsWith($"{OfReplica}run ", StringComparison.Ordinal) || next.StartsWith($"{OfReplica}--", StringComparison.Ordinal))
            next = $"px {program} {next[OfReplica.Length..]}"; // Where errors name this program, any other one has the same verbs and options.
        return new ReportedException(error.Kind, error.Message) { Outcome = error.Outcome, Next = command.Fill(next), Exit = error.Exit };
    }

    /// <summary>The path of a verb: <c>px replica run</c>.</summary>
    public static string PathOf(CommandResult command) =>
        command.Parent is CommandResult above ? $"{PathOf(above)} {command.Command.Name}" : command.Command.Name;

    // A replica that was started by hand: px does not know its group.
    private static string WithoutGroup(ErrorKind kind, string? data)
    {
        if (kind == ErrorKinds.DirectoryInUse && data is not null && HolderOf(data) is { } pid)
            return $"kill {pid}";
        return kind == ErrorKinds.PlaceReplaced ? "px status --help" : kind == ErrorKinds.DirectoryDisowned ? "px replica replace --help" : "px replica run --help";
    }

    private static int? HolderOf(string data)
    {
        try
        {
            using FileStream file = new(Path.Combine(data, "lock"), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using StreamReader reader = new(file);
            return int.TryParse(reader.ReadToEnd().Trim(), out int pid) ? pid : null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    // Replicas that share processes have their data one folder deeper.
    private static string? GroupOf(string data)
    {
        string? above = Path.GetDirectoryName(Path.GetFullPath(data));
        if (above is null || IsGroup(above))
            return above;

        return Path.GetDirectoryName(above) is { } cluster && File.Exists(Path.Combine(cluster, ClusterState)) ? Directory.EnumerateDirectories(cluster, "shard-*").Order(StringComparer.Ordinal).FirstOrDefault(IsGroup) : null;
    }

    // The nearest that is there: what is looked at is shown.
    private static string Standing(string path)
    {
        string full = Path.GetFullPath(path);
        while (!Path.Exists(full) && Path.GetDirectoryName(full) is { } above)
            full = above;
        return full;
    }

    private static bool IsGroup(string directory) => File.Exists(Path.Combine(directory, GroupState));

    private static bool IsLost(string data) => !Directory.Exists(data) || !Directory.EnumerateFileSystemEntries(data).Any(static path => Path.GetFileName(path) is not "lock");

    private bool Has(string name) => arguments.Contains(name, StringComparer.Ordinal);

    private string? Given(string name) => parsed?.CommandResult.Command.Options.FirstOrDefault(option => string.Equals(option.Name, name, StringComparison.Ordinal)) is { } option
        && parsed.GetResult(option) is { Tokens: [.., { } last] } && last.Value.Length > 0 ? last.Value : null;
}
