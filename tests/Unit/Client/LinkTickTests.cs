using NUnit.Framework;
using PaxosShard.Client.Links;

namespace PaxosShard.Tests.Unit.Client;

/// <summary>How often a client looks at the clock.</summary>
[TestFixture]
internal sealed class LinkTickTests
{
    [TestCase(1, true, ExpectedResult = 5)]
    [TestCase(1, false, ExpectedResult = 10)]
    [TestCase(200, true, ExpectedResult = 5)]
    [TestCase(400, true, ExpectedResult = 20)]
    [TestCase(1000, false, ExpectedResult = 50)]
    [TestCase(5000, true, ExpectedResult = 50)]
    public double Where_there_are_many_each_looks_less_often(int links, bool isSoon) => GroupLink.TickOf(links, isSoon).TotalMilliseconds;
}
