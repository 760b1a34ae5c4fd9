using System.Text.Json;
using NUnit.Framework;
using PaxosShard.Tests.EndToEnd.Harness;

namespace PaxosShard.Tests.EndToEnd.CommandLine;

/// <summary><c>px status</c>: who leads in which view, and how far each replica is.</summary>
[TestFixture]
public sealed class StatusTests() : SharedGroup(replicas: 3)
{
    private static readonly string[] GroupFields = ["group", "cluster", "view", "list", "primary", "primaryAddress", "serves", "canLose", "replicas"];
    private static readonly string[] ReplicaFields =
    [
        "name", "address", "reachable", "role", "view", "accepted", "decided", "executed", "stateHash", "hearsQuorum", "diskFull", "stateInDoubt", "list", "votes",
        "snapshot", "base", "logBytes", "stateBytes", "stateBytesAllowed", "sessionBytes", "sessionBytesAllowed", "sessions", "sessionsAllowed",
    ];

    [SetUp]
    public async Task RestartWhatIsDownAsync()
    {
        if (ProcessTable.With(Group.Directory).Count == 3)
            return;
        using CancellationTokenSource limit = new(Eventually.Patience);
        (await Group.UpAsync(limit.Token)).Succeeded();
    }

    [Test]
    [CancelAfter(180_000)]
    public async Task It_tells_view_primary_and_how_far_each_replica_is(CancellationToken cancellation)
    {
        (await Group.SendAsync("lobby", "one\ntwo\nthree\n", cancellation)).Succeeded();

        JsonElement group = await GroupAsync(
            "all have executed the same",
            ExitCodes.Ok,
            group => Replicas(group).All(replica => replica.GetProperty("reachable").GetBoolean())
                && Replicas(group).DistinctBy(replica => (replica.Number("view"), replica.Number("executed"))).Count() == 1
                && Replicas(group).Count(replica => replica.Text("role") is "primary") == 1,
            cancellation);

        JsonElement[] replicas = Replicas(group);
        JsonElement primary = replicas.Single(replica => replica.Text("role") is "primary");
        Assert.That(group.Names(), Is.EqualTo(GroupFields));
        Assert.That(replicas.Select(replica => replica.Names()), Is.All.EqualTo(ReplicaFields));
        Assert.That(replicas.Select(replica => replica.Text("stateHash")), Is.All.EqualTo(primary.Text("stateHash")).And.All.Matches("^[0-9a-f]{16}$"));
        Assert.That(primary.Number("executed"), Is.InRange(1, primary.Number("decided")));
        Assert.That(primary.Number("decided"), Is.InRange(1, primary.Number("accepted")));
        Assert.That((group.Text("primary"), group.Text("primaryAddress")), Is.EqualTo((primary.Text("name"), primary.Text("address"))));
        Assert.That(group.Number("view"), Is.EqualTo(primary.Number("view")));
        IEnumerable<string> addresses = (await Group.ReplicasAsync(cancellation)).Select(replica => replica.Address);
        Assert.That(replicas.Select(replica => replica.Text("address")), Is.EqualTo(addresses));
    }

    [Test]
    [CancelAfter(180_000)]
    public async Task With_the_primary_killed_another_one_serves_in_a_later_view(CancellationToken cancellation)
    {
        JsonElement before = await GroupAsync("a primary serves", ExitCodes.Ok, _ => true, cancellation);
        string killed = before.Text("primary");
        await KillAsync([killed], cancellation);

        JsonElement group = await GroupAsync("another one serves", ExitCodes.Ok, group => !killed.Equals(group.Text("primary"), StringComparison.Ordinal), cancellation);

        JsonElement dead = Replicas(group).Single(replica => !replica.GetProperty("reachable").GetBoolean());
        Assert.That(dead.Text("name"), Is.EqualTo(killed));
        Assert.That(dead.Text("role"), Is.EqualTo("unreachable"));
        Assert.That(dead.Text("failure"), Does.Contain("nothing listens there"));
        Assert.That(group.Number("view"), Is.GreaterThan(before.Number("view")));
    }

    [Test]
    [CancelAfter(180_000)]
    public async Task Without_a_majority_no_primary_serves_and_the_exit_code_says_so(CancellationToken cancellation)
    {
        await KillAsync(["r0", "r1"], cancellation);

        JsonElement group = await GroupAsync("nobody serves", ExitCodes.NotApplied, _ => true, cancellation);

        Assert.That(group.GetProperty("serves").GetBoolean(), Is.False);
        Assert.That(group.GetProperty("canLose").ValueKind, Is.EqualTo(JsonValueKind.Null));
        Assert.That(group.GetProperty("primary").ValueKind, Is.EqualTo(JsonValueKind.Null));
        Assert.That(Replicas(group).Select(replica => replica.GetProperty("reachable").GetBoolean()), Is.EqualTo(new[] { false, false, true }));
        Assert.That((await StatusAsync(cancellation)).Output, Does.Contain("no primary serves").And.Contain("The group cannot decide: "));
    }

    [Test]
    [CancelAfter(90_000)]
    public async Task One_address_is_enough_to_see_the_whole_group(CancellationToken cancellation)
    {
        string last = (await Group.ReplicasAsync(cancellation))[^1].Address;

        // A replica that does not answer within a second names nobody: on a busy machine that may take a second look.
        await Eventually.HoldsAsync(
            "all three are listed",
            async () =>
            {
                CommandResult result = await Group.PxAsync("", cancellation, "status", "--endpoints", last, "--json");
                string names = string.Join(' ', Replicas(result.Json().GetProperty("groups")[0]).Select(replica => replica.Text("name")));
                return names is "r0 r1 r2" ? null : names;
            },
            cancellation);
    }

    [Test]
    [CancelAfter(90_000)]
    public async Task The_help_says_what_the_exit_codes_mean(CancellationToken cancellation)
    {
        CommandResult help = await Group.PxAsync("", cancellation, "status", "--help");

        Assert.That(help.Output, Does.Contain("0 when a primary serves").And.Contains("5 when none does"));
    }

    private static JsonElement[] Replicas(JsonElement group) => [.. group.GetProperty("replicas").EnumerateArray()];

    private Task<CommandResult> StatusAsync(CancellationToken cancellation, params string[] options) =>
        Group.PxAsync("", cancellation, ["status", "--dir", Group.Directory, .. options]);

    private async Task KillAsync(string[] names, CancellationToken cancellation)
    {
        foreach (PxReplica replica in await Group.ReplicasAsync(cancellation))
        {
            if (names.Contains(replica.Name, StringComparer.Ordinal))
                replica.Kill();
        }
    }

    /// <summary>Asks until the exit code and the group are as wanted.</summary>
    private async Task<JsonElement> GroupAsync(string what, int code, Func<JsonElement, bool> isWanted, CancellationToken cancellation)
    {
        JsonElement group = default;
        await Eventually.HoldsAsync(
            what,
            async () =>
            {
                CommandResult result = await StatusAsync(cancellation, "--json");
                group = result.Json().GetProperty("groups")[0];
                return result.Code == code && isWanted(group) ? null : $"{result.Code}: {result.Output}{result.Error}";
            },
            cancellation);
        return group;
    }
}
