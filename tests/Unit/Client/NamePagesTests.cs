using System.Text;
using NUnit.Framework;
using PaxosShard.Client.Listing;
using PaxosShard.Wire.Commands;

namespace PaxosShard.Tests.Unit.Client;

/// <summary>One page of what several groups have.</summary>
public sealed class NamePagesTests
{
    [TestCase("", "", 10, ExpectedResult = "")]
    [TestCase("a c", "b d", 10, ExpectedResult = "a b c d", Description = "fewer than wanted")]
    [TestCase("a c", "b d", 4, ExpectedResult = "a b c d", Description = "as many as wanted")]
    [TestCase("a c", "b d", 3, ExpectedResult = "a b c +", Description = "more than wanted")]
    [TestCase("a c", "b d", 0, ExpectedResult = "+")]
    [TestCase("a c", "b d", -1, ExpectedResult = "+")]
    [TestCase("a c +", "b d", 10, ExpectedResult = "a b c +", Description = "what comes behind c in the first group may come before d")]
    [TestCase("a c +", "b d +", 10, ExpectedResult = "a b c +")]
    [TestCase("d +", "a", 10, ExpectedResult = "a d +")]
    [TestCase("+", "a", 10, ExpectedResult = "+", Description = "nothing is known of the first group")]
    [TestCase("a b", "b c", 10, ExpectedResult = "a b c", Description = "each name once")]
    public string The_first_names_of_all_groups_come_in_order_and_no_further_than_each_has_told(string first, string second, int count)
    {
        NamePage<string> merged = NamePages.Merge<string>([Page(first), Page(second)], count);
        return string.Join(' ', merged.Items.Select(static item => item.Item).Concat(merged.HasMore ? new[] { "+" } : []));
    }

    [Test]
    public void The_order_is_that_of_the_bytes()
    {
        string[] names = ["\uFFFD", "\U0001F600", "z", "Z", "\u00E4"];

        NamePage<string> merged = NamePages.Merge<string>([.. names.Select(Page)], names.Length);

        Assert.That(merged.Items.Select(static item => item.Item), Is.EqualTo(new[] { "Z", "z", "\u00E4", "\uFFFD", "\U0001F600" }));
    }

    [Test]
    public void The_rooms_of_all_groups_are_counted_together()
    {
        ListRoomsResult merged = ClusterLists.Merge(
            [new ListRoomsResult(5, 2, [new RoomSummary("a", 1), new RoomSummary("c", 2)]), new ListRoomsResult(3, 0, [new RoomSummary("b", 3), new RoomSummary("d", 4)])], 10);

        Assert.That((merged.Total, merged.Left), Is.EqualTo((8L, 3L)));
        Assert.That(merged.Rooms, Is.EqualTo(new[] { new RoomSummary("a", 1), new RoomSummary("b", 3), new RoomSummary("c", 2) }));
    }

    private static NamePage<string> Page(string words)
    {
        string[] names = [.. words.Split(' ', StringSplitOptions.RemoveEmptyEntries)];
        (ReadOnlyMemory<byte> Name, string Item)[] items = [.. names.Where(static name => name is not "+").Select(static name => (new ReadOnlyMemory<byte>(Encoding.UTF8.GetBytes(name)), name))];
        return new NamePage<string>(items, names.Contains("+", StringComparer.Ordinal));
    }
}
