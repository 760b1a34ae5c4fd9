using System.Text.RegularExpressions;
using NUnit.Framework;
using PaxosShard.Tests.Unit.Golden;

namespace PaxosShard.Tests.Unit.Scripts;

/// <summary>The quick check knows every project and names tests that are there: a change must not go by unchecked because nobody told it.</summary>
[TestFixture]
internal sealed partial class CheckScriptTests
{
    private static readonly string _root = Path.GetDirectoryName(RepositoryFiles.PathOf("PaxosShard.sln"))!;
    private static readonly string _script = File.ReadAllText(RepositoryFiles.PathOf("scripts/check.sh"));

    [Test]
    public void Every_project_has_its_line()
    {
        IEnumerable<string> projects = Project().Matches(File.ReadAllText(RepositoryFiles.PathOf("PaxosShard.sln"))).Select(match => match.Groups["folder"].Value.Replace('\\', '/'));

        Assert.That(projects.Count(), Is.GreaterThan(10));
        Assert.That(projects.Where(project => !_script.Contains($"  {project}/", StringComparison.Ordinal) && !_script.Contains($" | {project}/", StringComparison.Ordinal)), Is.Empty);
    }

    [Test]
    public void Every_folder_of_unit_tests_that_it_names_exists()
    {
        string[] folders = [.. UnitFolder().Matches(_script).SelectMany(match => match.Groups["folder"].Captures).Select(folder => folder.Value)];

        Assert.That(folders, Has.Length.GreaterThan(10));
        Assert.That(folders.Where(folder => !Directory.Exists(Path.Combine(_root, "tests", "Unit", folder))), Is.Empty);
    }

    [GeneratedRegex(@"""(?<folder>[^""]+)[\\/][^""\\/]+\.csproj""", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Project();

    [GeneratedRegex(@"\) add(?: (?<folder>[A-Z]\w+))+", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex UnitFolder();
}
