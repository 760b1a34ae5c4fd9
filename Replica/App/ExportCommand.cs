using System.CommandLine;
using PaxosShard.Replica.Core;
using PaxosShard.Replica.Node;
using PaxosShard.Replica.Node.Storage;

namespace PaxosShard.Replica.App;

/// <summary><c>replica export</c>: the executed log of a stopped replica as text, for <c>diff</c>.</summary>
internal static class ExportCommand
{
    private const string About = """
        Print the executed log of a stopped replica, one message a line: slot, room, number, author, text, separated by tabs.
        Example: diff <(replica export --data px0) <(replica export --data px1)
        """;

    /// <summary>The verb.</summary>
    public static Command Create()
    {
        Option<string> data = new("--data") { Description = "Data directory of a stopped replica; it is not changed.", Required = true };
        Command command = new("export", About) { data };
        command.SetAction(parsed => Run(parsed.GetRequiredValue(data)));
        return command;
    }

    private static int Run(string directory)
    {
        if (!Directory.Exists(directory))
            throw new ReportedException(ErrorCodes.CannotExport, $"{directory} does not exist");
        PosixDirectory files = new(directory);
        ReplicaIdentity identity = ReplicaStore.ReadIdentity(files);
        GroupOptions options = new() { ReplicaCount = identity.ReplicaCount, Self = identity.Replica };
        using Stream output = Console.OpenStandardOutput();
        try
        {
            LogExport.Write(ReplicaStore.ReadOnly(files), options, output);
        }
        catch (IOException)
        {
            // Whoever reads the export has enough of it and closed the pipe: that is no error.
        }

        return ExitCodes.Ok;
    }
}
