using System.Diagnostics;
using System.Text.RegularExpressions;
using NUnit.Framework;
using PaxosShard.Tests.Unit.Golden;

namespace PaxosShard.Tests.Unit.Architecture;

/// <summary>The mutants: patches that say what they are for and fit the sources as they are, and nothing of them in the sources.</summary>
[TestFixture]
internal sealed partial class MutantPatchTests
{
    private static readonly string _root = Path.GetDirectoryName(RepositoryFiles.PathOf("PaxosShard.sln"))!;
    private static readonly string[] _folders = ["Wire", "Hashing", "Replica", "Master", "ChatClient"];

    private static string[] Patches { get; } = [.. Directory.GetFiles(Path.Combine(_root, "tests/Mutants"), "*.patch").Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal)];

    [Test]
    public void There_are_many_and_each_has_a_number_of_its_own()
    {
        Assert.That(Patches, Has.Length.GreaterThan(100));
        Assert.That(Patches, Has.All.Match("^[0-9]{3}-[a-z0-9-]+\\.patch$"));
        Assert.That(Patches.Select(name => name[..3]), Is.Unique);
    }

    [TestCaseSource(nameof(Patches))]
    public void A_patch_says_what_is_thought_and_wrong_and_what_catches_it(string name)
    {
        Match head = Head().Match(TextOf(name));

        Assert.That(head.Success, Is.True);
        foreach (Capture scope in head.Groups["scope"].Captures)
        {
            string place = Path.Combine(_root, "tests/Unit", scope.Value.Replace('.', '/'));
            Assert.That(Directory.Exists(place) || File.Exists(place + ".cs"), Is.True, $"{scope.Value} is neither a folder nor a class of the unit tests");
        }
    }

    [TestCaseSource(nameof(Patches))]
    public void A_patch_changes_the_product_alone_and_counts_where_the_wrong_branch_is_taken(string name)
    {
        string[] lines = TextOf(name).Split('\n');

        Assert.That(lines.Where(line => line.StartsWith("+++ ", StringComparison.Ordinal)), Is.Not.Empty.And.All.Match($"^\\+\\+\\+ b/({string.Join('|', _folders)})/.*\\.cs$"));
        Assert.That(lines, Has.Some.Match("^\\+[^+].*Mutant\\.Reached\\(\\)"));
    }

    [TestCaseSource(nameof(Patches))]
    public void A_patch_applies_to_the_sources(string name)
    {
        using Process git = Process.Start(new ProcessStartInfo("git", ["apply", "--check", "-p1", Path.Combine("tests/Mutants", name)])
        {
            WorkingDirectory = _root,
            RedirectStandardError = true,
            UseShellExecute = false,
        })!;
        string errors = git.StandardError.ReadToEnd();
        git.WaitForExit();

        Assert.That((git.ExitCode, errors), Is.EqualTo((0, string.Empty)));
    }

    [Test]
    public void No_source_of_the_product_knows_a_mutant()
    {
        string[] sources = [.. _folders.SelectMany(folder => Directory.EnumerateFiles(Path.Combine(_root, folder), "*.cs", SearchOption.AllDirectories)).Where(IsSource)];

        Assert.That(sources, Has.Length.GreaterThan(200));
        Assert.That(sources.Where(file => File.ReadAllText(file).Contains("mutant", StringComparison.OrdinalIgnoreCase)), Is.Empty);
    }

    private static string TextOf(string name) => File.ReadAllText(Path.Combine(_root, "tests/Mutants", name));

    private static bool IsSource(string file) => !file.Split(Path.DirectorySeparatorChar).Any(part => part is "bin" or "obj");

    [GeneratedRegex(
        @"\AThought: [^\n]+\nWrong: [^\n]+\n(Caught-by: (simulator|moves|wholes|unit (?<scope>[A-Z]\w*(\.[A-Z]\w*){0,2}))\n)+\n--- a/",
        RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex Head();
}
