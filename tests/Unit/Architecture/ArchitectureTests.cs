using System.Xml.Linq;
using NUnit.Framework;

namespace PaxosShard.Tests.Unit.Architecture;

/// <summary>The rules of the code that a program can see: the allowed dependencies, and how large a file may grow.</summary>
[TestFixture]
internal sealed class ArchitectureTests
{
    private const int LongestFile = 400;

    private static readonly Dictionary<string, string[]> Allowed = new(StringComparer.Ordinal)
    {
        ["Wire"] = [],
        ["Hashing"] = ["Wire"],
        ["Wire/Programs"] = ["Wire"],
        ["Wire/Connections"] = ["Wire"],
        ["Replica/Core"] = ["Wire", "Hashing"],
        ["Replica/Machines"] = ["Wire", "Hashing", "Replica/Core"],
        ["Replica/Engine"] = ["Wire", "Replica/Core"],
        ["Replica/Node"] = ["Wire", "Wire/Connections", "Hashing", "Replica/Core", "Replica/Engine"],
        ["Replica/Hosting"] = ["Wire", "Wire/Programs", "Replica/Core", "Replica/Engine", "Replica/Node"],
        ["Replica/Sharding"] = ["Wire", "Hashing", "ChatClient/Client"],
        ["Replica/App"] = ["Wire", "Wire/Programs", "Replica/Core", "Replica/Engine", "Replica/Machines", "Replica/Node", "Replica/Hosting", "Replica/Sharding"],
        ["Master/Gateway"] = ["Wire", "Hashing", "ChatClient/Client"],
        ["Master/Driving"] = ["Wire", "ChatClient/Client"],
        ["Master/App"] = ["Wire", "Wire/Programs", "Replica/Core", "Replica/Hosting", "Replica/Node", "Master/Core", "Master/Driving", "Master/Gateway"],
        ["Master/Core"] = ["Wire", "Hashing", "Replica/Core"],
        ["ChatClient/Core"] = ["Wire", "Hashing"],
        ["ChatClient/Histories"] = ["Hashing"],
        ["ChatClient/Client"] = ["Wire", "Wire/Connections", "ChatClient/Core"],
        ["ChatClient/App"] = ["Wire", "Wire/Programs", "Hashing", "ChatClient/Client", "ChatClient/Histories"],
    };

    private static readonly string Root = FindRoot();

    [Test]
    public void Arrows_between_projects_point_down_only()
    {
        foreach ((string folder, string[] allowed) in Allowed)
        {
            string project = Directory.GetFiles(Path.Combine(Root, folder), "*.csproj").Single();
            IEnumerable<string> references = XDocument.Load(project)
                .Descendants("ProjectReference")
                .Select(reference => reference.Attribute("Include")!.Value)
                .Select(path => Path.GetRelativePath(Root, Path.GetDirectoryName(Path.GetFullPath(path, Path.Combine(Root, folder)))!));

            Assert.That(references, Is.SubsetOf(allowed), $"{folder} may know only what stands below it");
        }
    }

    [Test]
    public void Every_room_of_the_solution_has_its_rule()
    {
        IEnumerable<string> projects = SourceFiles("*.csproj")
            .Select(project => Path.GetRelativePath(Root, Path.GetDirectoryName(project)!))
            .Where(folder => !folder.StartsWith("tests", StringComparison.Ordinal));

        Assert.That(projects, Is.EquivalentTo(Allowed.Keys));
    }

    [Test]
    public void The_engine_and_its_host_know_no_room_and_no_message_of_a_chat()
    {
        string[] words = ["ChatRoom", "ShardMachine", "SendMessage", "FollowRoom", "ReadHistory", "ListRooms", "RoomMessage", "HistoryResult", "SentMessage"];
        IEnumerable<string> knowing = SourceFiles("*.cs")
            .Where(file => Path.GetRelativePath(Root, file) is var path
                && (path.StartsWith("Replica/Core", StringComparison.Ordinal) || path.StartsWith("Replica/Node", StringComparison.Ordinal)))
            .Where(file => words.Any(word => File.ReadAllText(file).Contains(word, StringComparison.Ordinal)));

        Assert.That(knowing, Is.Empty);
    }

    [Test]
    public void No_source_file_is_longer_than_400_lines()
    {
        IEnumerable<string> tooLong = SourceFiles("*.cs").Where(file => File.ReadLines(file).Count() > LongestFile);

        Assert.That(tooLong, Is.Empty);
    }

    /// <summary>A folder of its own is for what has several files; a project may be one file.</summary>
    [Test]
    public void No_folder_holds_a_single_file()
    {
        IEnumerable<string> lonely = SourceFiles("*.*")
            .GroupBy(file => Path.GetRelativePath(Root, Path.GetDirectoryName(file)!), StringComparer.Ordinal)
            .Where(folder => folder.Count() == 1 && Directory.GetDirectories(Path.Combine(Root, folder.Key)).Length == 0)
            .Select(folder => folder.Key)
            .Where(folder => !folder.StartsWith('.'));

        Assert.That(lonely, Is.Empty);
    }

    [Test]
    public void The_namespace_of_a_file_is_that_of_its_project_and_its_folders()
    {
        List<string> strangers = [];
        foreach (string project in SourceFiles("*.csproj"))
        {
            string folder = Path.GetRelativePath(Root, Path.GetDirectoryName(project)!);
            string space = XDocument.Load(project).Descendants("RootNamespace").SingleOrDefault()?.Value ?? Path.GetFileNameWithoutExtension(project);
            strangers.AddRange(OwnFiles(folder)
                .Where(file => NamespaceOf(file) is { } found && !string.Equals(found, Joined(space, Path.GetRelativePath(folder, Path.GetDirectoryName(file)!)), StringComparison.Ordinal)));
        }

        Assert.That(strangers, Is.Empty);
    }

    [Test]
    public void Nothing_is_left_to_be_done_in_a_comment()
    {
        string[] marks = ["TO" + "DO", "FIX" + "ME", "HA" + "CK"];
        IEnumerable<string> marked = SourceFiles("*.cs")
            .Where(file => marks.Any(mark => File.ReadAllText(file).Contains(mark, StringComparison.Ordinal)));

        Assert.That(marked, Is.Empty);
    }

    [Test]
    public void Nobody_flushes_through_the_runtime_which_swallows_errors()
    {
        string[] calls = ["Flush(true)", "Flush(flushToDisk", "RandomAccess.Flush" + "ToDisk"];
        IEnumerable<string> callers = SourceFiles("*.cs")
            .Where(file => !file.EndsWith(nameof(ArchitectureTests) + ".cs", StringComparison.Ordinal))
            .Where(file => calls.Any(call => File.ReadAllText(file).Contains(call, StringComparison.Ordinal)));

        Assert.That(callers, Is.Empty);
    }

    private static string Joined(string space, string folder) => string.Equals(folder, ".", StringComparison.Ordinal) ? space : $"{space}.{folder.Replace('/', '.')}";

    private static string? NamespaceOf(string file) =>
        File.ReadLines(Path.Combine(Root, file)).FirstOrDefault(line => line.StartsWith("namespace ", StringComparison.Ordinal))?["namespace ".Length..].TrimEnd(';');

    /// <summary>The sources of a project, without those of projects in its folders, as paths from the top.</summary>
    private static IEnumerable<string> OwnFiles(string folder)
    {
        string[] inner = [.. Allowed.Keys.Where(other => other.StartsWith(folder + "/", StringComparison.Ordinal))];
        return SourceFiles("*.cs").Select(file => Path.GetRelativePath(Root, file))
            .Where(file => file.StartsWith(folder + "/", StringComparison.Ordinal) && !inner.Any(other => file.StartsWith(other + "/", StringComparison.Ordinal)));
    }

    private static IEnumerable<string> SourceFiles(string pattern) =>
        Directory.EnumerateFiles(Root, pattern, SearchOption.AllDirectories)
            .Where(file => !file.Split(Path.DirectorySeparatorChar).Any(part => part is "bin" or "obj" or ".git"));

    private static string FindRoot()
    {
        DirectoryInfo? folder = new(TestContext.CurrentContext.TestDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "PaxosShard.sln")))
            folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException("the solution is not above the tests");
    }
}
