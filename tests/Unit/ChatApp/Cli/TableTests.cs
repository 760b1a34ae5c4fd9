using NUnit.Framework;
using PaxosShard.ChatClient.App.Cli;

namespace PaxosShard.Tests.Unit.ChatApp.Cli;

/// <summary>Scripts read tables: their shape is fixed, and no cell can change it.</summary>
[TestFixture]
public sealed class TableTests
{
    [Test]
    public void Columns_are_as_wide_as_their_widest_cell_with_two_spaces_between_and_none_at_the_end()
    {
        Table table = new("NAME", "PID", "ROLE");
        table.Add("r0", "17381", "primary");
        table.Add("a longer name", "-", "");

        Assert.That(table.Lines(), Is.EqualTo(new[]
        {
            "NAME           PID    ROLE",
            "r0             17381  primary",
            "a longer name  -",
        }));
    }

    [Test]
    public void The_headings_stand_alone_when_there_is_no_row() => Assert.That(new Table("A", "B").Lines(), Is.EqualTo(new[] { "A  B" }));

    [Test]
    public void A_cell_is_never_taken_for_markup_wrapped_or_cut()
    {
        Table table = new("WHAT", "REST");
        string longest = new('x', 500);
        table.Add("[bold]no[/] [[", longest);
        table.Add("two words", "and more");

        Assert.That(table.Lines(), Is.EqualTo(new[] { "WHAT            REST", $"[bold]no[/] [[  {longest}", "two words       and more" }));
    }

    [Test]
    public void What_a_terminal_would_obey_is_escaped()
    {
        Table table = new("NAME", "REST");
        table.Add("a\u001b[31m\nb", "c");

        Assert.That(table.Lines(), Is.EqualTo(new[] { @"NAME            REST", @"a\u001b[31m\nb  c" }));
    }

    [Test]
    public void Characters_of_two_columns_count_as_two()
    {
        Table table = new("NAME", "REST");
        table.Add("日本語", "x");
        table.Add("abcdef", "y");

        Assert.That(table.Lines(), Is.EqualTo(new[] { "NAME    REST", "日本語  x", "abcdef  y" }));
    }
}
