using System.Text;
using NUnit.Framework;
using PaxosShard.ChatClient.App.Cli;
using PaxosShard.ChatClient.App.Verbs;
using PaxosShard.Programs;

namespace PaxosShard.Tests.Unit.ChatApp.Cli;

/// <summary>What becomes of a verb when nobody reads what it writes: nothing.</summary>
[TestFixture]
internal sealed class ShellTests
{
    private readonly List<string> _data = [];
    private readonly List<string> _notes = [];
    private Exception? _dataFailure;
    private Exception? _noteFailure;

    [Test]
    public void Data_that_nobody_reads_is_dropped_and_the_verb_goes_on()
    {
        Shell shell = NewShell();
        _dataFailure = new OutputClosedException();

        shell.Data("one");
        shell.Flush();
        Assert.That(shell.HasReader, Is.False);
        shell.Data(new string('x', 100_000));
        shell.Flush();

        Assert.That(_data, Has.Count.EqualTo(1), "it is not tried again");
    }

    [Test]
    public void Notes_that_nobody_reads_are_dropped()
    {
        Shell shell = NewShell();
        foreach (Exception failure in new Exception[] { new OutputClosedException(), new IOException("full") })
        {
            _noteFailure = failure;
            Assert.That(() => shell.Note("hello"), Throws.Nothing);
        }
    }

    [Test]
    public void Data_that_cannot_be_written_is_an_error_and_not_dropped_in_silence()
    {
        Shell shell = NewShell();
        _dataFailure = new IOException("no space left");
        shell.Data("one");

        Assert.That(shell.Flush, Throws.TypeOf<IOException>());
    }

    [Test]
    public void Bytes_are_written_as_they_are_behind_the_lines_before_them()
    {
        List<byte[]> written = [];
        Shell shell = new(bytes => written.Add(bytes.ToArray()), static _ => { }, static _ => null);

        shell.Data("one");
        shell.RawData(new byte[] { 0x00, 0xFF, 0x0A });
        shell.RawData(default);

        Assert.That(written, Is.EqualTo(new byte[][] { "one\n"u8.ToArray(), [0x00, 0xFF, 0x0A] }), "and nothing is written of nothing");
    }

    [Test]
    public void Numbers_that_nobody_reads_are_told_once_and_stop_nobody()
    {
        NumberWriter numbers = new(NewShell(), "lobby", json: false, isOn: true);
        _dataFailure = new OutputClosedException();
        for (int number = 1; number <= 3; number++)
        {
            numbers.Write(number);
            numbers.Flush();
        }

        Assert.That(_notes, Is.EqualTo(new[] { "nobody reads the numbers any more; the lines are sent all the same\n" }));
        Assert.That(numbers.Failure, Is.Null);
    }

    [Test]
    public void Numbers_that_cannot_be_written_are_told_at_the_end_and_stop_nobody()
    {
        NumberWriter numbers = new(NewShell(), "lobby", json: true, isOn: false);
        _dataFailure = new IOException("no space left");
        numbers.Write(1);
        numbers.Flush();
        numbers.Write(2);

        Assert.That(numbers.Failure, Is.EqualTo("no space left"));
        Assert.That(_data, Has.Count.EqualTo(1));
    }

    [TestCase(false, "waiting for the group, which has not answered for 1.2 s: h:1: refused")]
    [TestCase(true, "the group answers again after 1.2 s; following goes on")]
    public void An_outage_of_a_follow_is_told_in_a_line(bool isOver, string expected) => Assert.That(
        FollowNotes.Text(new PaxosShard.Client.FollowOutage(isOver, TimeSpan.FromSeconds(1.2), isOver ? "" : "h:1: refused")), Is.EqualTo(expected));

    private Shell NewShell() => new(
        bytes =>
        {
            _data.Add(Encoding.UTF8.GetString(bytes.Span));
            if (_dataFailure is not null)
                throw _dataFailure;
        },
        text =>
        {
            if (_noteFailure is not null)
                throw _noteFailure;
            _notes.Add(text);
        },
        static _ => null);

    [SetUp]
    public void Clear()
    {
        _data.Clear();
        _notes.Clear();
        _dataFailure = null;
        _noteFailure = null;
    }
}
