using PaxosShard.ChatClient.App.Cli;
using PaxosShard.Programs.Errors;

namespace PaxosShard.ChatClient.App.Groups;

/// <summary>Finds the built replica program, which lies beside this one in the tree.</summary>
internal static class ReplicaProgram
{
    /// <summary>Names another replica program, for tests of special builds.</summary>
    public const string Variable = "PX_REPLICA";

    /// <summary>Its path.</summary>
    /// <exception cref="ReportedException">It is not there.</exception>
    public static string Find(Shell shell)
    {
        if (shell.Variable(Variable) is { } named)
            return File.Exists(named) ? named : throw new ReportedException(ErrorKinds.NoProgram, $"{Variable}: {named}");
        // .../ChatClient/App/bin/Release/net10.0 -> .../Replica/App/bin/Release/net10.0
        DirectoryInfo framework = new(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));
        DirectoryInfo? configuration = framework.Parent;
        DirectoryInfo? root = configuration?.Parent?.Parent?.Parent?.Parent;
        string path = root is null
            ? ""
            : Path.Combine(root.FullName, "Replica", "App", "bin", configuration!.Name, framework.Name, "replica");
        return File.Exists(path) ? path : throw new ReportedException(ErrorKinds.NoProgram, path);
    }
}
