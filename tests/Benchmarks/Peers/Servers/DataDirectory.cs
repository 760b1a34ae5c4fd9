using PaxosShard.Benchmarks.Peers.Clients;

namespace PaxosShard.Benchmarks.Peers.Servers;

/// <summary>
/// Where all servers keep their files during a run, on a disk: below the user's folder of caches, or, when that is held in memory, below the sources; it is gone in the end.
/// </summary>
internal sealed class DataDirectory : IDisposable
{
    private static readonly string[] _inMemory = ["tmpfs", "ramfs"];

    private DataDirectory(string path, string fileSystem)
    {
        Path = path;
        FileSystem = fileSystem;
    }

    /// <summary>Its path.</summary>
    public string Path { get; }

    /// <summary>The kind of file system on which it is.</summary>
    public string FileSystem { get; }

    /// <summary>Makes it.</summary>
    /// <param name="folder">In which folder; null for the first of the usual ones that is on a disk.</param>
    /// <param name="program">What it is for, as a part of its name.</param>
    /// <exception cref="ServerException">There is none on a disk.</exception>
    public static DataDirectory Create(string? folder, string program)
    {
        string?[] usual = [Environment.GetEnvironmentVariable("XDG_CACHE_HOME"), InHome(), System.IO.Path.Combine(SourceTree.Root, "tests", "Benchmarks", "Peers", "obj")];
        foreach (string candidate in (folder is null ? usual : [folder]).Where(static candidate => !string.IsNullOrEmpty(candidate)).Select(static candidate => System.IO.Path.GetFullPath(candidate!)))
        {
            Directory.CreateDirectory(candidate);
            string fileSystem = FileSystemOf(candidate);
            if (_inMemory.Contains(fileSystem, StringComparer.Ordinal))
                continue;
            string path = System.IO.Path.Combine(candidate, $"paxosshard-{program}-{Environment.ProcessId}");
            Directory.CreateDirectory(path);
            return new DataDirectory(path, fileSystem);
        }

        throw new ServerException($"{folder ?? "every usual folder"} is held in memory, where a sync costs nothing; next: --dir with a folder on a disk");
    }

    /// <summary>Makes an empty folder in it.</summary>
    public string NewFolder(string name)
    {
        string folder = System.IO.Path.Combine(Path, name);
        Directory.CreateDirectory(folder);
        return folder;
    }

    /// <inheritdoc/>
    public void Dispose() => Directory.Delete(Path, recursive: true);

    private static string? InHome() => Environment.GetEnvironmentVariable("HOME") is { Length: > 1 } home ? System.IO.Path.Combine(home, ".cache") : null;

    /// <summary>That of the mount with the longest path above the folder, and of these the last one: it hides those before.</summary>
    private static string FileSystemOf(string folder) => File.ReadLines("/proc/self/mounts").Select(static line => line.Split(' '))
        .Where(mount => folder.Equals(mount[1], StringComparison.Ordinal) || folder.StartsWith(mount[1].TrimEnd('/') + "/", StringComparison.Ordinal))
        .OrderBy(static mount => mount[1].Length).LastOrDefault()?[2] ?? "unknown";
}
