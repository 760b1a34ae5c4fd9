using System.Globalization;
using System.Text.RegularExpressions;
using NUnit.Framework;
using PaxosShard.Simulator.Scenarios;

namespace PaxosShard.Tests.Simulation;

/// <summary>The interleavings that break naive versions of the rules, one test each; the scripts stand in the simulator, because mutants are hunted with them, too.</summary>
[TestFixture]
public sealed partial class SchedulesTests
{
    private static IEnumerable<TestCaseData> Scenarios =>
        Schedules.All.Select(scenario => new TestCaseData(scenario).SetArgDisplayNames($"{scenario.Number}: {scenario.Name}"));

    [Test]
    public void Every_schedule_of_the_replicated_log_and_of_moves_has_a_script() => Assert.That(
        Schedules.All.Select(scenario => scenario.Number),
        Is.SupersetOf(Enumerable.Range(1, 36)));

    [Test]
    public void Every_script_stands_in_the_list_of_schedules_and_the_other_way_round()
    {
        string page = File.ReadAllText(Path.Combine(TestContext.CurrentContext.TestDirectory, "SCHEDULES.md"));

        IEnumerable<int> listed = ListItem().Matches(page).Select(match => int.Parse(match.Groups["number"].Value, CultureInfo.InvariantCulture));

        Assert.That(listed, Is.EquivalentTo(Schedules.All.Select(scenario => scenario.Number).Distinct()));
    }

    [TestCaseSource(nameof(Scenarios))]
    public void A_schedule_breaks_nothing(NamedScenario scenario)
    {
        Assert.That(scenario.Run(), Is.Empty);
    }

    [GeneratedRegex(@"^(?<number>\d+)\. \*\*", RegexOptions.Multiline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex ListItem();
}
