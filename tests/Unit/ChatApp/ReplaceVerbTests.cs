using System.Text;
using System.Text.Json;
using NUnit.Framework;
using PaxosShard.ChatClient.App.Cli;
using PaxosShard.Programs.Errors;
using PaxosShard.Replica.Core.Group;
using PaxosShard.Tests.Unit.Client;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Identifiers;

namespace PaxosShard.Tests.Unit.ChatApp;

/// <summary>
/// <c>px replica replace</c> with <c>--endpoints</c>, against a group of three of which the third is dead, and a fourth replica that was started in its place.
/// </summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class ReplaceVerbTests
{
    private const ulong Identity = 0xfeed;

    private static readonly ReplicaId _place = new(2);

    private readonly StringBuilder _data = new();
    private readonly StringBuilder _notes = new();

    [Test]
    public async Task The_newcomer_is_named_by_the_next_list_and_votes()
    {
        await using FakeGroup group = NewGroup();

        Assert.That(await RunAsync(group, "2"), Is.EqualTo(ExitCode.Ok), _notes.ToString());

        Assert.That(group.State.Members.InPlaceOf(_place), Is.EqualTo(new Member(Identity, Newcomer(group).Address)));
        Assert.That(_data.ToString(), Is.EqualTo($"r2 at {Newcomer(group).Address} is a member and votes; the member list has number 1\n"));
        string[] steps = ["r0, r1 can decide without r2; the member list has number 0", "000000000000feed", "member list 1 names it, from slot 1 on", "r2 has caught up and votes"];
        foreach (string step in steps)
            Assert.That(_notes.ToString(), Does.Contain(step));
    }

    [Test]
    public async Task Done_again_it_changes_nothing_and_says_the_same()
    {
        await using FakeGroup group = NewGroup();
        await RunAsync(group, "2");
        _data.Clear();

        Assert.That(await RunAsync(group, "r2", "--json"), Is.EqualTo(ExitCode.Ok), _notes.ToString());

        using JsonDocument json = JsonDocument.Parse(_data.ToString());
        Assert.That(json.RootElement.GetProperty("replica").GetString(), Is.EqualTo("r2"));
        Assert.That(json.RootElement.GetProperty("address").GetString(), Is.EqualTo(Newcomer(group).Address));
        Assert.That(json.RootElement.GetProperty("identity").GetString(), Is.EqualTo("000000000000feed"));
        Assert.That(json.RootElement.GetProperty("list").GetInt64(), Is.EqualTo(1));
        Assert.That(_notes.ToString(), Does.Contain("votes already"));
        Assert.That(group.State.Executed, Is.EqualTo(new Slot(1)));
    }

    [Test]
    public async Task Too_few_others_are_refused_and_named()
    {
        await using FakeGroup group = NewGroup();
        group.Replicas[1].Kill();

        Assert.That(await RunAsync(group, "2"), Is.EqualTo(ExitCode.NotApplied));

        Assert.That(_notes.ToString(), Does.StartWith("PX1229").And.Contain("2 others that vote are needed, and there is only r0").And.Contain(group.Replicas[1].Address));
        Assert.That(group.Sends, Is.Empty);
    }

    [Test]
    public async Task A_place_that_the_group_does_not_have_is_refused()
    {
        await using FakeGroup group = NewGroup();

        Assert.That(await RunAsync(group, "3"), Is.EqualTo(ExitCode.NotFound));

        Assert.That(_notes.ToString(), Does.StartWith("PX1228: there is no such replica: r3 in a group of 3"));
    }

    [Test]
    public async Task While_the_one_that_has_the_place_answers_and_votes_nobody_takes_it()
    {
        await using FakeGroup group = NewGroup(thirdIsDead: false);

        Assert.That(await RunAsync(group, "2"), Is.EqualTo(ExitCode.Rejected));

        Assert.That(_notes.ToString(), Does.StartWith($"PX1227: the replica still runs: r2 at {group.Replicas[2].Address}").And.Contain("end it there"));
        Assert.That(group.Sends, Is.Empty);
    }

    [Test]
    public async Task What_was_started_for_another_group_or_place_is_refused()
    {
        await using FakeGroup group = NewGroup();
        Newcomer(group).OtherCluster = Guid.NewGuid();
        Assert.That(await RunAsync(group, "2"), Is.EqualTo(ExitCode.Rejected));
        Assert.That(_notes.ToString(), Does.Contain($"PX1230: what answers there cannot take the place: {Newcomer(group).Address} belongs to cluster"));

        Newcomer(group).OtherCluster = null;
        Newcomer(group).Place = new ReplicaId(1);
        Assert.That(await RunAsync(group, "2"), Is.EqualTo(ExitCode.Rejected));
        Assert.That(_notes.ToString(), Does.Contain("was started as r1, not as r2"));
        Assert.That(group.Sends, Is.Empty);
    }

    [Test]
    public async Task What_the_group_says_no_to_is_told_in_its_words()
    {
        await using FakeGroup group = NewGroup();
        Func<StatusResult, StatusResult> tell = group.Tell;
        group.Tell = status => tell(status) with { List = 5 };

        Assert.That(await RunAsync(group, "2"), Is.EqualTo(ExitCode.Rejected));

        Assert.That(_notes.ToString(), Does.Contain("PX1205").And.Contain("number 0 by now, not 5").And.Contain("px replica replace 2"));
    }

    [Test]
    public async Task When_the_newcomer_does_not_vote_in_time_it_is_told_that_the_list_names_it()
    {
        await using FakeGroup group = NewGroup();
        Func<StatusResult, StatusResult> tell = group.Tell;
        group.Tell = status => tell(status) with { Votes = status.Self != _place };

        Assert.That(await RunAsync(group, "2", "--timeout", "2s"), Is.EqualTo(ExitCode.Partial));

        Assert.That(_notes.ToString(), Does.Contain("PX1231").And.Contain("member list 1 names the new replica").And.Contain("px replica replace 2 --endpoints"));
    }

    [TestCase("'two' is no place", "two")]
    [TestCase("--stop is for groups", "2", "--stop")]
    [TestCase("--timeout: 'soon' is no time", "2", "--timeout", "soon")]
    public async Task Words_that_make_no_sense_are_a_usage_error(string told, params string[] words)
    {
        await using FakeGroup group = NewGroup();

        Assert.That(await RunAsync(group, words), Is.EqualTo(ExitCode.Usage));

        Assert.That(_notes.ToString(), Does.StartWith("PX1200").And.Contain(told));
    }

    [TestCase("--address says where")]
    [TestCase("'nowhere' is not host:port", "--address", "nowhere")]
    public async Task An_address_is_needed_with_endpoints(string told, params string[] words)
    {
        Assert.That(await RunWordsAsync(["replica", "replace", "2", "--endpoints", "127.0.0.1:1", .. words]), Is.EqualTo(ExitCode.Usage));

        Assert.That(_notes.ToString(), Does.StartWith("PX1200").And.Contain(told));
    }

    private static FakeReplica Newcomer(FakeGroup group) => group.Replicas[3];

    private static FakeGroup NewGroup(bool thirdIsDead = true)
    {
        FakeGroup group = new(replicas: 4);
        group.Tell = status => status with
        {
            ReplicaCount = 3,
            Addresses = [.. group.Endpoints.Take(3)],
            Executed = group.State.Executed,
            Votes = !thirdIsDead || status.Self != _place || group.State.Members.InPlaceOf(_place) is not null,
        };
        Newcomer(group).Place = _place;
        Newcomer(group).Identity = Identity;
        if (thirdIsDead)
            group.Replicas[2].Kill();
        return group;
    }

    private Task<int> RunAsync(FakeGroup group, params string[] words) =>
        RunWordsAsync(["replica", "replace", .. words, "--endpoints", string.Join(',', group.Endpoints.Take(2)), "--address", Newcomer(group).Address]);

    private Task<int> RunWordsAsync(string[] words)
    {
        Shell shell = new(bytes => _data.Append(Encoding.UTF8.GetString(bytes.Span)), note => _notes.Append(note), static _ => null);
        return new Application(shell).RunAsync(words);
    }
}
