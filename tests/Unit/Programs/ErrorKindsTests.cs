using System.Reflection;
using System.Text.RegularExpressions;
using NUnit.Framework;
using PaxosShard.Programs.Errors;
using PaxosShard.Tests.Unit.Golden;
using PaxosShard.Wire;

namespace PaxosShard.Tests.Unit.Programs;

/// <summary>The one list of errors: numbers are never reused, nothing is missing in it, and what is cited anywhere can be explained.</summary>
[TestFixture]
internal sealed partial class ErrorKindsTests
{
    [Test]
    public void Every_error_is_in_the_list_once_by_number()
    {
        IEnumerable<ErrorKind> declared = typeof(ErrorKinds).GetFields(BindingFlags.Public | BindingFlags.Static)
            .Select(field => field.GetValue(null)).OfType<ErrorKind>();

        Assert.That(ErrorKinds.All.Select(kind => kind.Number), Is.Unique.And.Ordered);
        Assert.That(declared, Is.SubsetOf(ErrorKinds.All));
    }

    [Test]
    public void Every_code_by_which_a_connection_is_refused_is_an_error_of_the_same_number() =>
        Assert.That(
            ErrorKinds.All.Select(kind => kind.Number).Where(number => number < ErrorKinds.ReplicaUsage.Number),
            Is.EqualTo(Enum.GetValues<RefusalCode>().Where(code => code != RefusalCode.None).Select(code => (int)code)));

    [Test]
    public void Every_code_that_a_page_or_a_script_cites_can_be_explained()
    {
        string root = Path.GetDirectoryName(RepositoryFiles.PathOf("PaxosShard.sln"))!;
        string[] pages =
        [
            .. Directory.GetFiles(root, "*.md", SearchOption.AllDirectories), .. Directory.GetFiles(Path.Combine(root, "scripts")),
        ];

        string[] unknown = [.. pages.SelectMany(page => CitedCode().Matches(File.ReadAllText(page))).Select(match => match.Value).Where(code => !ErrorReport.Find(code).Any())];

        Assert.That(unknown, Is.Empty);
    }

    [TestCase("PX1101")]
    [TestCase("px1101")]
    [TestCase("1101")]
    public void A_code_is_found_however_it_is_written(string code) => Assert.That(ErrorReport.Find(code), Is.EqualTo(new[] { ErrorKinds.PortInUse }));

    [TestCase("")]
    [TestCase("PX")]
    [TestCase("PX9999")]
    [TestCase("01101")]
    public void What_is_no_code_finds_nothing(string code) => Assert.That(ErrorReport.Find(code), Is.Empty);

    [Test]
    public void What_is_known_better_of_one_error_stands_in_place_of_what_its_kind_says()
    {
        ReportedException error = new(ErrorKinds.Usage, "no word") { Outcome = "half was done", Next = "px send", Exit = ExitCode.Partial };

        Assert.That(ErrorReport.Lines(error), Is.EqualTo(new[]
        {
            "PX1200: the command line is wrong: no word",
            "  outcome: half was done; likely cause: a word is misspelt or missing; next: px send",
        }));
        Assert.That(ErrorReport.ExitCodeOf(error), Is.EqualTo(8));
        Assert.That(ErrorReport.ExitCodeOf(new ReportedException(ErrorKinds.Usage, "no word")), Is.EqualTo(2));
    }

    [TestCase("statsu", "status")]
    [TestCase("tial", "tail")]
    [TestCase("--dta", "--data")]
    [TestCase("xyzzy", null)]
    public void The_nearest_word_is_suggested_unless_none_is_near(string word, string? nearest) =>
        Assert.That(EditDistance.Nearest(word, ["status", "tail", "--data", "send"]), Is.EqualTo(nearest));

    [GeneratedRegex("PX1[0-9]{3}", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex CitedCode();
}
