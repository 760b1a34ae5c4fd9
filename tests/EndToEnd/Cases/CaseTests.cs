using NUnit.Framework;
using PaxosShard.Tests.EndToEnd.Harness;

namespace PaxosShard.Tests.EndToEnd.Cases;

/// <summary>
/// The black-box cases of this folder: scripts that know nothing but <c>px</c> and the documents. Each is one test; it passes when
/// the script ends with 0. <c>Shared/prelude.sh</c> says what they have in common.
/// </summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
public sealed class CaseTests
{
    private static readonly string _folder = Path.Combine(Programs.Root, "tests", "EndToEnd", "Cases");

    private static IEnumerable<TestCaseData> Cases() =>
        Directory.EnumerateFiles(_folder, "*.sh").Order(StringComparer.Ordinal).Select(script => new TestCaseData(script).SetName(SentenceOf(script)));

    [TestCaseSource(nameof(Cases))]
    [CancelAfter(300_000)]
    public async Task Case(string script, CancellationToken cancellation)
    {
        await using CaseFolder folder = new();

        CommandResult result = await Command.RunAsync("bash", [script], input: null, folder.Environment, cancellation);

        Assert.That(result.Code, Is.Zero, result.Output + result.Error);
    }

    private static string SentenceOf(string script)
    {
        string name = Path.GetFileNameWithoutExtension(script).Replace('-', '_');
        return char.ToUpperInvariant(name[0]) + name[1..];
    }
}
