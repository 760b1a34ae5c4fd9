using System.Text;
using NUnit.Framework;
using PaxosShard.ChatClient.App.Verbs.Keys.Batches;
using PaxosShard.Programs.Errors;
using PaxosShard.Wire.Commands;

namespace PaxosShard.Tests.Unit.ChatApp;

/// <summary>The lines of a batch.</summary>
public sealed class BatchFileTests
{
    [Test]
    public void Every_operation_has_its_line_and_values_may_have_blanks()
    {
        IReadOnlyList<BatchLine> lines = BatchFile.Parse("# a comment\nput k two words \n\nappend k x\r\ncas k a b c\nget k\ndelete k");

        Assert.That(lines.Select(static line => (line.Number, line.Command.Kind)), Is.EqualTo(new[]
        {
            (2, CommandKind.PutKey), (4, CommandKind.AppendToKey), (5, CommandKind.CompareAndSetKey), (6, CommandKind.GetKey), (7, CommandKind.DeleteKey),
        }));
        Assert.That(Encoding.UTF8.GetString(lines[0].Command.Value.Span), Is.EqualTo("two words"));
        Assert.That(Encoding.UTF8.GetString(lines[2].Command.Expected!.Value.Span), Is.EqualTo("a"));
        Assert.That(Encoding.UTF8.GetString(lines[2].Command.Value.Span), Is.EqualTo("b c"));
    }

    [TestCase("", "1 to")]
    [TestCase("put k v\nput k", "line 2")]
    [TestCase("cas k a", "line 1")]
    [TestCase("frobnicate k", "line 1")]
    public void What_is_no_operation_is_told_with_its_line_and_nothing_is_done(string text, string told) =>
        Assert.That(() => BatchFile.Parse(text), Throws.TypeOf<ReportedException>().With.Message.Contains(told));
}
