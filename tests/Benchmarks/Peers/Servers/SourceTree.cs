namespace PaxosShard.Benchmarks.Peers.Servers;

/// <summary>The folder in which all sources are, this program's among them.</summary>
internal static class SourceTree
{
    /// <summary>Its path.</summary>
    public static string Root { get; } = Find();

    private static string Find()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "PaxosShard.sln")))
            folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException("this program is not below the solution");
    }
}
