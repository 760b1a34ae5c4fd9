using System.Diagnostics;
using System.Globalization;
using System.Text;
using NUnit.Framework;
using PaxosShard.Tests.Unit.Golden;

namespace PaxosShard.Tests.Unit.Scripts;

/// <summary>Which mutants the mutation test makes; that it makes and catches them is seen when it runs.</summary>
[TestFixture]
public sealed class MutantsScriptTests
{
    private static readonly string _root = Path.GetDirectoryName(RepositoryFiles.PathOf("PaxosShard.sln"))!;
    private static readonly int _count = Directory.GetFiles(Path.Combine(_root, "tests/Mutants"), "*.patch").Length;

    [Test]
    public void All_are_made_when_nothing_else_is_asked_for() => Assert.That(Listed(), Has.Count.EqualTo(_count).And.Ordered);

    [Test]
    public void Those_that_are_named_are_made_alone() => Assert.That(Listed("--mutant", "7", "--mutant", "61"), Is.EqualTo(new[] { 7, 61 }));

    [Test]
    public void A_sample_is_about_as_large_as_was_asked_for() => Assert.That(Listed("--sample", "30"), Has.Count.InRange(20, 40));

    [Test]
    public void Random_seeds_alone_are_tried_where_the_simulator_has_to_catch()
    {
        List<int> listed = Listed("--seeds-only");

        Assert.That(listed, Does.Contain(1).And.Contain(286).And.Not.Contain(58));
    }

    [Test]
    public void One_that_does_not_exist_is_refused()
    {
        (int code, string output) = Run("--list", "--mutant", "9999");

        Assert.That(code, Is.EqualTo(2));
        Assert.That(output, Is.EqualTo("there is no mutant 9999 in tests/Mutants\n"));
    }

    private static List<int> Listed(params string[] words)
    {
        (int code, string output) = Run(["--list", .. words]);
        Assert.That(code, Is.Zero, output);
        return [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => int.Parse(line[..4], CultureInfo.InvariantCulture))];
    }

    private static (int Code, string Output) Run(params string[] words)
    {
        using Process process = Process.Start(new ProcessStartInfo("sh", [Path.Combine(_root, "scripts/mutants.sh"), .. words])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        })!;
        StringBuilder errors = new();
        process.ErrorDataReceived += (_, line) => errors.Append(line.Data is null ? "" : line.Data + "\n");
        process.BeginErrorReadLine();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output + errors);
    }
}
