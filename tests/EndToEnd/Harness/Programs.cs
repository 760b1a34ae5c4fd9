namespace PaxosShard.Tests.EndToEnd.Harness;

/// <summary>Where the programs under test lie: those of the same build configuration as the tests.</summary>
internal static class Programs
{
    /// <summary>The folder of the solution.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>The replica program.</summary>
    public static string Replica { get; } = Built("Replica/App", "replica");

    /// <summary>The program of the masters.</summary>
    public static string Master { get; } = Built("Master/App", "master");

    /// <summary>The front door for people.</summary>
    public static string Px { get; } = Path.Combine(Root, "scripts", "px");

    /// <summary>The program behind <c>px</c>, without the script that builds it.</summary>
    public static string Chat { get; } = Built("ChatClient/App", "chat");

    private static string Built(string project, string program)
    {
        // .../tests/EndToEnd/bin/CONFIGURATION/FRAMEWORK
        DirectoryInfo framework = new(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));
        string configuration = framework.Parent!.Name;
        string path = Path.Combine(Root, project, "bin", configuration, framework.Name, program);
        return File.Exists(path) ? path : throw new FileNotFoundException("the program under test is not built", path);
    }

    private static string FindRoot()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "PaxosShard.sln")))
            folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException("the solution is not above the tests");
    }
}
