using System.IO.Pipelines;
using System.Text;
using NUnit.Framework;
using PaxosShard.ChatClient.App.Verbs;
using PaxosShard.Programs.Errors;
using PaxosShard.Wire;

namespace PaxosShard.Tests.Unit.ChatApp;

/// <summary>Lines of the input, in whatever pieces their bytes come.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class LineSplitterTests
{
    private readonly Pipe _pipe = new(new PipeOptions(pauseWriterThreshold: 0));
    private readonly LineSplitter _lines;

    public LineSplitterTests() => _lines = new LineSplitter(_pipe.Reader);

    [TestCase(1)]
    [TestCase(2)]
    [TestCase(7)]
    [TestCase(1000)]
    public async Task Lines_are_the_same_whatever_pieces_they_come_in(int size)
    {
        List<string> taken = [];
        foreach (byte[] piece in Encoding.UTF8.GetBytes("first\n\nzweite Zeile: größer\r\nthird").Chunk(size))
        {
            await _pipe.Writer.WriteAsync(piece);
            taken.AddRange(TakeAll());
        }

        Assert.That(taken, Is.EqualTo(new[] { "1 first", "2 ", "3 zweite Zeile: größer\r" }), "the last one may go on");
        await _pipe.Writer.CompleteAsync();
        Assert.That(TakeAll(), Is.EqualTo(new[] { "4 third" }));
        Assert.That(TakeAll(), Is.Empty);
    }

    [Test]
    public async Task A_line_feed_at_the_end_makes_no_empty_line()
    {
        await _pipe.Writer.WriteAsync("only\n"u8.ToArray());
        await _pipe.Writer.CompleteAsync();

        Assert.That(TakeAll(), Is.EqualTo(new[] { "1 only" }));
    }

    [Test]
    public async Task The_longest_text_is_taken()
    {
        string longest = new('x', Limits.MessageText);
        await _pipe.Writer.WriteAsync(Encoding.UTF8.GetBytes(longest + "\n"));

        Assert.That(_lines.Next()!.Text, Is.EqualTo(longest));
    }

    [Test]
    public async Task A_line_that_is_too_long_is_refused_behind_those_before_it_and_before_it_has_ended()
    {
        await _pipe.Writer.WriteAsync(Encoding.UTF8.GetBytes("good\n" + new string('x', Limits.MessageText + 1)));

        Assert.That(_lines.Next()!.Text, Is.EqualTo("good"));
        AssertRefused("line 2: the text is longer than 65536 bytes");
    }

    [Test]
    public async Task A_line_that_is_not_utf_8_is_refused_behind_those_before_it()
    {
        await _pipe.Writer.WriteAsync(new byte[] { (byte)'a', (byte)'\n', 0xC3, (byte)'\n', (byte)'b', (byte)'\n' });

        Assert.That(_lines.Next()!.Text, Is.EqualTo("a"));
        AssertRefused("line 2: not valid UTF-8");
    }

    private void AssertRefused(string text)
    {
        Assert.That(_lines.Next, Throws.InstanceOf<ReportedException>().With.Message.EqualTo(text));
        Assert.That(_lines.Next, Throws.InstanceOf<ReportedException>().With.Message.EqualTo(text), "and so is all behind it");
    }

    private List<string> TakeAll()
    {
        List<string> lines = [];
        while (_lines.Next() is { } line)
            lines.Add($"{line.Number} {line.Text}");
        return lines;
    }
}
