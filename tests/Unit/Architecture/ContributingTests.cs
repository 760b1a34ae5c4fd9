using System.Text.RegularExpressions;
using NUnit.Framework;
using PaxosShard.Tests.Unit.Golden;

namespace PaxosShard.Tests.Unit.Architecture;

/// <summary>The page for those who change the code: what it names is there.</summary>
[TestFixture]
internal sealed partial class ContributingTests
{
    private static readonly string _root = Path.GetDirectoryName(RepositoryFiles.PathOf("PaxosShard.sln"))!;
    private static readonly string _page = File.ReadAllText(RepositoryFiles.PathOf(".github/CONTRIBUTING.md"));

    [Test]
    public void Every_file_and_folder_that_is_named_exists()
    {
        string[] named = [.. NamedPath().Matches(_page).Select(match => match.Groups["path"].Value)];

        Assert.That(named, Has.Length.GreaterThan(20));
        Assert.That(named.Where(path => !Path.Exists(Path.Combine(_root, path))), Is.Empty);
    }

    [Test]
    public void Every_link_leads_somewhere() =>
        Assert.That(Link().Matches(_page).Select(match => match.Groups["path"].Value).Where(path => !Path.Exists(Path.Combine(_root, ".github", path))), Is.Empty);

    [Test]
    public void What_a_message_meets_on_its_way_is_there()
    {
        IReadOnlyList<Match> steps = Step().Matches(_page);
        IEnumerable<string> missing =
            from step in steps
            let source = File.ReadAllText(Path.Combine(_root, step.Groups["path"].Value))
            from member in step.Groups["members"].Value.Split(", ", StringSplitOptions.RemoveEmptyEntries).Select(member => member.Trim(' ', '`'))
            where !Regex.IsMatch(source, $@"\b{member}(?:<\w+>)?\(", RegexOptions.None, TimeSpan.FromSeconds(1))
            select $"{step.Groups["path"].Value}: {member}";

        Assert.That(steps, Has.Count.GreaterThan(20));
        Assert.That(missing, Is.Empty);
    }

    [TestCase("Eventually", "tests/EndToEnd/Harness/Eventually.cs")]
    [TestCase("Violation", "tests/Simulator/Checks/ViolationLog.cs")]
    [TestCase("Version", "Replica/Core/Execution/ExecutionRules.cs")]
    [TestCase("Mutant.Reached()", "tests/Mutants/001-accepted-before-sync.patch")]
    [TestCase("ReportedException", "Wire/Programs/Errors/ReportedException.cs")]
    [TestCase("ErrorClassifier", "Replica/Hosting/ErrorClassifier.cs")]
    [TestCase("ErrorAssert.Failed", "tests/EndToEnd/Mistakes/SendMistakesTests.cs")]
    public void What_the_page_tells_to_use_is_used_like_that(string name, string file)
    {
        Assert.That(_page, Does.Contain(name));
        Assert.That(File.ReadAllText(Path.Combine(_root, file)), Does.Contain(name));
    }

    [GeneratedRegex(@"`(?<path>(?:Wire|Hashing|Replica|ChatClient|tests|scripts)/[\w./-]+)[ `]", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex NamedPath();

    [GeneratedRegex(@"^\| `(?<path>[\w/.]+)` \| (?<members>[\w`, ]*) ?\|", RegexOptions.Multiline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Step();

    [GeneratedRegex(@"\]\((?<path>[^)#]+)\)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Link();
}
