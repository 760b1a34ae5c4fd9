using System.Globalization;
using System.Net;
using System.Net.Sockets;
using NUnit.Framework;
using PaxosShard.Tests.EndToEnd.Harness;

namespace PaxosShard.Tests.EndToEnd.CommandLine;

/// <summary><c>px up</c> starts what is down of a group, says what runs, and returns when the group commits.</summary>
[TestFixture]
public sealed class UpTests() : SharedGroup(replicas: 3)
{
    private IReadOnlyList<PxReplica> _first = [];

    protected override async Task PrepareAsync(CancellationToken cancellation)
    {
        _first = await Group.ReplicasAsync(cancellation);
    }

    [Test]
    [CancelAfter(90_000)]
    public async Task The_processes_are_printed_and_the_group_commits(CancellationToken cancellation)
    {
        CommandResult sent = await Group.SendAsync("lobby", "at once\n", cancellation);

        Assert.That(sent.Code, Is.EqualTo(ExitCodes.Ok), sent.Error);
        string[][] rows = [.. Group.Started!.OutputLines.Skip(1).Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))];
        Assert.That(rows.Select(row => $"{row[0]} {row[1]} {row[2]}"), Is.EqualTo(_first.Select(replica => $"{replica.Name} {replica.ProcessId} {replica.Address}")));
        Assert.That(Group.Started.Error, Does.Contain("the group commits"));
    }

    [Test]
    public void The_ports_it_chooses_are_not_those_of_outgoing_connections()
    {
        string[] range = File.ReadAllText("/proc/sys/net/ipv4/ip_local_port_range").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);

        IEnumerable<int> ports = _first.Select(replica => IPEndPoint.Parse(replica.Address).Port);

        Assert.That(ports, Is.All.LessThan(int.Parse(range[0], CultureInfo.InvariantCulture)).Or.All.GreaterThan(int.Parse(range[1], CultureInfo.InvariantCulture)));
    }

    [Test]
    [CancelAfter(90_000)]
    public async Task A_second_up_starts_nothing(CancellationToken cancellation)
    {
        (await Group.UpAsync(cancellation)).Succeeded();
        IReadOnlyList<int> before = ProcessTable.With(Group.Directory);

        IReadOnlyList<PxReplica> printed = PxReplica.ReadAll(await Group.UpAsync(cancellation, "--replicas", "3", "--json"));

        Assert.That(ProcessTable.With(Group.Directory), Is.EqualTo(before));
        Assert.That(printed.Select(replica => replica.ProcessId!.Value), Is.EquivalentTo(before));
    }

    [Test]
    [CancelAfter(180_000)]
    public async Task Just_the_replica_that_was_killed_is_started_again(CancellationToken cancellation)
    {
        IReadOnlyList<PxReplica> before = await RunningAsync(cancellation);
        before[1].Kill();

        IReadOnlyList<PxReplica> after = PxReplica.ReadAll(await Group.UpAsync(cancellation, "--json"));

        Assert.That(after[1].ProcessId, Is.Not.Null.And.Not.EqualTo(before[1].ProcessId));
        Assert.That(after[1], Is.EqualTo(before[1] with { ProcessId = after[1].ProcessId, Role = after[1].Role }), "its name, address and data stay");
        Assert.That(new[] { after[0].ProcessId, after[2].ProcessId }, Is.EqualTo(new[] { before[0].ProcessId, before[2].ProcessId }));
        Assert.That(after.Select(replica => ProcessTable.IsAlive(replica.ProcessId!.Value)), Is.All.True);
    }

    [Test]
    [CancelAfter(90_000)]
    public async Task Another_number_of_replicas_than_the_group_has_is_rejected(CancellationToken cancellation)
    {
        IReadOnlyList<PxReplica> before = await RunningAsync(cancellation);

        CommandResult result = await Group.UpAsync(cancellation, "--replicas", "5");

        ErrorAssert.Failed(result, ExitCodes.Rejected, "PX1208", Group.Directory, "has 3 replicas, not 5");
        Assert.That(ProcessTable.With(Group.Directory), Is.EquivalentTo(before.Select(replica => replica.ProcessId!.Value)));
    }

    [Test]
    [CancelAfter(90_000)]
    public async Task What_no_group_can_be_is_rejected_and_leaves_no_directory(CancellationToken cancellation)
    {
        using TestFolder folder = new();
        string directory = folder.File("group");

        ErrorAssert.Failed(await UpAsync(directory, cancellation, "--replicas", "4"), ExitCodes.Usage, "PX1200", "1, 3, 5 or 7 replicas, not 4");
        ErrorAssert.Failed(await UpAsync(directory, cancellation, "--base-port", "70000"), ExitCodes.Usage, "PX1200", "--base-port");
        ErrorAssert.Failed(await UpAsync("", cancellation), ExitCodes.Usage, "PX1200", "--dir");

        Assert.That(Directory.Exists(directory), Is.False);
    }

    [Test]
    [CancelAfter(90_000)]
    public async Task A_file_in_the_place_of_the_directory_is_not_taken_for_another_px(CancellationToken cancellation)
    {
        using TestFolder folder = new();
        string file = folder.File("notes");
        await File.WriteAllTextAsync(file, "mine", cancellation);

        ErrorAssert.Failed(await UpAsync(file, cancellation), ExitCodes.Internal, "PX1219", file);
    }

    [Test]
    [CancelAfter(180_000)]
    public async Task A_base_port_is_that_of_the_first_replica_and_the_others_follow(CancellationToken cancellation)
    {
        int port = FreePorts.Next(3);
        await using PxGroup group = await PxGroup.StartAsync(3, cancellation, "--base-port", $"{port}");

        IReadOnlyList<PxReplica> replicas = await group.ReplicasAsync(cancellation);
        CommandResult other = await group.UpAsync(cancellation, "--base-port", $"{port + 1}");

        Assert.That(replicas.Select(replica => replica.Address), Is.EqualTo(Enumerable.Range(port, 3).Select(one => $"{group.Host}:{one}")));
        ErrorAssert.Failed(other, ExitCodes.Rejected, "PX1208", $"{group.Host}:{port}");
    }

    [Test]
    [CancelAfter(60_000)]
    public async Task Only_an_address_of_this_machine_is_one_to_listen_at(CancellationToken cancellation)
    {
        await using PxGroup group = new();
        Dictionary<string, string?> environment = new(group.Environment, StringComparer.Ordinal) { ["PX_LOOPBACK"] = "10.0.0.1" };

        CommandResult result = await Command.RunAsync(Programs.Px, ["up", "--dir", group.Directory], input: null, environment, cancellation);

        ErrorAssert.Failed(result, ExitCodes.Usage, "PX1200", "PX_LOOPBACK", "'10.0.0.1'");
        Assert.That(Directory.Exists(group.Directory), Is.False);
    }

    [Test]
    [CancelAfter(180_000)]
    public async Task A_port_that_is_taken_is_named_with_its_owner_and_up_works_once_it_is_free(CancellationToken cancellation)
    {
        int port = FreePorts.Next(1);
        await using PxGroup group = new();
        string[] options = ["--replicas", "1", "--base-port", $"{port}"];
        using (TcpListener taken = new(IPAddress.Parse(group.Host), port))
        {
            taken.Start();

            ErrorAssert.Failed(await group.UpAsync(cancellation, options), ExitCodes.NotApplied, "PX1210", "PX1101", $"{port}", $"process {Environment.ProcessId}");
        }

        CommandResult again = await group.UpAsync(cancellation, options);
        Assert.That(again.Code, Is.EqualTo(ExitCodes.Ok), again.Error);
    }

    [Test]
    [CancelAfter(90_000)]
    public async Task Where_nothing_can_be_remembered_for_the_next_command_it_is_said_and_the_group_runs(CancellationToken cancellation)
    {
        using TestFolder folder = new();
        string file = folder.File("no directory");
        await File.WriteAllTextAsync(file, "", cancellation);
        Dictionary<string, string?> environment = new(StringComparer.Ordinal) { ["XDG_CONFIG_HOME"] = file };

        CommandResult result = await Command.RunAsync(Programs.Px, ["up", "--dir", Group.Directory], input: null, environment, cancellation);

        Assert.That(result.Code, Is.EqualTo(ExitCodes.Ok), result.Error);
        Assert.That(result.Error, Does.Contain(file).And.Contains("--dir"));
    }

    private Task<CommandResult> UpAsync(string directory, CancellationToken cancellation, params string[] options) =>
        Group.PxAsync("", cancellation, ["up", "--dir", directory, .. options]);

    /// <summary>The replicas, all of which run: another test may have killed one.</summary>
    private async Task<IReadOnlyList<PxReplica>> RunningAsync(CancellationToken cancellation) =>
        PxReplica.ReadAll(await Group.UpAsync(cancellation, "--json"));
}
