using System.Globalization;
using NUnit.Framework;
using PaxosShard.Benchmarks.Stages.Bodies;
using PaxosShard.Tests.Unit.Golden;

namespace PaxosShard.Tests.Unit.Benchmarks;

/// <summary>The page of the stages names each of them with its goal, and ways are made of stages that there are.</summary>
[TestFixture]
internal sealed class StagePageTests
{
    [Test]
    public void The_page_has_every_stage_with_its_goal()
    {
        string[] rows = [.. File.ReadLines(RepositoryFiles.PathOf("tests/Benchmarks/Stages/README.md")).SkipWhile(static line => !line.StartsWith("## The stages", StringComparison.Ordinal))
            .TakeWhile(static line => !line.StartsWith("## Bytes", StringComparison.Ordinal)).Where(static line => line.StartsWith("| `", StringComparison.Ordinal))];

        Assert.That(
            rows.Select(static row => string.Join(' ', row.Split('|', StringSplitOptions.TrimEntries)[1..3])),
            Is.EqualTo(StageKind.All.Select(static kind => $"`{kind.Name}` {kind.Goal?.ToString(CultureInfo.InvariantCulture) ?? "-"}")));
    }

    [Test]
    public void Ways_are_made_of_stages_with_batches() =>
        Assert.That(Way.All.SelectMany(static way => way.Stages).Distinct(StringComparer.Ordinal), Is.SubsetOf(StageKind.All.Where(static kind => kind.IsBatched).Select(static kind => kind.Name)));
}
