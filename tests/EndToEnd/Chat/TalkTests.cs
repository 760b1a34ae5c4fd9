using System.Globalization;
using NUnit.Framework;
using PaxosShard.Tests.EndToEnd.CommandLine;
using PaxosShard.Tests.EndToEnd.Harness;

namespace PaxosShard.Tests.EndToEnd.Chat;

/// <summary>People who chat: who they are, when something was said, and what they ask.</summary>
[TestFixture]
public sealed class TalkTests() : SharedGroup(1)
{
    [Test]
    [CancelAfter(120_000)]
    public async Task The_second_of_the_same_name_gets_another_one_and_is_told(CancellationToken cancellation)
    {
        Dictionary<string, string?> environment = Environment(("PX_NICK", null), ("USER", "kim"));
        await using Tmux first = await ChatAsync("names", environment, cancellation);
        await first.BeginsAsync("names kim>", cancellation);
        await using Tmux second = await ChatAsync("names", environment, cancellation);
        await second.BeginsAsync("- room names, you are kim-2, because another chat on this machine speaks as", cancellation);
        await second.EnterAsync("hello", cancellation);
        await first.MatchesAsync("[0-9:]{5} 1 kim-2: hello", cancellation);
        await second.EnterAsync("/nick bob", cancellation);
        await second.BeginsAsync("- you are bob", cancellation);
        await first.EnterAsync("/nick bob", cancellation);
        await first.BeginsAsync("- you are bob-2, because", cancellation);

        (await Group.SendAsync("names", "a namesake\n", cancellation, "--nick", "bob-2")).Succeeded();

        await first.BeginsAsync("- somebody else speaks as bob-2 too; /nick N takes another name", cancellation);
    }

    [Test]
    [CancelAfter(120_000)]
    public async Task Who_says_no_name_speaks_under_their_login(CancellationToken cancellation)
    {
        await using Tmux terminal = await ChatAsync("login", Environment(("PX_NICK", null), ("USER", null), ("LOGNAME", null)), cancellation);

        await terminal.BeginsAsync($"login {System.Environment.UserName}>", cancellation);
    }

    [Test]
    [CancelAfter(120_000)]
    public async Task Messages_have_their_time_in_the_chat_and_for_scripts(CancellationToken cancellation)
    {
        Dictionary<string, string?> environment = Environment(("TZ", "Asia/Kolkata"));
        await using Tmux terminal = await ChatAsync("times", environment, cancellation, "--nick", "ann");
        await terminal.BeginsAsync("times ann>", cancellation);
        await terminal.EnterAsync("now", cancellation);
        string own = await terminal.MatchesAsync("[0-9:]{5} you: now ✓ 1", cancellation);
        await terminal.EnterAsync("/me waves", cancellation);
        await terminal.MatchesAsync("[0-9:]{5} \\* ann waves ✓ 2", cancellation);

        CommandResult json = await Group.PxAsync("", cancellation, "tail", "times", "--dir", Group.Directory, "--json", "--count", "1");
        string utc = json.JsonLines().Single().Text("time");
        DateTimeOffset there = DateTimeOffset.Parse(utc, CultureInfo.InvariantCulture).ToOffset(new TimeSpan(5, 30, 0));
        Assert.That(own, Does.StartWith(there.ToString("HH:mm", CultureInfo.InvariantCulture)));
        Assert.That(await TailAsync("--utc"), Is.EqualTo($"1\t{utc}\tann\tnow"));
        Assert.That(await TailAsync("--times"), Is.EqualTo($"1\t{there.ToString("yyyy-MM-dd'T'HH:mm:ss.fffzzz", CultureInfo.InvariantCulture)}\tann\tnow"));
        Assert.That(await TailAsync("--times", "--utc"), Is.EqualTo($"1\t{utc}\tann\tnow"));

        async Task<string> TailAsync(params string[] options) =>
            (await Command.RunAsync(Programs.Px, ["tail", "times", "--dir", Group.Directory, "--count", "1", .. options], input: null, environment, cancellation)).Succeeded().OutputLines.Single();
    }

    [Test]
    [CancelAfter(120_000)]
    public async Task The_room_one_is_in_is_a_room_and_one_message_is_one(CancellationToken cancellation)
    {
        await using Tmux terminal = await ChatAsync("z", Environment(), cancellation, "--nick", "ann");
        await terminal.BeginsAsync("z ann>", cancellation);
        await terminal.EnterAsync("/rooms", cancellation);
        await terminal.BeginsAsync("- z  no message yet, where you are", cancellation);
        await terminal.EnterAsync("one", cancellation);
        await terminal.MatchesAsync("[0-9:]{5} you: one ✓ 1", cancellation);
        await terminal.EnterAsync("/rooms", cancellation);
        await terminal.BeginsAsync("- z  1 message, where you are", cancellation);
        await terminal.EnterAsync("/history 1", cancellation);
        await terminal.BeginsAsync("- the last 1 message of z:", cancellation);
        await terminal.EnterAsync("two", cancellation);
        await terminal.MatchesAsync("[0-9:]{5} you: two ✓ 2", cancellation);
        await terminal.EnterAsync("/rooms", cancellation);
        await terminal.BeginsAsync("- z  2 messages, where you are", cancellation);
    }

    [Test]
    [CancelAfter(120_000)]
    public async Task Who_tells_who_has_written_in_the_room_and_no_more_than_is_known(CancellationToken cancellation)
    {
        (await Group.SendAsync("elsewhere", "hello\n", cancellation, "--nick", "zoe")).Succeeded();
        await using Tmux terminal = await ChatAsync("written", Environment(), cancellation, "--nick", "ann");
        await terminal.BeginsAsync("written ann>", cancellation);
        await terminal.EnterAsync("/who", cancellation);
        await terminal.BeginsAsync("- nobody has written in written, as far as it was shown here; who reads it is not known", cancellation);
        await terminal.EnterAsync("one", cancellation);
        await terminal.MatchesAsync("[0-9:]{5} you: one ✓ 1", cancellation);
        (await Group.SendAsync("written", "two\n", cancellation, "--nick", "bob")).Succeeded();
        await terminal.MatchesAsync("[0-9:]{5} 2 bob: two", cancellation);
        await terminal.EnterAsync("/join elsewhere", cancellation);
        await terminal.MatchesAsync("[0-9:]{5} 1 zoe: hello", cancellation);
        await terminal.EnterAsync("/join written", cancellation);
        await terminal.BeginsAsync("written ann>", cancellation);

        await terminal.EnterAsync("/who", cancellation);

        await terminal.BeginsAsync("- have written in written, as far as it was shown here, the last one first: bob, ann; who", cancellation);
    }

    [Test]
    [CancelAfter(120_000)]
    public async Task Control_C_clears_the_line_and_asks_once_more_on_an_empty_one(CancellationToken cancellation)
    {
        await using Tmux terminal = await ChatAsync("keys", Environment(), cancellation, "--nick", "ann");
        await terminal.BeginsAsync("keys ann>", cancellation);
        await terminal.TypeAsync("half a sentence", cancellation);
        await terminal.BeginsAsync("keys ann> half a sentence", cancellation);
        await terminal.PressAsync("C-c", cancellation);
        await terminal.MatchesAsync("keys ann>", cancellation);
        Assert.That(await terminal.CountAsync("once more leaves", cancellation), Is.Zero);
        await terminal.PressAsync("C-c", cancellation);
        await terminal.MatchesAsync("- Ctrl-C once more leaves", cancellation);
        await terminal.TypeAsync("x", cancellation);
        await terminal.PressAsync("C-c", cancellation);
        await terminal.PressAsync("C-c", cancellation);
        await Eventually.HoldsAsync("it asks again", async () => await terminal.CountAsync("once more leaves", cancellation) is not 2 and var count ? $"{count} times" : null, cancellation);
        await terminal.PressAsync("C-c", cancellation);
        await terminal.BeginsAsync("ended with 130", cancellation);
    }

    private Task<Tmux> ChatAsync(string room, IReadOnlyDictionary<string, string?> environment, CancellationToken cancellation, params string[] options) =>
        ChatTerminal.StartAsync(environment, cancellation, ["chat", "--dir", Group.Directory, "--room", room, .. options]);

    private Dictionary<string, string?> Environment(params (string Name, string? Value)[] variables)
    {
        Dictionary<string, string?> environment = new(Group.Environment, StringComparer.Ordinal);
        foreach ((string name, string? value) in variables)
            environment[name] = value;
        return environment;
    }
}
