using System.Text.RegularExpressions;
using NUnit.Framework;
using PaxosShard.Tests.Unit.Golden;

namespace PaxosShard.Tests.Unit.Architecture;

/// <summary>The folders of the core are layers: none needs one that needs it.</summary>
[TestFixture]
internal sealed partial class CoreFoldersTests
{
    private const string Core = "PaxosShard.Replica.Core";

    private static readonly string Folder = Path.GetDirectoryName(RepositoryFiles.PathOf("Replica/Core/ReplicaCore.cs"))!;

    [Test]
    public void No_folder_of_the_core_needs_one_that_needs_it()
    {
        Dictionary<string, HashSet<string>> needs = [];
        foreach (string folder in Directory.GetDirectories(Folder).Select(path => Path.GetFileName(path)!).Where(IsOfSources))
            needs[folder] = [.. Files(folder).SelectMany(file => UsedFolders(File.ReadAllText(file))).Where(used => !string.Equals(used, folder, StringComparison.Ordinal))];

        // What is taken away layer by layer is free of cycles; what is left at the end is not.
        while (needs.FirstOrDefault(entry => !entry.Value.Overlaps(needs.Keys)).Key is { } layer)
            needs.Remove(layer);

        Assert.That(needs.Select(entry => $"{entry.Key} needs {string.Join(", ", entry.Value)}"), Is.Empty);
    }

    [Test]
    public void No_folder_of_the_core_needs_its_face()
    {
        string[] face = [.. Directory.GetFiles(Folder, "*.cs").Select(file => Path.GetFileNameWithoutExtension(file))];
        Regex named = new($@"(?<![\w.""])(?:{string.Join('|', face)})\b(?!Tests)", RegexOptions.None, TimeSpan.FromSeconds(1));
        IEnumerable<string> needing = Directory.GetDirectories(Folder)
            .Select(path => Path.GetFileName(path)!)
            .Where(IsOfSources)
            .SelectMany(Files)
            .Where(file => named.IsMatch(Comment().Replace(File.ReadAllText(file), "")));

        Assert.That(face, Does.Contain("ReplicaCore"));
        Assert.That(needing, Is.Empty);
    }

    [GeneratedRegex($@"^using {Core}\.(?<folder>\w+)", RegexOptions.Multiline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Using();

    [GeneratedRegex("//.*$", RegexOptions.Multiline, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Comment();

    private static bool IsOfSources(string folder) => folder is not ("bin" or "obj");

    private static IEnumerable<string> Files(string folder) => Directory.GetFiles(Path.Combine(Folder, folder), "*.cs", SearchOption.AllDirectories);

    private static IEnumerable<string> UsedFolders(string source) => Using().Matches(source).Select(match => match.Groups["folder"].Value);
}
