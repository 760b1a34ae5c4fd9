using NUnit.Framework;
using PaxosShard.ChatClient.App.Terminal;

namespace PaxosShard.Tests.Unit.ChatApp;

[TestFixture]
internal sealed class TextCellsTests
{
    [TestCase("", 0)]
    [TestCase("text", 4)]
    [TestCase("漢字", 4)]
    [TestCase("✅⭐⚡❌", 8)]
    [TestCase("🫠🟢🥲", 6)]
    [TestCase("é", 1)]
    [TestCase("e\u0301", 1)]
    [TestCase("½…–", 3)]
    public void Width_is_that_of_terminals(string text, int columns) => Assert.That(TextCells.Width(text), Is.EqualTo(columns));

    // Some terminals draw one picture, some its parts; the most that any takes never wraps.
    [TestCase("👨‍👩‍👧", 6)]
    [TestCase("❤️", 2)]
    public void What_terminals_disagree_about_counts_as_the_widest(string text, int columns) => Assert.That(TextCells.Width(text), Is.EqualTo(columns));

    [TestCase("ab👨‍👩‍👧", 7, "ab")]
    [TestCase("ab👨‍👩‍👧", 8, "ab👨‍👩‍👧")]
    [TestCase("e\u0301e\u0301", 1, "e\u0301")]
    [TestCase("漢字", 3, "漢")]
    public void A_text_is_never_cut_within_what_a_reader_takes_for_one_character(string text, int columns, string expected) =>
        Assert.That(TextCells.Take(text, columns), Is.EqualTo(expected));

    [TestCase("👨‍👩‍👧ab", 7, "ab")]
    [TestCase("xe\u0301", 1, "e\u0301")]
    [TestCase("漢字", 3, "字")]
    public void The_end_of_a_text_begins_with_a_whole_character(string text, int columns, string expected) =>
        Assert.That(TextCells.TakeLast(text, columns), Is.EqualTo(expected));
}
