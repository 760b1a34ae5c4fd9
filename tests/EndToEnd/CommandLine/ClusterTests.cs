using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using NUnit.Framework;
using PaxosShard.Tests.EndToEnd.Harness;

namespace PaxosShard.Tests.EndToEnd.CommandLine;

/// <summary>A cluster of two shards and a master as people run one: by <c>px</c> alone. Each test has keys and rooms of its own.</summary>
[TestFixture]
public sealed class ClusterTests
{
    private const int Masters = 65535;
    private const int Arcs = 4096;

    private static readonly string[] _numbers = [.. Enumerable.Range(10, 12).Select(static number => $"{number}")];

    private PxGroup _cluster = null!;
    private CommandResult _started = null!;

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        using CancellationTokenSource limit = new(Eventually.Patience);
        _cluster = new PxGroup();
        _started = (await _cluster.UpAsync(limit.Token, "--shards", "2", "--replicas", "1")).Succeeded();
    }

    [OneTimeTearDown]
    public async Task EndAsync() => await _cluster.DisposeAsync();

    [Test]
    [CancelAfter(180_000)]
    public async Task Keys_of_both_shards_are_put_and_read_and_listed_as_those_of_one_group(CancellationToken cancellation)
    {
        foreach (string number in _numbers)
            (await PxAsync(cancellation, "kv", "put", $"key/{number}", number)).Succeeded();

        foreach (string number in _numbers)
            Assert.That((await PxAsync(cancellation, "kv", "get", $"key/{number}")).Succeeded().Output, Is.EqualTo(number));
        string[] all = [.. _numbers.Select(static number => $"key/{number}\t2")];
        Assert.That((await PxAsync(cancellation, "kv", "list", "--prefix", "key/")).Succeeded().OutputLines, Is.EqualTo(all));
        string[] first = await KeysOfAsync("shard-1", "key/", cancellation);
        string[] second = await KeysOfAsync("shard-2", "key/", cancellation);
        Assert.That((first.Length, second.Length), Is.Not.EqualTo((0, _numbers.Length)).And.Not.EqualTo((_numbers.Length, 0)), "both have some");
        Assert.That(first.Concat(second), Is.EquivalentTo(_numbers.Select(static number => $"key/{number}")));
    }

    // What is not ready in time may be a group that does not commit, or a shard that does not serve: nothing else, however busy the machine is.
    [TestCase("1ms")]
    [TestCase("300ms")]
    [TestCase("600ms")]
    [TestCase("900ms")]
    [CancelAfter(180_000)]
    public async Task A_start_that_is_not_done_in_its_time_says_so_with_that_time_and_goes_on(string time, CancellationToken cancellation)
    {
        await using PxGroup late = new();

        CommandResult first = await late.UpAsync(cancellation, "--shards", "2", "--replicas", "1", "--timeout", time);

        if (first.Code != ExitCodes.Ok || time is "1ms")
        {
            ErrorAssert.Failed(first, ExitCodes.NotApplied, "PX12", $" within {time[..^2]} ms");
            Assert.That(first.Error, Does.StartWith("PX1211: ").Or.StartWith("PX1234: "));
        }
        (await late.UpAsync(cancellation)).Succeeded();
    }

    [Test]
    [CancelAfter(180_000)]
    public async Task Rooms_of_both_shards_are_sent_to_and_read_and_listed_as_those_of_one_group(CancellationToken cancellation)
    {
        foreach (string number in _numbers)
            (await _cluster.SendAsync($"room/{number}", $"hello {number}\nworld {number}\n", cancellation)).Succeeded();

        foreach (string number in _numbers)
        {
            CommandResult tail = await PxAsync(cancellation, "tail", $"room/{number}", "--from", "start", "--json");
            Assert.That(tail.JsonLines().Select(static line => line.Text("text")), Is.EqualTo(new[] { $"hello {number}", $"world {number}" }));
        }

        CommandResult rooms = await PxAsync(cancellation, "rooms");
        Assert.That(
            rooms.Succeeded().OutputLines.Where(static line => line.StartsWith("room/", StringComparison.Ordinal)),
            Is.EqualTo(_numbers.Select(static number => $"room/{number}\t2")));
    }

    [Test]
    [CancelAfter(180_000)]
    public async Task The_ring_tells_of_every_arc_which_shard_has_it(CancellationToken cancellation)
    {
        using TestFolder folder = new();

        JsonElement ring = (await PxAsync(cancellation, "ring", "--json", "--svg", folder.File("ring.svg"))).JsonLines().Single();
        CommandResult text = await PxAsync(cancellation, "ring");

        Assert.That(ring.Names(), Is.EqualTo(new[] { "configuration", "job", "hash", "arcs", "shards", "runs" }));
        Assert.That((ring.Number("configuration"), ring.Number("arcs")), Is.EqualTo((1L, (long)Arcs)));
        JsonElement[] shards = [.. ring.GetProperty("shards").EnumerateArray()];
        Assert.That(shards.Select(static shard => shard.Number("group")), Is.EqualTo(new[] { 1L, 2L }));
        Assert.That(shards.Sum(static shard => shard.Number("arcs")), Is.EqualTo(Arcs));
        Assert.That(ring.GetProperty("runs").EnumerateArray().Sum(static run => run.Number("count")), Is.EqualTo(Arcs));
        Assert.That(await File.ReadAllTextAsync(folder.File("ring.svg"), cancellation), Does.StartWith("<svg ").And.Contain("shard 2: ").And.EndWith("</svg>\n"));
        Assert.That(text.Succeeded().OutputLines[0], Does.StartWith("configuration 1 of job 1, 2 shards, "));
        Assert.That(text.Output, Does.Not.Contain("\u001b"), "no colours in a pipe");
    }

    [Test]
    [CancelAfter(180_000)]
    public async Task Every_group_is_shown_with_the_arcs_that_it_serves(CancellationToken cancellation)
    {
        JsonElement byDirectory = (await PxAsync(cancellation, "status", "--json")).JsonLines().Single();
        JsonElement byAddress = (await _cluster.PxAsync("", cancellation, "status", "--endpoints", await MasterAsync(cancellation), "--json")).JsonLines().Single();
        CommandResult shardAlone = await _cluster.PxAsync("", cancellation, "status", "--dir", Path.Combine(_cluster.Directory, "shard-2"), "--json");

        foreach (JsonElement status in new[] { byDirectory, byAddress })
        {
            JsonElement[] groups = [.. status.GetProperty("groups").EnumerateArray()];
            Assert.That(status.Number("configuration"), Is.EqualTo(1));
            Assert.That(groups.Select(static group => group.Number("group")), Is.EqualTo(new long[] { Masters, 1, 2 }));
            Assert.That(groups.Select(static group => group.GetProperty("serves").GetBoolean()), Is.All.True);
            Assert.That(groups[1..].Select(static group => group.Number("configuration")), Is.All.EqualTo(1));
            Assert.That(groups[1..].Sum(static group => group.Number("arcs")), Is.EqualTo(Arcs));
            Assert.That(groups[1..].Select(static group => group.GetProperty("requestsUnderWay").ValueKind), Is.All.EqualTo(JsonValueKind.Null), "there is no gateway");
        }

        Assert.That(shardAlone.JsonLines().Single().GetProperty("groups").EnumerateArray().Select(static group => group.Number("group")), Is.EqualTo(new[] { 2L }));
    }

    [Test]
    [CancelAfter(180_000)]
    public async Task The_address_of_the_master_leads_to_every_shard_and_so_does_the_last_up(CancellationToken cancellation)
    {
        string master = await MasterAsync(cancellation);
        foreach (string number in _numbers)
            (await _cluster.PxAsync("", cancellation, "kv", "put", $"address/{number}", number, "--endpoints", master)).Succeeded();

        CommandResult list = await _cluster.PxAsync("", cancellation, "kv", "list", "--prefix", "address/");

        Assert.That(list.Succeeded().OutputLines, Has.Length.EqualTo(_numbers.Length));
    }

    [Test]
    [CancelAfter(180_000)]
    public async Task A_second_up_starts_nothing_and_other_numbers_are_rejected(CancellationToken cancellation)
    {
        await _cluster.UpAsync(cancellation); // Whatever another test has killed.
        IReadOnlyList<int> before = ProcessTable.With(_cluster.Directory);

        CommandResult again = await _cluster.UpAsync(cancellation, "--shards", "2", "--replicas", "1", "--masters", "1");
        CommandResult other = await _cluster.UpAsync(cancellation, "--shards", "3");

        Assert.That(again.Succeeded().OutputLines.Select(static line => line.Split(' ')[0]), Is.EqualTo(new[] { "GROUP", "masters", "shard-1", "shard-2" }));
        Assert.That(_started.OutputLines, Has.Length.EqualTo(4));
        ErrorAssert.Failed(other, ExitCodes.Rejected, "PX1208", "has 2 shards, not 3");
        Assert.That(ProcessTable.With(_cluster.Directory), Is.EqualTo(before));
    }

    [Test]
    [CancelAfter(240_000)]
    public async Task When_the_only_replica_of_a_shard_is_killed_the_other_shard_goes_on_and_up_brings_it_back(CancellationToken cancellation)
    {
        foreach (string number in _numbers)
            (await PxAsync(cancellation, "kv", "put", $"kill/{number}", number)).Succeeded();
        string lost = (await KeysOfAsync("shard-1", "kill/", cancellation))[0];
        string left = (await KeysOfAsync("shard-2", "kill/", cancellation))[0];
        int victim = (await ProcessesAsync(cancellation)).Single(static process => process.Number("group") == 1).GetProperty("pid").GetInt32();

        await ProcessTable.KillAsync("the replica of shard 1 is gone", () => ProcessTable.IsAlive(victim) ? [victim] : []);

        (await PxAsync(cancellation, "kv", "append", left, "!")).Succeeded();
        ErrorAssert.Failed(await PxAsync(cancellation, "kv", "get", lost, "--timeout", "1s"), ExitCodes.NotApplied, "PX120");
        CommandResult status = await PxAsync(cancellation, "status");
        Assert.That(status.Code, Is.EqualTo(ExitCodes.NotApplied));
        Assert.That(status.OutputLines[0], Does.StartWith("no quorum: 2 of 3 groups are well; shard-1: no quorum: 0 of 1 up, 1 needed; r0 (").And.EndsWith(") refused"));
        Assert.That(status.OutputLines, Does.Contain("masters: well: 1 of 1 up, can lose 0").And.Contain("shard-2: well: 1 of 1 up, can lose 0"));
        Assert.That(status.OutputLines.Count(line => string.Equals(line, status.OutputLines[0], StringComparison.Ordinal)), Is.EqualTo(2), "the whole, at the beginning and at the end");
        (await _cluster.UpAsync(cancellation)).Succeeded();
        Assert.That((await PxAsync(cancellation, "kv", "get", lost)).Succeeded().Output, Is.EqualTo(lost["kill/".Length..]));
    }

    [Test]
    [CancelAfter(180_000)]
    public async Task A_check_finds_nothing_wrong_before_and_after_a_shard_joins_and_leaves(CancellationToken cancellation)
    {
        await using PxGroup cluster = new();
        (await cluster.UpAsync(cancellation, "--shards", "2", "--replicas", "1")).Succeeded();
        foreach (string number in _numbers)
            (await cluster.PxAsync("", cancellation, "kv", "put", $"key/{number}", number, "--dir", cluster.Directory)).Succeeded();

        await AssertIsWellAsync(cluster, ["configurations", "jobs", "shard-1", "shard-2", "arcs", "gates", "replicas of masters", "replicas of shard-1", "replicas of shard-2"], cancellation);
        (await cluster.PxAsync("", cancellation, "shard", "add", "--dir", cluster.Directory)).Succeeded();
        (await cluster.PxAsync("", cancellation, "shard", "remove", "1", "--dir", cluster.Directory)).Succeeded();
        await AssertIsWellAsync(cluster, ["configurations", "jobs", "shard-2", "shard-3", "arcs", "gates", "replicas of masters", "replicas of shard-2", "replicas of shard-3"], cancellation);
        CommandResult text = await cluster.PxAsync("", cancellation, "check", "--dir", cluster.Directory);
        Assert.That(text.Succeeded().OutputLines[0], Does.StartWith("CHECK ").And.EndWith("FOUND"));
        Assert.That(text.Output, Does.Contain("0 to 3, none is missing"));
    }

    [Test]
    [CancelAfter(180_000)]
    public async Task A_check_says_which_group_is_not_as_it_should_be(CancellationToken cancellation)
    {
        await using PxGroup cluster = new();
        (await cluster.UpAsync(cancellation, "--shards", "2", "--replicas", "1")).Succeeded();
        (await cluster.PxAsync("", cancellation, "down", "--dir", Path.Combine(cluster.Directory, "shard-2"))).Succeeded();

        CommandResult check = await cluster.PxAsync("", cancellation, "check", "--dir", cluster.Directory, "--json");

        Assert.That(check.Code, Is.EqualTo(ExitCodes.NotApplied), check.Error);
        Assert.That(check.ErrorLines[0], Does.StartWith("PX1202: ").And.Contain("shard-2: it does not tell what it serves"));
        JsonElement[] checks = [.. check.Json().GetProperty("checks").EnumerateArray()];
        Assert.That(
            checks.Where(static line => !line.GetProperty("isWell").GetBoolean()).Select(static line => line.Text("what")),
            Is.EqualTo(new[] { "shard-2", "replicas of shard-2" }));
    }

    [Test]
    [CancelAfter(180_000)]
    public async Task Verbs_for_one_group_say_so_and_change_nothing(CancellationToken cancellation)
    {
        ErrorAssert.Failed(await PxAsync(cancellation, "bench"), ExitCodes.Usage, "PX1232", _cluster.Directory, "3 groups");
        ErrorAssert.Failed(await PxAsync(cancellation, "replica", "replace", "0"), ExitCodes.Usage, "PX1232", "shard-1");
        ErrorAssert.Failed(
            await _cluster.PxAsync("", cancellation, "ring", "--dir", Path.Combine(_cluster.Directory, "shard-1")), ExitCodes.NotFound, "PX1233", "group 1");
    }

    [Test]
    [CancelAfter(240_000)]
    public async Task Down_ends_all_of_it_and_the_next_up_finds_everything_again(CancellationToken cancellation)
    {
        await using PxGroup cluster = new();
        (await cluster.UpAsync(cancellation, "--shards", "2", "--replicas", "1", "--gateway")).Succeeded();
        foreach (string number in _numbers)
            (await cluster.PxAsync("", cancellation, "kv", "put", $"key/{number}", number, "--dir", cluster.Directory)).Succeeded();
        string gateway = await GatewayAsync(cluster, cancellation);
        Assert.That(await AskGatewayAsync(gateway, $"me | G | key/{_numbers[0]}", cancellation), Is.EqualTo($"Success | {_numbers[0]}"));
        Assert.That((await cluster.PxAsync("", cancellation, "status", "--dir", cluster.Directory)).Succeeded().Output, Does.Match("shard-1: well: .*\n.* arcs, 0 requests of the gateways under way\n"));

        JsonElement down = (await cluster.PxAsync("", cancellation, "down", "--dir", cluster.Directory, "--json")).JsonLines().Single();

        Assert.That(down.GetProperty("ended").EnumerateArray().Select(static name => name.GetString()), Is.EqualTo(new[] { "shard-1/r0", "shard-2/r0", "masters/r0" }));
        Assert.That(ProcessTable.With(cluster.Directory), Is.Empty);
        (await cluster.UpAsync(cancellation)).Succeeded();
        CommandResult list = await cluster.PxAsync("", cancellation, "kv", "list", "--dir", cluster.Directory);
        Assert.That(list.Succeeded().OutputLines, Is.EqualTo(_numbers.Select(static number => $"key/{number}\t2")));
        Assert.That(await GatewayAsync(cluster, cancellation), Is.EqualTo(gateway), "it keeps its address");
        Assert.That(await AskGatewayAsync(gateway, $"me | G | key/{_numbers[1]}", cancellation), Is.EqualTo($"Success | {_numbers[1]}"));
    }

    [Test]
    [CancelAfter(240_000)]
    public async Task A_cluster_is_given_gateways_later_and_up_says_what_is_still_without(CancellationToken cancellation)
    {
        await using PxGroup cluster = new();
        (await cluster.UpAsync(cancellation, "--shards", "1", "--replicas", "1")).Succeeded();

        CommandResult later = (await cluster.UpAsync(cancellation, "--gateway")).Succeeded();

        Assert.That(later.Error, Does.Contain("masters that run already have no gateway until they are started again"));
        (await cluster.PxAsync("", cancellation, "down", "--dir", cluster.Directory)).Succeeded();
        Assert.That((await cluster.UpAsync(cancellation, "--shards", "1")).Succeeded().Output, Does.Contain("GATEWAY"));
        Assert.That(await AskGatewayAsync(await GatewayAsync(cluster, cancellation), "me | G | nothing", cancellation), Does.StartWith("Fail | "));
        ErrorAssert.Failed(await cluster.PxAsync("", cancellation, "up", "--dir", Path.Combine(cluster.Directory, "other"), "--gateway"), ExitCodes.Usage, "PX1200", "--shards");
    }

    [Test]
    [CancelAfter(240_000)]
    public async Task A_shard_whose_directory_is_gone_is_not_made_anew(CancellationToken cancellation)
    {
        await using PxGroup cluster = new();
        (await cluster.UpAsync(cancellation, "--shards", "2", "--replicas", "1")).Succeeded();
        foreach (string number in _numbers)
            (await cluster.PxAsync("", cancellation, "kv", "put", $"key/{number}", number, "--dir", cluster.Directory)).Succeeded();
        (await cluster.PxAsync("", cancellation, "down", "--dir", cluster.Directory)).Succeeded();
        string shard = Path.Combine(cluster.Directory, "shard-2");
        Directory.Move(shard, shard + ".away");

        ErrorAssert.Failed(await cluster.UpAsync(cancellation), ExitCodes.Rejected, "PX1235", shard);

        Assert.That(Directory.Exists(shard), Is.False);
        Directory.Move(shard + ".away", shard);
        (await cluster.UpAsync(cancellation)).Succeeded();
        CommandResult list = await cluster.PxAsync("", cancellation, "kv", "list", "--dir", cluster.Directory);
        Assert.That(list.Succeeded().OutputLines, Is.EqualTo(_numbers.Select(static number => $"key/{number}\t2")));
    }

    private Task<CommandResult> PxAsync(CancellationToken cancellation, params string[] words) =>
        _cluster.PxAsync("", cancellation, [.. words, "--dir", _cluster.Directory]);

    private async Task<JsonElement[]> ProcessesAsync(CancellationToken cancellation) =>
        [.. (await PxAsync(cancellation, "ps", "--json")).Succeeded().Json().EnumerateArray()];

    private async Task<string> MasterAsync(CancellationToken cancellation) =>
        (await ProcessesAsync(cancellation)).Single(static process => process.Number("group") == Masters).Text("address");

    private static async Task AssertIsWellAsync(PxGroup cluster, string[] checks, CancellationToken cancellation)
    {
        JsonElement found = (await cluster.PxAsync("", cancellation, "check", "--dir", cluster.Directory, "--json")).JsonLines().Single();
        Assert.That(found.GetProperty("isWell").GetBoolean(), Is.True, found.GetRawText());
        Assert.That(found.GetProperty("checks").EnumerateArray().Select(static line => line.Text("what")), Is.EqualTo(checks));
    }

    private static async Task<string> GatewayAsync(PxGroup cluster, CancellationToken cancellation) =>
        (await cluster.PxAsync("", cancellation, "ps", "--dir", cluster.Directory, "--json")).Succeeded().Json().EnumerateArray().Single(static process => process.Number("group") == Masters).Text("gateway");

    private static async Task<string?> AskGatewayAsync(string address, string line, CancellationToken cancellation)
    {
        using TcpClient client = new();
        await client.ConnectAsync(IPEndPoint.Parse(address), cancellation);
        await client.GetStream().WriteAsync(Encoding.UTF8.GetBytes(line + "\n"), cancellation);
        using StreamReader reader = new(client.GetStream());
        return await reader.ReadLineAsync(cancellation);
    }

    /// <summary>The keys that one shard has, asked without the others.</summary>
    private async Task<string[]> KeysOfAsync(string shard, string prefix, CancellationToken cancellation)
    {
        CommandResult list = await _cluster.PxAsync("", cancellation, "kv", "list", "--prefix", prefix, "--dir", Path.Combine(_cluster.Directory, shard));
        return [.. list.Succeeded().OutputLines.Select(static line => line.Split('\t')[0])];
    }
}
