using System.Globalization;
using NUnit.Framework;
using PaxosShard.ChatClient.App.Rings;
using PaxosShard.Hashing.Configurations;

namespace PaxosShard.Tests.Unit.ChatApp.Rings;

/// <summary>A configuration for people: rows of marks, and a table.</summary>
[TestFixture]
internal sealed class RingTextTests
{
    private const int FirstRow = 1;

    [Test]
    public void Every_arc_is_drawn_by_its_owner_and_a_table_tells_who_that_is()
    {
        Configuration halves = RingExamples.Halves;

        Assert.That(new RingText(halves, hasColours: false).Lines(), Is.EqualTo(new[]
        {
            $"configuration 1 of job 1, 2 shards, hash {halves.Hash.ToString("x16", CultureInfo.InvariantCulture)}; a mark is 16 arcs",
            "   0  " + new string('A', 64),
            "1024  " + new string('A', 64),
            "2048  " + new string('B', 64),
            "3072  " + new string('B', 64),
            "MARK  GROUP  POINTS  ARCS  SHARE   ADDRESSES",
            "A     1      128     2048  50.0 %  127.0.0.1:7001",
            "B     2      64      2048  50.0 %  127.0.0.1:7002,127.0.0.1:7003",
        }));
    }

    [TestCase(9, 'A')]
    [TestCase(8, 'A')]
    [TestCase(7, 'B')]
    public void A_mark_is_that_of_the_shard_that_has_most_of_its_arcs_and_of_the_lower_when_two_have_as_many(int ofOne, char mark)
    {
        Configuration configuration = RingExamples.Owned(arc => arc < ofOne ? RingExamples.One : RingExamples.Two);

        Assert.That(new RingText(configuration, hasColours: false).Lines().ElementAt(FirstRow), Is.EqualTo($"   0  {mark}" + new string('B', 63)));
    }

    [Test]
    public void In_colours_a_row_changes_them_with_the_owner_and_ends_without()
    {
        Configuration configuration = RingExamples.Owned(static arc => arc < 512 ? RingExamples.One : RingExamples.Two);

        Assert.That(
            new RingText(configuration, hasColours: true).Lines().ElementAt(FirstRow),
            Is.EqualTo($"   0  \u001b[38;5;33m{new string('A', 32)}\u001b[38;5;208m{new string('B', 32)}\u001b[0m"));
    }

    [Test]
    public void Before_there_are_shards_the_arcs_are_nobodys()
    {
        string[] lines = [.. new RingText(Configuration.Zero, hasColours: true).Lines()];

        Assert.That(lines[0], Does.StartWith("configuration 0 of job 0, 0 shards, "));
        Assert.That(lines[FirstRow], Is.EqualTo("   0  " + new string('.', 64)));
        Assert.That(lines, Has.Length.EqualTo(6), "and the table has its headings alone");
    }

    [Test]
    public void Shards_beyond_the_marks_and_colours_begin_again()
    {
        Assert.That(ShardLook.Of(62).Mark, Is.EqualTo(ShardLook.Of(0).Mark));
        Assert.That(ShardLook.Of(12).WebColour, Is.EqualTo(ShardLook.Of(0).WebColour));
        Assert.That(Enumerable.Range(0, 62).Select(static place => ShardLook.Of(place).Mark), Is.Unique);
        Assert.That(Enumerable.Range(0, 12).Select(static place => ShardLook.Of(place).TerminalColour), Is.Unique);
    }
}
