using System.Text;
using System.Text.Json;
using NUnit.Framework;
using PaxosShard.ChatClient.App.Cli;
using PaxosShard.Programs.Errors;
using PaxosShard.Tests.Unit.Client;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Identifiers;

namespace PaxosShard.Tests.Unit.ChatApp;

/// <summary><c>px status</c> of a group that says how full it is.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class StatusVerbTests
{
    private static readonly Occupancy _noSessions = new(0, 160_000);

    private readonly StringBuilder _data = new();
    private readonly StringBuilder _notes = new();

    [Test]
    public async Task It_tells_how_full_the_group_is_and_the_slot_of_each_snapshot()
    {
        await using FakeGroup group = new(replicas: 1) { Tell = status => Filled(status, 512 * 1024, 1024 * 1024) with { Snapshot = new Slot(4711) } };

        Assert.That(await RunAsync(group), Is.EqualTo(ExitCode.Ok));

        string[] lines = _data.ToString().Split('\n');
        Assert.That(lines[0], Is.EqualTo("well: 1 of 1 up, can lose 0"));
        Assert.That(lines[2], Is.EqualTo("state 50 % full, 512.0 KiB of 1.0 MiB; sessions 0 % full, 100 B of 512.0 MiB, 0 of 160000"));
        Assert.That(lines[3].Split(' ', StringSplitOptions.RemoveEmptyEntries), Does.Contain("SNAPSHOT"));
        Assert.That(lines[4].Split(' ', StringSplitOptions.RemoveEmptyEntries), Does.Contain("4711"));
        Assert.That(_notes.ToString(), Is.Empty);
    }

    [TestCase(799, "")]
    [TestCase(800, "PX1225: the state is full or nearly full: 80 % full, 800 B of 1000 B")]
    [TestCase(1000, "PX1225: the state is full or nearly full: 100 % full, 1000 B of 1000 B")]
    public async Task From_80_percent_on_it_warns_and_ends_as_before(long used, string told)
    {
        await using FakeGroup group = new(replicas: 1) { Tell = status => Filled(status, used, 1000) };

        Assert.That(await RunAsync(group), Is.EqualTo(ExitCode.Ok));

        Assert.That(_notes.ToString().Split('\n')[0], Is.EqualTo(told));
        foreach (string word in told.Length > 0 ? new[] { "the state is full", "px kv delete KEY", "--room-messages", "--room-bytes", "--room-age", "--state-bytes" } : [])
            Assert.That(_notes.ToString(), Does.Contain(word));
    }

    [TestCase(450_000_000, 1, "83 % full, 429.2 MiB of 512.0 MiB, 1 of 160000")]
    [TestCase(100, 160_000, "100 % full, 100 B of 512.0 MiB, 160000 of 160000")]
    public async Task Of_the_two_bounds_of_sessions_the_one_that_is_nearer_counts(long bytes, long sessions, string told)
    {
        await using FakeGroup group = new(replicas: 1)
        {
            Tell = status => Filled(status, 0, 1000) with { SessionBytes = new Occupancy(bytes, 512 * 1024 * 1024), Sessions = new Occupancy(sessions, 160_000) },
        };

        Assert.That(await RunAsync(group), Is.EqualTo(ExitCode.Ok));

        Assert.That(_notes.ToString(), Does.StartWith($"PX1226: the sessions are full or nearly full: {told}\n").And.Contain("busy"));
    }

    [Test]
    public async Task Json_has_all_of_it_as_numbers_and_the_warning_stays_beside_it()
    {
        await using FakeGroup group = new(replicas: 1)
        {
            Tell = static status => status with
            {
                Snapshot = new Slot(1),
                Base = new Slot(2),
                LogBytes = 3,
                State = new Occupancy(4, 5),
                SessionBytes = new Occupancy(6, 70),
                Sessions = new Occupancy(8, 90),
            },
        };

        Assert.That(await RunAsync(group, "--json"), Is.EqualTo(ExitCode.Ok));

        using JsonDocument json = JsonDocument.Parse(_data.ToString());
        JsonElement replica = json.RootElement.GetProperty("groups")[0].GetProperty("replicas")[0];
        string[] names = ["snapshot", "base", "logBytes", "stateBytes", "stateBytesAllowed", "sessionBytes", "sessionBytesAllowed", "sessions", "sessionsAllowed"];
        Assert.That(names.Select(name => replica.GetProperty(name).GetInt64()), Is.EqualTo(new long[] { 1, 2, 3, 4, 5, 6, 70, 8, 90 }));
        Assert.That(_notes.ToString(), Does.StartWith("PX1225"));
    }

    [Test]
    public async Task Without_a_primary_it_tells_what_is_known_and_ends_with_5()
    {
        await using FakeGroup group = new(replicas: 1) { Tell = status => Filled(status, 900, 1000) };
        group.Primary.HearsQuorum = false;

        Assert.That(await RunAsync(group), Is.EqualTo(ExitCode.NotApplied));

        Assert.That(_data.ToString(), Does.Contain("no primary serves\nstate 90 % full"));
        Assert.That(_notes.ToString(), Does.StartWith("PX1225"));
    }

    [Test]
    public async Task It_tells_the_member_list_when_it_is_not_that_of_the_founders_and_who_does_not_vote()
    {
        await using FakeGroup group = new(replicas: 3)
        {
            Tell = static status => status with { List = 1, View = new View(View.PerList + status.View.Number + 3), Votes = status.Self.Index != 2 },
        };

        Assert.That(await RunAsync(group), Is.EqualTo(ExitCode.Partial));

        string[] lines = _data.ToString().Split('\n');
        Assert.That(lines[0], Does.StartWith("degraded: 2 of 3 up, can lose 0; r2 (").And.EndsWith(") does not vote"));
        Assert.That(lines[1], Is.EqualTo($"view 1.3, primary r0 at {group.Primary.Address}, member list 1"));
        Assert.That(lines[4].Split(' ', StringSplitOptions.RemoveEmptyEntries), Does.Contain("1.3"));
        Assert.That(lines[6], Does.Contain("follower, no vote"));
    }

    [TestCase(3, "1")]
    [TestCase(2, "0")]
    [TestCase(1, "null")]
    public async Task It_tells_how_many_more_replicas_can_be_lost(int voting, string canLose)
    {
        await using FakeGroup group = new(replicas: 3) { Tell = status => status with { Votes = status.Self.Index < voting } };

        await RunAsync(group, "--json");

        using JsonDocument json = JsonDocument.Parse(_data.ToString());
        JsonElement told = json.RootElement.GetProperty("groups")[0];
        Assert.That(told.GetProperty("canLose").GetRawText(), Is.EqualTo(canLose));
        Assert.That(told.GetProperty("list").GetInt64(), Is.Zero);
        Assert.That(told.GetProperty("replicas").EnumerateArray().Count(replica => replica.GetProperty("votes").GetBoolean()), Is.EqualTo(voting));
    }

    [TestCase(0, ExpectedResult = "0 B")]
    [TestCase(1023, ExpectedResult = "1023 B")]
    [TestCase(1024, ExpectedResult = "1.0 KiB")]
    [TestCase(100_000, ExpectedResult = "97.7 KiB")]
    [TestCase((1024 * 1024) - 1, ExpectedResult = "1.0 MiB")]
    [TestCase(1024 * 1024 * 1024, ExpectedResult = "1.0 GiB")]
    [TestCase(long.MaxValue, ExpectedResult = "8.0 EiB")]
    public string Bytes_are_told_in_the_unit_that_suits_them(long bytes) => ByteText.Of(bytes);

    private static StatusResult Filled(StatusResult status, long used, long allowed) =>
        status with { State = new Occupancy(used, allowed), SessionBytes = new Occupancy(100, 512 * 1024 * 1024), Sessions = _noSessions };

    private Task<int> RunAsync(FakeGroup group, params string[] words)
    {
        Shell shell = new(bytes => _data.Append(Encoding.UTF8.GetString(bytes.Span)), note => _notes.Append(note), static _ => null);
        return new Application(shell).RunAsync(["status", .. words, "--endpoints", string.Join(',', group.Endpoints)]);
    }
}
