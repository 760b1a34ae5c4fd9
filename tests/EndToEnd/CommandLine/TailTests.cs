using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using NUnit.Framework;
using PaxosShard.Tests.EndToEnd.Harness;

namespace PaxosShard.Tests.EndToEnd.CommandLine;

/// <summary><c>px tail</c>: any part of a room, up to its present end or for as long as it goes on.</summary>
[TestFixture]
public sealed class TailTests() : SharedGroup(replicas: 1)
{
    private const string Ten = "ten";
    private const string Long = "long";
    private const int LongCount = 5000;

    protected override async Task PrepareAsync(CancellationToken cancellation)
    {
        (await Group.SendAsync(Ten, Lines(10), cancellation, "--nick", "ann")).Succeeded();
        (await Group.SendAsync(Long, Lines(LongCount), cancellation)).Succeeded();
    }

    [TestCase("", 1, 10)]
    [TestCase("--from start", 1, 10)]
    [TestCase("--from 4", 4, 10)]
    [TestCase("--from -2", 9, 10)]
    [TestCase("--from=-2", 9, 10)]
    [TestCase("--from -50", 1, 10)]
    [TestCase("--from last", 10, 10)]
    [TestCase("--count 3", 1, 3)]
    [TestCase("--count 30", 1, 10)]
    [TestCase("--from -5 --count 2", 6, 7)]
    [TestCase("--from 11", 11, 10)]
    [TestCase("--from 4 --follow --count 7", 4, 10)]
    [TestCase("--from -2 --follow --count 2", 9, 10)]
    [CancelAfter(90_000)]
    public async Task The_part_that_was_asked_for_is_printed(string options, int first, int last, CancellationToken cancellation)
    {
        CommandResult result = await TailAsync(Ten, cancellation, options.Split(' ', StringSplitOptions.RemoveEmptyEntries));

        IEnumerable<string> expected = Enumerable.Range(first, last - first + 1).Select(number => $"{number}\tann\tmessage {number}");
        Assert.That(result.Succeeded().OutputLines, Is.EqualTo(expected));
        Assert.That(result.Error, Is.EqualTo(first > last ? $"{Ten} ends with message {last}; there is none from {first} on\n" : ""));
    }

    [Test]
    [CancelAfter(90_000)]
    public async Task Json_is_one_object_a_line_from_the_start_to_the_present_end(CancellationToken cancellation)
    {
        JsonElement[] messages = (await TailAsync(Long, cancellation, "--from", "start", "--json")).JsonLines();

        Assert.That(messages.Select(message => message.Number("number")), Is.EqualTo(Enumerable.Range(1, LongCount).Select(number => (long)number)));
        Assert.That(messages.Select(message => message.Text("text")), Is.EqualTo(Enumerable.Range(1, LongCount).Select(number => $"message {number}")));
        Assert.That(messages[0].Names(), Is.EqualTo(new[] { "room", "number", "author", "time", "text" }));
        Assert.That(messages[0].Text("room"), Is.EqualTo(Long));
        DateTime time = DateTime.Parse(messages[0].Text("time"), CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal);
        Assert.That(time, Is.EqualTo(DateTime.UtcNow).Within(TimeSpan.FromHours(1)));
    }

    [TestCase("from", "--from", "0")]
    [TestCase("from", "--from", "begin")]
    [TestCase("count", "--count", "0")]
    [TestCase("timeout", "--timeout", "soon")]
    [CancelAfter(90_000)]
    public async Task What_is_no_position_number_or_time_is_a_usage_error(string named, string option, string value, CancellationToken cancellation)
    {
        ErrorAssert.Failed(await TailAsync(Ten, cancellation, option, value), ExitCodes.Usage, "PX1200", $"--{named}");
    }

    [Test]
    [CancelAfter(90_000)]
    public async Task A_room_that_nobody_ever_wrote_to_is_not_found(CancellationToken cancellation)
    {
        ErrorAssert.Failed(await TailAsync("silence", cancellation), ExitCodes.NotFound, "PX1206", "silence");
    }

    [Test]
    [CancelAfter(180_000)]
    public async Task Following_waits_for_the_first_message_and_prints_each_as_it_comes(CancellationToken cancellation)
    {
        await using StartedProcess follower = StartedProcess.Start(
            Programs.Px, ["tail", "new", "--follow", "--count", "3", "--dir", Group.Directory], input: null, Group.Environment);
        for (int number = 1; number <= 3; number++)
        {
            (await Group.PxAsync("", cancellation, "send", "new", $"message {number}", "--nick", "ann", "--dir", Group.Directory)).Succeeded();
            string expected = $"{number}\tann\tmessage {number}\n";
            await Eventually.HoldsAsync(
                "the follower has printed it", () => follower.Output.EndsWith(expected, StringComparison.Ordinal) ? null : follower.Output, cancellation);
        }

        Assert.That(await follower.ExitAsync(cancellation), Is.EqualTo(ExitCodes.Ok), follower.Error);
        Assert.That(follower.Output, Is.EqualTo("1\tann\tmessage 1\n2\tann\tmessage 2\n3\tann\tmessage 3\n"));
    }

    [Test]
    [CancelAfter(90_000)]
    public async Task Following_ends_when_its_time_is_over(CancellationToken cancellation)
    {
        CommandResult result = await TailAsync(Ten, cancellation, "--from", "11", "--follow", "--timeout", "300ms");

        Assert.That(result.Succeeded().Output, Is.Empty);
        Assert.That(result.Error, Is.Empty);
    }

    [Test]
    [CancelAfter(90_000)]
    public async Task Fewer_messages_than_were_wanted_in_that_time_are_a_part(CancellationToken cancellation)
    {
        CommandResult result = await TailAsync(Ten, cancellation, "--from", "11", "--follow", "--count", "2", "--timeout", "300ms");

        ErrorAssert.Failed(result, ExitCodes.Partial, "PX1216", "0 of 2", Ten);
    }

    [Test]
    [CancelAfter(90_000)]
    public async Task Without_following_the_time_is_that_to_wait_for_the_group(CancellationToken cancellation)
    {
        using Socket silent = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        silent.Bind(new IPEndPoint(IPAddress.Loopback, 0));

        CommandResult result = await Group.PxAsync("", cancellation, "tail", Ten, "--endpoints", silent.LocalEndPoint!.ToString()!, "--timeout", "300ms");

        ErrorAssert.Failed(result, ExitCodes.NotApplied, "PX1202", "within 0.3 s");
    }

    [TestCase("--from start")]
    [TestCase("--from start --json")]
    [TestCase("--from start --follow")]
    [CancelAfter(90_000)]
    public async Task It_ends_quietly_when_nobody_reads_any_more(string options, CancellationToken cancellation)
    {
        using TestFolder folder = new();
        // What the room holds does not fit in a pipe, so that there is something left to write when its reader has gone.
        const string script = "{ \"$1\" tail \"$2\" --dir \"$3\" $4 2>\"$5/notes\"; echo $? >\"$5/code\"; } | head -n 1";

        CommandResult result = await Command.RunAsync(
            "/bin/sh", ["-c", script, "sh", Programs.Px, Long, Group.Directory, options, folder.FullPath], input: null, Group.Environment, cancellation);

        Assert.That(result.Succeeded().OutputLines, Has.Length.EqualTo(1));
        Assert.That(await File.ReadAllTextAsync(folder.File("code"), cancellation), Is.EqualTo("0\n"));
        Assert.That(await File.ReadAllTextAsync(folder.File("notes"), cancellation), Is.Empty);
    }

    private static string Lines(int count) => string.Concat(Enumerable.Range(1, count).Select(number => $"message {number}\n"));

    private Task<CommandResult> TailAsync(string room, CancellationToken cancellation, params string[] options) =>
        Group.PxAsync("", cancellation, ["tail", room, "--dir", Group.Directory, .. options]);
}
