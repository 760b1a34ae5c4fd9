using System.Diagnostics;
using NUnit.Framework;
using PaxosShard.Tests.Unit.Golden;

namespace PaxosShard.Tests.Unit.Scripts;

/// <summary>The end of a run of all tests: whoever sees nothing else must see what failed, and why.</summary>
[TestFixture]
public sealed class TestResultsTests
{
    private string _folder = null!;

    [SetUp]
    public void MakeFolder() => _folder = Directory.CreateTempSubdirectory("px-results-").FullName;

    [TearDown]
    public void RemoveFolder() => Directory.Delete(_folder, recursive: true);

    [Test]
    public void What_failed_stands_behind_everything_else_with_its_message()
    {
        WriteResults("Unit", ("Quick_test", "00:00:00.0010000", "Passed", ""), ("Broken_test(1)", "00:00:02.5000000", "Failed", "Expected: 1\nBut was: 2"));
        WriteResults("EndToEnd", ("Slow_test", "00:01:05.2500000", "Passed", ""), ("Ignored_test", "00:00:00", "NotExecuted", ""));
        File.WriteAllText(Path.Combine(_folder, "seeds.log"), string.Join('\n', Enumerable.Range(1, 100).Select(line => $"line {line}")));
        File.WriteAllText(Path.Combine(_folder, "stages"), "unit 70\nmany words 3\n");

        string[] lines = Summary();

        Assert.That(lines, Has.Member("   65.2 s  EndToEnd: FixtureTests.Slow_test").Or.Member("   65.3 s  EndToEnd: FixtureTests.Slow_test"));
        Assert.That(lines, Has.Member("     70 s  unit").And.Member("      3 s  many words"));
        int slowest = Array.FindIndex(lines, line => line.Contains("Slow_test", StringComparison.Ordinal));
        int broken = Array.IndexOf(lines, "FAILED: Unit: FixtureTests.Broken_test(1)");
        Assert.That(broken, Is.GreaterThan(slowest));
        Assert.That(lines.Skip(broken + 1).Take(2), Is.EqualTo(new[] { "    Expected: 1", "    But was: 2" }));
        Assert.That(lines, Has.Member("SKIPPED, which counts as failed: EndToEnd: FixtureTests.Ignored_test"));
        Assert.That(lines, Has.Member("FAILED: seeds").And.Member("    line 71").And.Not.Member("    line 70"));
        Assert.That(lines[^1], Is.EqualTo("    line 100"));
    }

    [Test]
    public void A_failure_is_short_names_its_places_in_the_tests_and_stands_once_for_all_that_share_it()
    {
        string message = string.Concat(Enumerable.Range(1, 50).Select(line => $"told {line}\n"));
        string trace = "   at NUnit.Run() in /_/src/nunit/Run.cs:line 1\n   at Own.Test() in /somewhere/tests/Unit/OwnTests.cs:line 7\n   at Own.Test() in /somewhere/tests/Unit/OwnTests.cs:line 7\n";
        string failure = $"{message}</Message><StackTrace>{trace}</StackTrace><Message>";
        WriteResults("Unit", ("First_test", "00:00:01", "Failed", failure), ("Second_test", "00:00:01", "Failed", failure));

        string[] lines = [.. Summary().SkipWhile(line => !line.StartsWith("FAILED", StringComparison.Ordinal))];

        Assert.That(lines[0], Is.EqualTo("FAILED: Unit: FixtureTests.First_test"));
        Assert.That(lines[10..12], Is.EqualTo(new[] { "    told 10", "    at tests/Unit/OwnTests.cs:line 7" }));
        Assert.That(lines[12..], Is.EqualTo(new[] { "FAILED: Unit: FixtureTests.Second_test", "    as Unit: FixtureTests.First_test" }));
    }

    [Test]
    public void Nothing_is_said_of_failures_when_there_is_none()
    {
        WriteResults("Unit", ("Quick_test", "00:00:00.0010000", "Passed", ""));

        Assert.That(Summary(), Is.EqualTo(new[] { "== the slowest 10 tests", "    0.0 s  Unit: FixtureTests.Quick_test" }));
    }

    [Test]
    public void A_build_that_failed_has_no_tests_and_its_output_is_shown()
    {
        File.WriteAllText(Path.Combine(_folder, "build.log"), "error CS0103");

        Assert.That(Summary(), Is.EqualTo(new[] { "FAILED: build", "    error CS0103" }));
    }

    [Test]
    public void A_stage_that_does_not_exist_is_refused_before_anything_runs()
    {
        (int code, string output) = Run("sh", RepositoryFiles.PathOf("scripts/test.sh"), "unti");

        Assert.That(code, Is.EqualTo(2));
        Assert.That(output, Is.Empty);
    }

    private string[] Summary()
    {
        (int code, string output) = Run("python3", RepositoryFiles.PathOf("scripts/test-results.py"), _folder);
        Assert.That(code, Is.Zero);
        return output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    private static (int Code, string Output) Run(string program, params string[] words)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, words) { RedirectStandardOutput = true, UseShellExecute = false })!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output);
    }

    private void WriteResults(string project, params (string Name, string Duration, string Outcome, string Message)[] tests)
    {
        const string Head = """<TestRun xmlns="http://microsoft.com/schemas/VisualStudio/TeamTest/2010">""";
        IEnumerable<string> results = tests.Select(test => $"""
            <UnitTestResult testId="{test.Name}" testName="{test.Name}" duration="{test.Duration}" outcome="{test.Outcome}">
            {(test.Message.Length == 0 ? "" : $"<Output><ErrorInfo><Message>{test.Message}</Message></ErrorInfo></Output>")}</UnitTestResult>
            """);
        IEnumerable<string> definitions = tests.Select(test => $"""<UnitTest id="{test.Name}"><TestMethod className="Some.Where.FixtureTests" /></UnitTest>""");
        File.WriteAllText(
            Path.Combine(_folder, project + ".trx"),
            $"{Head}<Results>{string.Concat(results)}</Results><TestDefinitions>{string.Concat(definitions)}</TestDefinitions></TestRun>");
    }
}
