using System.Globalization;
using System.Text.RegularExpressions;
using NUnit.Framework;
using PaxosShard.Tests.Unit.Golden;

namespace PaxosShard.Tests.Unit.Architecture;

/// <summary>The sources cite rules and schedules by number; the pages that hold them stand in this repository, and nothing else is cited.</summary>
[TestFixture]
internal sealed partial class CitationTests
{
    private const string Rules = "Replica/Core/DESIGN.md";
    private const string Schedules = "tests/Simulator/SCHEDULES.md";

    private static readonly string Root = Path.GetDirectoryName(RepositoryFiles.PathOf("PaxosShard.sln"))!;

    [Test]
    public void Every_rule_that_is_cited_stands_in_the_design()
    {
        HashSet<int> rules = [.. Numbers(RuleHeading(), File.ReadAllText(RepositoryFiles.PathOf(Rules)))];

        Assert.That(rules, Is.EquivalentTo(Enumerable.Range(1, rules.Count)), "numbered without a gap");
        Assert.That(Unresolved("[Rr]ule", rules), Is.Empty);
    }

    [Test]
    public void Every_schedule_that_is_cited_stands_in_the_list_once()
    {
        List<int> schedules = [.. Numbers(ScheduleItem(), File.ReadAllText(RepositoryFiles.PathOf(Schedules)))];

        Assert.That(schedules, Is.Unique);
        Assert.That(Unresolved("[Ss]chedule", [.. schedules]), Is.Empty);
    }

    /// <summary>A reader of the papers finds the code of a rule by the names that stand behind it.</summary>
    [Test]
    public void Every_rule_names_its_code_and_that_is_there()
    {
        string design = File.ReadAllText(RepositoryFiles.PathOf(Rules));
        string[] lines = [.. CodeLine().Matches(design).Select(match => match.Groups["names"].Value)];
        IEnumerable<string> missing = lines
            .SelectMany(names => CodeName().Matches(names))
            .Where(name => !IsInSources(name.Groups["type"].Value, name.Groups["member"].Value))
            .Select(name => name.Value);

        Assert.That(lines, Has.Length.EqualTo(Numbers(RuleHeading(), design).Count()));
        Assert.That(missing, Is.Empty);
    }

    /// <summary>What the tests on real processes hold to is a table, in which nothing stands that is not there.</summary>
    [Test]
    public void Every_test_of_the_table_of_rings_and_moves_is_there()
    {
        string page = File.ReadAllText(RepositoryFiles.PathOf("tests/README.md"));
        string section = page[page.IndexOf("## Rings and moves, from outside", StringComparison.Ordinal)..page.IndexOf("## Mutants", StringComparison.Ordinal)];
        Match[] names = [.. CodeName().Matches(section).Where(static name => name.Groups["type"].Value.EndsWith("Tests", StringComparison.Ordinal))];

        Assert.That(names, Has.Length.GreaterThan(20));
        Assert.That(names.Where(static name => !IsInSources(name.Groups["type"].Value, name.Groups["member"].Value)).Select(static name => name.Value), Is.Empty);
    }

    [TestCase("design section")]
    [TestCase("acceptance section")]
    public void No_page_is_cited_that_is_not_here(string words)
    {
        IEnumerable<string> citing = Sources()
            .Where(file => !Path.GetFileName(file).Equals(nameof(CitationTests) + ".cs", StringComparison.Ordinal))
            .Where(file => LineBreak().Replace(File.ReadAllText(file), " ").Contains(words, StringComparison.OrdinalIgnoreCase));

        Assert.That(citing, Is.Empty);
    }

    /// <summary>Blanks, and where a comment goes on in the next line.</summary>
    [GeneratedRegex(@"\s+(?:///? )?", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex LineBreak();

    [GeneratedRegex(@"^\*Code: (?<names>.*)\*$", RegexOptions.Multiline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex CodeLine();

    [GeneratedRegex(@"`(?<type>\w+)(?:\.(?<member>\w+))?`", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex CodeName();

    private static bool IsInSources(string type, string member) =>
        Sources().Any(file => string.Equals(Path.GetFileNameWithoutExtension(file), type, StringComparison.Ordinal)
            && Regex.IsMatch(File.ReadAllText(file), $@"\b{member}\b", RegexOptions.None, TimeSpan.FromSeconds(1)));

    private static IEnumerable<string> Unresolved(string word, HashSet<int> known)
    {
        Regex citation = new(word + @"s? (?<list>\d+(?:(?:, | and | to | or )\d+)*)", RegexOptions.None, TimeSpan.FromSeconds(1));
        foreach (string file in Sources())
        {
            foreach (Match match in citation.Matches(File.ReadAllText(file)))
            {
                foreach (int number in Listed(match.Groups["list"].Value))
                {
                    if (!known.Contains(number))
                        yield return $"{Path.GetRelativePath(Root, file)}: {match.Value}";
                }
            }
        }
    }

    /// <summary>"3 to 5" is 3, 4, 5; "1, 2 and 7" is 1, 2, 7.</summary>
    private static IEnumerable<int> Listed(string list)
    {
        foreach (string part in list.Split([", ", " and ", " or "], StringSplitOptions.None))
        {
            int[] ends = [.. part.Split(" to ").Select(end => int.Parse(end, CultureInfo.InvariantCulture))];
            foreach (int number in Enumerable.Range(ends[0], ends[^1] - ends[0] + 1))
                yield return number;
        }
    }

    private static IEnumerable<int> Numbers(Regex pattern, string page) =>
        pattern.Matches(page).Select(match => int.Parse(match.Groups["number"].Value, CultureInfo.InvariantCulture));

    private static IEnumerable<string> Sources() =>
        Directory.EnumerateFiles(Root, "*.*", SearchOption.AllDirectories)
            .Where(file => file.EndsWith(".cs", StringComparison.Ordinal) || file.EndsWith(".md", StringComparison.Ordinal) || file.EndsWith(".patch", StringComparison.Ordinal))
            .Where(file => !file.Split(Path.DirectorySeparatorChar).Any(part => part is "bin" or "obj" or ".git"));

    [GeneratedRegex(@"^### Rule (?<number>\d+):", RegexOptions.Multiline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex RuleHeading();

    [GeneratedRegex(@"^(?<number>\d+)\. \*\*", RegexOptions.Multiline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex ScheduleItem();
}
