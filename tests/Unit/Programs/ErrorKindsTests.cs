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
            "  outcome: half was done; likely cause: a word is misspelt or missing, or a value is out of its bounds; next: px send",
        }));
        Assert.That(ErrorReport.ExitCodeOf(error), Is.EqualTo(8));
        Assert.That(ErrorReport.ExitCodeOf(new ReportedException(ErrorKinds.Usage, "no word")), Is.EqualTo(2));
    }

    [Test]
    public void What_every_error_says_to_run_next_is_a_command_and_nothing_else()
    {
        string[] prose = [.. ErrorKinds.All.Where(static kind => !Command().IsMatch(kind.Next)).Select(static kind => $"{kind.Code}: {kind.Next}")];

        Assert.That(prose, Is.Empty);
    }

    [TestCase("px tail ROOM --from -20 --dir DIR", "px tail lobby --from -20 --dir '/tmp/my group'")]
    [TestCase("px tail 'a ROOM' --dir DIR", "px tail 'a ROOM' --dir '/tmp/my group'")]
    [TestCase("tail -n +2 lines | AGAIN --retry r1", "tail -n +2 lines | px send lobby DIR --retry r1")]
    [TestCase("px rooms EMPTY --json", "px rooms --json")]
    [TestCase("ls -l DIRECTORY", "ls -l DIRECTORY")]
    public void A_command_is_given_what_the_one_that_failed_had(string next, string filled)
    {
        NextCommand command = new(calledAs: null);
        command.Set("DIR", "'/tmp/my group'");
        command.Set("ROOM", "lobby");
        command.Set("EMPTY", "");
        command.Set("AGAIN", "px send lobby DIR");

        Assert.That(command.Fill(next), Is.EqualTo(filled));
    }

    [TestCase("px status", "./scripts/px status")]
    [TestCase("tail -n +2 lines | px send px", "tail -n +2 lines | ./scripts/px send px")]
    public void A_command_is_called_as_its_reader_calls_it(string next, string filled) => Assert.That(new NextCommand("./scripts/px").Fill(next), Is.EqualTo(filled));

    [TestCase("statsu", "status")]
    [TestCase("tial", "tail")]
    [TestCase("--dta", "--data")]
    [TestCase("xyzzy", null)]
    public void The_nearest_word_is_suggested_unless_none_is_near(string word, string? nearest) =>
        Assert.That(EditDistance.Nearest(word, ["status", "tail", "--data", "send"]), Is.EqualTo(nearest));

    [GeneratedRegex(@"^(px|AGAIN|VERB|ls|df|ss|ip|cp|dmesg|ulimit|dotnet)( [^;,]*)?$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Command();

    [GeneratedRegex("PX1[0-9]{3}", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex CitedCode();
}
