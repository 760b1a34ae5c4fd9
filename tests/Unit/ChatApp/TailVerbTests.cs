using System.Text;
using NUnit.Framework;
using PaxosShard.ChatClient.App.Cli;
using PaxosShard.ChatClient.App.Verbs;
using PaxosShard.Client;
using PaxosShard.Programs.Errors;
using PaxosShard.Replica.Machines.Rooms;
using PaxosShard.Tests.Unit.Client;

namespace PaxosShard.Tests.Unit.ChatApp;

/// <summary><c>px tail</c> of a room whose first messages were trimmed.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class TailVerbTests
{
    private readonly StringBuilder _data = new();
    private readonly StringBuilder _notes = new();

    [Test]
    public async Task From_the_start_it_begins_with_what_is_left_and_says_so([Values] bool follows)
    {
        await using FakeGroup group = await TenOfWhichThreeAreLeftAsync();

        Assert.That(await RunAsync(group, follows ? ["--from", "start", "--follow", "--count", "3"] : ["--from", "start"]), Is.EqualTo(ExitCode.Ok));

        Assert.That(Numbers(), Is.EqualTo("8 9 10"));
        Assert.That(_notes.ToString(), Is.EqualTo("7 messages were trimmed, 1 to 7; going on from 8\n"));
    }

    [TestCase("-20", "8 9 10")]
    [TestCase("8", "8 9 10")]
    [TestCase("last", "10")]
    public async Task From_what_is_there_it_says_nothing(string from, string printed)
    {
        await using FakeGroup group = await TenOfWhichThreeAreLeftAsync();

        Assert.That(await RunAsync(group, "--from", from), Is.EqualTo(ExitCode.Ok));

        Assert.That(Numbers(), Is.EqualTo(printed));
        Assert.That(_notes.ToString(), Is.Empty);
    }

    [Test]
    public async Task From_a_message_that_was_trimmed_it_ends_with_3_and_names_the_first_one_left([Values] bool follows)
    {
        await using FakeGroup group = await TenOfWhichThreeAreLeftAsync();

        Assert.That(await RunAsync(group, follows ? ["--from", "7", "--follow"] : ["--from", "7"]), Is.EqualTo(ExitCode.NotFound));

        Assert.That(_data.ToString(), Is.Empty);
        Assert.That(_notes.ToString(), Does.StartWith("PX1224").And.Contain("message 7 was trimmed; the first one left is 8"));
    }

    [TestCase("-9223372036854775808")]
    [TestCase("9223372036854775807")]
    [TestCase("-4611686018427387905")]
    [TestCase("0")]
    [TestCase("first")]
    public void From_what_no_room_has_is_a_mistake(string from) =>
        Assert.That(() => TailStart.Parse(from), Throws.TypeOf<ReportedException>().With.Message.Contains(from));

    [TestCase(3, 4, ExpectedResult = "message 3 was trimmed; going on from 4")]
    [TestCase(3, 5, ExpectedResult = "2 messages were trimmed, 3 to 4; going on from 5")]
    public string The_note_says_how_many_are_gone(long next, long firstLeft) => FollowNotes.Trimmed(next, firstLeft);

    private static async Task<FakeGroup> TenOfWhichThreeAreLeftAsync()
    {
        FakeGroup group = new(replicas: 1, new RoomRetention(Messages: 3, Bytes: 0, Age: 0));
        await using ChatLogClient client = await ClientTestOptions.ConnectAsync(group);
        await ClientTestOptions.SendManyAsync(client, 10);
        return group;
    }

    private string Numbers() => string.Join(' ', _data.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(static line => line.Split('\t')[0]));

    private Task<int> RunAsync(FakeGroup group, params string[] words)
    {
        Shell shell = new(bytes => _data.Append(Encoding.UTF8.GetString(bytes.Span)), note => _notes.Append(note), static _ => null);
        return new Application(shell).RunAsync(["tail", "lobby", .. words, "--endpoints", string.Join(',', group.Endpoints)]);
    }
}
