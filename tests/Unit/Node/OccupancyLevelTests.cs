using NUnit.Framework;
using PaxosShard.Replica.Node;
using PaxosShard.Wire.Commands;

namespace PaxosShard.Tests.Unit.Node;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class OccupancyLevelTests
{
    private readonly OccupancyLevel _level = new();

    [TestCase("0 50 79", ExpectedResult = "")]
    [TestCase("79 80 81 94 95 96 100 120", ExpectedResult = "fuller at 80, fuller at 95")]
    [TestCase("100", ExpectedResult = "fuller at 100")]
    [TestCase("80 79 75 80 79 81", ExpectedResult = "fuller at 80")]
    [TestCase("95 94 80 95 75 95", ExpectedResult = "fuller at 95")]
    [TestCase("80 75 74 10 79 80", ExpectedResult = "fuller at 80, emptier at 74, fuller at 80")]
    [TestCase("96 20 96", ExpectedResult = "fuller at 96, emptier at 20, fuller at 96")]
    public string Each_is_told_once(string percents) => string.Join(", ", percents.Split(' ').Select(Tell).OfType<string>());

    [Test]
    public void What_has_no_bound_is_never_full() =>
        Assert.That(_level.Observe(new Occupancy(long.MaxValue, 0)), Is.EqualTo(OccupancyChange.None));

    private string? Tell(string percent) => _level.Observe(new Occupancy(long.Parse(percent), 100)) switch
    {
        OccupancyChange.Fuller => $"fuller at {percent}",
        OccupancyChange.Emptier => $"emptier at {percent}",
        _ => null,
    };
}
