namespace PaxosShard.Tests.Unit.Golden;

/// <summary>Finds files of the source tree from where the tests run.</summary>
internal static class RepositoryFiles
{
    /// <summary>The path of a file, given from the top of the tree.</summary>
    public static string PathOf(string file)
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "PaxosShard.sln")))
            folder = folder.Parent;
        return folder is null
            ? throw new FileNotFoundException("no PaxosShard.sln above " + AppContext.BaseDirectory)
            : Path.Combine(folder.FullName, file);
    }
}
