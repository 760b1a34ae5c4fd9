using PaxosShard.ChatClient.App.Cli;
using PaxosShard.Programs;
using PaxosShard.Programs.Errors;
using PaxosShard.Wire.Identifiers;

namespace PaxosShard.ChatClient.App.Groups;

/// <summary>Finds the built program of a group's replicas, which lies beside this one in the tree.</summary>
internal static class ReplicaProgram
{
    /// <summary>Names another replica program, for tests of special builds.</summary>
    public const string Variable = "PX_REPLICA";

    /// <summary>Names another program of the masters, for the same.</summary>
    public const string MasterVariable = "PX_MASTER";

    /// <summary>Its path.</summary>
    /// <param name="shell">The environment.</param>
    /// <param name="group">Whose replicas it is to run: the masters have a program of their own.</param>
    /// <exception cref="ReportedException">It is not there.</exception>
    public static string Find(Shell shell, GroupId group) => group == GroupId.Masters
        ? Find(shell, MasterVariable, "Master", "master")
        : Find(shell, Variable, "Replica", "replica");

    private static string Find(Shell shell, string variable, string folder, string name)
    {
        if (shell.Variable(variable) is { } named)
            return File.Exists(named) ? named : throw new ReportedException(ErrorKinds.NoProgram, $"{variable}: {named}");
        // .../ChatClient/App/bin/Release/net10.0 -> .../Replica/App/bin/Release/net10.0
        DirectoryInfo framework = new(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));
        DirectoryInfo? configuration = framework.Parent;
        DirectoryInfo? root = configuration?.Parent?.Parent?.Parent?.Parent;
        string path = root is null
            ? ""
            : Path.Combine(root.FullName, folder, "App", "bin", configuration!.Name, framework.Name, name);
        return File.Exists(path) ? path : throw new ReportedException(ErrorKinds.NoProgram, path) { Next = root is null ? null : $"dotnet build -c Release {ShellWord.Of(Path.Combine(root.FullName, "scripts", "px.slnf"))}" };
    }
}
