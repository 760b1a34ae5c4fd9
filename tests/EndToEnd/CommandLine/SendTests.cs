using System.Text.Json;
using NUnit.Framework;
using PaxosShard.Tests.EndToEnd.Harness;

namespace PaxosShard.Tests.EndToEnd.CommandLine;

/// <summary><c>px send</c>: data on standard output, notes on standard error, and every text as it is.</summary>
[TestFixture]
public sealed class SendTests() : SharedGroup(replicas: 1)
{
    [Test]
    [CancelAfter(90_000)]
    public async Task Numbers_are_printed_a_line_each_in_the_order_of_the_lines(CancellationToken cancellation)
    {
        string[] lines = [.. Enumerable.Range(1, 3000).Select(number => $"line {number}")];

        CommandResult result = await Group.SendAsync("numbers", string.Join('\n', lines) + "\n", cancellation, "--numbers");

        Assert.That(result.Succeeded().OutputLines, Is.EqualTo(Enumerable.Range(1, 3000).Select(number => $"numbers\t{number}")));
        Assert.That(result.Error, Does.Match("^3000 messages committed in [0-9.]+ s\n$"));
        Assert.That(await TextsAsync("numbers", cancellation), Is.EqualTo(lines));
    }

    [Test]
    [CancelAfter(180_000)]
    public async Task Numbers_are_printed_while_the_input_goes_on(CancellationToken cancellation)
    {
        using TestFolder folder = new();
        string signal = folder.File("go on");
        const string script = "{ echo first; while [ ! -e \"$3\" ]; do sleep 0.05; done; echo second; } | \"$1\" send slow --numbers --dir \"$2\"";
        await using StartedProcess sender = StartedProcess.Start(
            "/bin/sh", ["-c", script, "sh", Programs.Px, Group.Directory, signal], input: null, Group.Environment);

        await Eventually.HoldsAsync(
            "the first number is printed", () => sender.Output is "slow\t1\n" ? null : sender.Output + sender.Error, cancellation);
        await File.WriteAllTextAsync(signal, "", cancellation);

        Assert.That(await sender.ExitAsync(cancellation), Is.EqualTo(ExitCodes.Ok), sender.Error);
        Assert.That(sender.Output, Is.EqualTo("slow\t1\nslow\t2\n"));
    }

    [Test]
    [CancelAfter(90_000)]
    public async Task Without_numbers_nothing_is_printed_and_the_note_goes_to_standard_error(CancellationToken cancellation)
    {
        CommandResult result = await Group.SendAsync("notes", "one\ntwo without a line feed", cancellation);

        Assert.That(result.Succeeded().Output, Is.Empty);
        Assert.That(result.Error, Does.StartWith("2 messages committed"));
        Assert.That(await TextsAsync("notes", cancellation), Is.EqualTo(new[] { "one", "two without a line feed" }));
    }

    [Test]
    [CancelAfter(90_000)]
    public async Task One_text_is_sent_and_its_room_and_number_are_printed(CancellationToken cancellation)
    {
        CommandResult first = await SendTextAsync("one", "hello, world", cancellation);
        CommandResult second = await SendTextAsync("one", "two\nlines\tand a tab", cancellation);

        Assert.That(first.Succeeded().Output, Is.EqualTo("one\t1\n"));
        Assert.That(first.Error, Is.Empty);
        Assert.That(second.Succeeded().Output, Is.EqualTo("one\t2\n"));
        Assert.That(await TextsAsync("one", cancellation), Is.EqualTo(new[] { "hello, world", "two\nlines\tand a tab" }));
    }

    [Test]
    [CancelAfter(90_000)]
    public async Task Every_room_counts_for_itself_and_json_says_which(CancellationToken cancellation)
    {
        CommandResult here = await Group.SendAsync("here", "one\ntwo\n", cancellation, "--json");
        CommandResult there = await SendTextAsync("there \"quoted\"", "one", cancellation, "--json");

        Assert.That(here.Succeeded().OutputLines, Is.EqualTo(new[] { """{"room":"here","number":1}""", """{"room":"here","number":2}""" }));
        Assert.That(there.JsonLines().Single().Text("room"), Is.EqualTo("there \"quoted\""));
    }

    [Test]
    [CancelAfter(90_000)]
    public async Task An_empty_input_sends_nothing_and_is_no_error(CancellationToken cancellation)
    {
        CommandResult result = await Group.SendAsync("nothing", "", cancellation, "--numbers");

        Assert.That(result.Succeeded().Output, Is.Empty);
        Assert.That(result.Error, Does.StartWith("0 messages committed"));
    }

    [Test]
    [CancelAfter(90_000)]
    public async Task A_text_is_a_text_whatever_it_looks_like(CancellationToken cancellation)
    {
        string[] texts = ["@everybody look here", $"@{Programs.Px}", "-1", "/quit", "[debug]", "$HOME `x` \\ \"'"];

        foreach (string text in texts)
        {
            CommandResult result = await SendTextAsync("looks", text, cancellation);
            Assert.That(result.Code, Is.EqualTo(ExitCodes.Ok), result.Error);
        }

        Assert.That(await TextsAsync("looks", cancellation), Is.EqualTo(texts));
    }

    [Test]
    [CancelAfter(90_000)]
    public async Task Behind_two_dashes_nothing_is_an_option(CancellationToken cancellation)
    {
        CommandResult result = await Group.PxAsync("", cancellation, "send", "--dir", Group.Directory, "dashes", "--", "--numbers");

        Assert.That(result.Code, Is.EqualTo(ExitCodes.Ok), result.Error);
        Assert.That(await TextsAsync("dashes", cancellation), Is.EqualTo(new[] { "--numbers" }));
    }

    [Test]
    [CancelAfter(90_000)]
    public async Task The_speaker_is_the_one_of_the_option_else_of_the_environment(CancellationToken cancellation)
    {
        Dictionary<string, string?> environment = new(Group.Environment, StringComparer.Ordinal) { ["PX_NICK"] = "ben" };
        string[] words = ["send", "speakers", "hello", "--dir", Group.Directory];

        (await Command.RunAsync(Programs.Px, [.. words, "--nick", "ann"], input: null, environment, cancellation)).Succeeded();
        (await Command.RunAsync(Programs.Px, words, input: null, environment, cancellation)).Succeeded();

        Assert.That((await MessagesAsync("speakers", cancellation)).Select(message => message.Text("author")), Is.EqualTo(new[] { "ann", "ben" }));
    }

    [Test]
    [CancelAfter(90_000)]
    public async Task A_chat_without_a_terminal_sends_its_input_and_prints_the_room(CancellationToken cancellation)
    {
        (await SendTextAsync("pipe", "before", cancellation)).Succeeded();

        CommandResult result = await Group.PxAsync("one\n/two\n", cancellation, "chat", "--room", "pipe", "--nick", "ann", "--dir", Group.Directory);

        Assert.That(result.Succeeded().OutputLines, Is.EqualTo(new[] { "2\tann\tone", "3\tann\t/two" }));

        // That the group was silent for a second on a busy machine may be told, but nothing failed.
        Assert.That(result.Error, Does.Not.Contain("PX1"));
    }

    private Task<CommandResult> SendTextAsync(string room, string text, CancellationToken cancellation, params string[] options) =>
        Group.PxAsync("", cancellation, ["send", room, text, "--dir", Group.Directory, .. options]);

    private async Task<JsonElement[]> MessagesAsync(string room, CancellationToken cancellation) =>
        (await Group.PxAsync("", cancellation, "tail", room, "--json", "--dir", Group.Directory)).JsonLines();

    private async Task<string[]> TextsAsync(string room, CancellationToken cancellation) =>
        [.. (await MessagesAsync(room, cancellation)).Select(message => message.Text("text"))];
}
