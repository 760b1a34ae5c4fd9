using NUnit.Framework;
using PaxosShard.Programs;

namespace PaxosShard.Tests.Unit.Programs;

public sealed class LongTimeTests
{
    [TestCase("0", ExpectedResult = 0L)]
    [TestCase("1s", ExpectedResult = 1000L)]
    [TestCase("90s", ExpectedResult = 90_000L)]
    [TestCase("15m", ExpectedResult = 900_000L)]
    [TestCase("12h", ExpectedResult = 43_200_000L)]
    [TestCase("30d", ExpectedResult = 2_592_000_000L)]
    [TestCase("36500d", ExpectedResult = 3_153_600_000_000L)]
    [TestCase("36501d", ExpectedResult = -1L)]
    [TestCase("0s", ExpectedResult = -1L)]
    [TestCase("-1s", ExpectedResult = -1L)]
    [TestCase("1.5h", ExpectedResult = -1L)]
    [TestCase("5", ExpectedResult = -1L)]
    [TestCase("s", ExpectedResult = -1L)]
    [TestCase("", ExpectedResult = -1L)]
    [TestCase("1w", ExpectedResult = -1L)]
    [TestCase("99999999999999999999s", ExpectedResult = -1L)]
    public long A_long_time_has_a_unit(string text) => LongTime.TryParse(text, out long milliseconds) ? milliseconds : -1;
}
