using System.Text.Json;
using System.Text.RegularExpressions;
using NUnit.Framework;
using PaxosShard.Tests.EndToEnd.Harness;

namespace PaxosShard.Tests.EndToEnd.CommandLine;

/// <summary><c>px ps</c>: which processes a group has, where they are and what they do.</summary>
[TestFixture]
public sealed class ProcessListTests() : SharedGroup(replicas: 3)
{
    [Test]
    [CancelAfter(90_000)]
    public async Task It_is_an_array_of_name_process_address_data_and_role(CancellationToken cancellation)
    {
        await RolesAreAsync(["follower", "follower", "primary"], cancellation);

        CommandResult result = await PsAsync(cancellation, "--json");

        JsonElement[] replicas = [.. result.Succeeded().Json().EnumerateArray()];
        Assert.That(replicas.Select(replica => replica.Names()), Is.All.EqualTo(new[] { "name", "pid", "address", "dataDir", "role" }));
        Assert.That(replicas.Select(replica => replica.Text("name")), Is.EqualTo(new[] { "r0", "r1", "r2" }));
        Assert.That(replicas.Select(replica => (int)replica.Number("pid")), Is.EquivalentTo(ProcessTable.With(Group.Directory)));
        Assert.That(replicas.Select(replica => replica.Text("address")), Is.Unique.And.All.Matches($"^{Regex.Escape(Group.Host)}:[1-9][0-9]*$"));
        Assert.That(replicas.Select(replica => Directory.Exists(replica.Text("dataDir"))), Is.All.True);
        Assert.That(result.Error, Is.Empty);
    }

    [Test]
    [CancelAfter(90_000)]
    public async Task The_table_says_the_same(CancellationToken cancellation)
    {
        CommandResult result = await PsAsync(cancellation);

        string[][] rows = [.. result.Succeeded().OutputLines.Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))];
        Assert.That(rows[0], Is.EqualTo(new[] { "NAME", "PID", "ADDRESS", "ROLE", "DATA" }));
        IReadOnlyList<PxReplica> replicas = await Group.ReplicasAsync(cancellation);
        Assert.That(
            rows[1..].Select(row => new[] { row[0], row[1], row[2], row[4] }),
            Is.EqualTo(replicas.Select(replica => new[] { replica.Name, $"{replica.ProcessId}", replica.Address, replica.DataDirectory })));
        Assert.That(rows[1..].Select(row => row[3]), Is.All.AnyOf("primary", "follower", "candidate"), "it may change at any time");
    }

    [Test]
    [CancelAfter(180_000)]
    public async Task A_dead_replica_has_no_process_and_is_down(CancellationToken cancellation)
    {
        PxReplica follower = await FollowerAsync(cancellation);
        follower.Kill();
        try
        {
            await RolesAreAsync(["down", "follower", "primary"], cancellation);
            PxReplica dead = (await Group.ReplicasAsync(cancellation)).Single(replica => replica.Role is "down");
            Assert.That(dead, Is.EqualTo(follower with { ProcessId = null, Role = "down" }));
        }
        finally
        {
            (await Group.UpAsync(cancellation)).Succeeded();
        }
    }

    [Test]
    [CancelAfter(180_000)]
    public async Task A_frozen_replica_has_a_process_and_cannot_be_reached(CancellationToken cancellation)
    {
        PxReplica follower = await FollowerAsync(cancellation);
        follower.Pause();
        try
        {
            PxReplica frozen = (await Group.ReplicasAsync(cancellation)).Single(replica => replica.Name.Equals(follower.Name, StringComparison.Ordinal));
            Assert.That(frozen, Is.EqualTo(follower with { Role = "unreachable" }));
        }
        finally
        {
            follower.Continue();
        }
    }

    [Test]
    [CancelAfter(90_000)]
    public async Task Without_a_directory_it_is_the_group_that_was_started_last(CancellationToken cancellation)
    {
        CommandResult result = await Group.PxAsync("", cancellation, "ps", "--json");

        Assert.That(PxReplica.ReadAll(result).Select(replica => replica.DataDirectory), Is.All.StartsWith(Group.Directory));
    }

    [Test]
    [CancelAfter(90_000)]
    public async Task A_directory_without_a_group_is_an_error(CancellationToken cancellation)
    {
        using TestFolder folder = new();

        CommandResult result = await Group.PxAsync("", cancellation, "ps", "--dir", folder.FullPath);

        ErrorAssert.Failed(result, ExitCodes.NotFound, "PX1209", folder.FullPath);
    }

    private Task<CommandResult> PsAsync(CancellationToken cancellation, params string[] options) =>
        Group.PxAsync("", cancellation, ["ps", "--dir", Group.Directory, .. options]);

    private async Task<PxReplica> FollowerAsync(CancellationToken cancellation)
    {
        await RolesAreAsync(["follower", "follower", "primary"], cancellation);
        return (await Group.ReplicasAsync(cancellation)).First(replica => replica.Role is "follower");
    }

    private Task RolesAreAsync(string[] expected, CancellationToken cancellation) => Eventually.HoldsAsync(
        $"the roles are {string.Join(", ", expected)}",
        async () =>
        {
            string?[] roles = [.. (await Group.ReplicasAsync(cancellation)).Select(replica => replica.Role).Order(StringComparer.Ordinal)];
            return roles.SequenceEqual(expected, StringComparer.Ordinal) ? null : string.Join(", ", roles);
        },
        cancellation);
}
