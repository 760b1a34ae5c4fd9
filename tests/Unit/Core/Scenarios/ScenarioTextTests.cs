using NUnit.Framework;
using PaxosShard.Tests.Unit.Golden;

namespace PaxosShard.Tests.Unit.Core.Scenarios;

/// <summary>
/// Scenarios that read like the paper (the text files beside this one). A change of the protocol shows in them as a change of the text: look
/// at every line of it, and when it is as it should be run the tests once with REWRITE_SCENARIOS=1.
/// </summary>
public sealed class ScenarioTextTests
{
    private static readonly bool _isRewriting = Environment.GetEnvironmentVariable("REWRITE_SCENARIOS") is "1";
    private static readonly string _folder = RepositoryFiles.PathOf("tests/Unit/Core/Scenarios");

    private static IEnumerable<string> Names => Directory.GetFiles(_folder, "*.txt").Select(Path.GetFileNameWithoutExtension).Order(StringComparer.Ordinal)!;

    [TestCaseSource(nameof(Names))]
    public void The_replicas_do_what_the_text_says(string name)
    {
        string path = Path.Combine(_folder, name + ".txt");
        string text = File.ReadAllText(path);

        string played = new ScenarioText().Play(text);

        if (_isRewriting && !played.Equals(text, StringComparison.Ordinal))
            File.WriteAllText(path, played);
        Assert.That(played, Is.EqualTo(text));
    }

    [Test]
    public void A_text_that_says_something_else_is_told_from_what_happens()
    {
        const string Text = "> group 3\n    r1 now r0: Accepted v0 through s1\n";

        Assert.That(new ScenarioText().Play(Text), Is.Not.EqualTo(Text));
    }
}
