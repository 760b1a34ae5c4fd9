using System.Net;
using System.Net.Sockets;
using NUnit.Framework;
using PaxosShard.Client;
using PaxosShard.Tests.EndToEnd.Harness;

namespace PaxosShard.Tests.EndToEnd.Mistakes;

/// <summary>A replica is started wrongly: it says so in two lines, changes nothing and never votes.</summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
public sealed class ReplicaStartMistakesTests
{
    private const int Usage = 2;
    private const int Rejected = 4;
    private const int Unavailable = 5;

    [Test]
    [CancelAfter(90_000)]
    public async Task A_port_in_use_is_named_with_the_process_that_has_it(CancellationToken cancellation)
    {
        using TestFolder folder = new();
        using Socket listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        string address = listener.LocalEndPoint!.ToString()!;

        CommandResult result = await RunAsync(folder.File("data"), address, cancellation, "--create");

        ErrorAssert.Failed(result, Unavailable, "PX1101", address, $"{Environment.ProcessId}");
        Assert.That(Directory.Exists(folder.File("data")), Is.False, "nothing was made");
    }

    /// <summary>A killed process has its port while the system takes back its memory: its first thread is gone, and another one is not yet.</summary>
    [Test]
    [CancelAfter(90_000)]
    public async Task A_port_of_a_process_that_is_ending_is_waited_for(CancellationToken cancellation)
    {
        const string Ending = """
            import ctypes, os, socket, sys, threading
            listener = socket.create_server(("127.0.0.1", 0))
            print(listener.getsockname()[1], flush=True)
            threading.Thread(target=lambda: (sys.stdin.read(), os._exit(0))).start()
            ctypes.CDLL(None).syscall({"x86_64": 60, "aarch64": 93}[os.uname().machine], 0)
            """;
        using TestFolder folder = new();
        await using StartedProcess ending = StartedProcess.Start("/bin/sh", ["-c", "sleep 1 | python3 -c \"$0\"", Ending]);
        await Eventually.HoldsAsync("the port is known", () => ending.Output.Contains('\n', StringComparison.Ordinal) ? null : "not yet", cancellation);
        string address = $"127.0.0.1:{ending.Output.Trim()}";
        string ready = folder.File("ready");

        await using StartedProcess replica = StartedProcess.Start(
            Programs.Replica, ["run", "--data", folder.File("data"), "--self", "0", "--members", address, "--create", "--ready-file", ready]);

        await Eventually.HoldsAsync("it listens there", () => File.Exists(ready) || replica.HasExited ? null : "not yet", cancellation);
        Assert.That(File.Exists(ready), Is.True, replica.Error);
        Assert.That((await File.ReadAllTextAsync(ready, cancellation)).Trim(), Is.EqualTo(address));
    }

    [Test]
    [CancelAfter(90_000)]
    public async Task A_port_that_an_outgoing_connection_has_is_named_with_its_process_and_its_other_end(CancellationToken cancellation)
    {
        using TestFolder folder = new();
        using Socket listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        using Socket connection = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await connection.ConnectAsync(listener.LocalEndPoint!, cancellation);

        CommandResult result = await RunAsync(folder.File("data"), connection.LocalEndPoint!.ToString()!, cancellation, "--create");

        ErrorAssert.Failed(result, Unavailable, "PX1101", "a connection of process", $"{Environment.ProcessId}", $"to {listener.LocalEndPoint}");
        Assert.That(Directory.Exists(folder.File("data")), Is.False, "nothing was made");
    }

    [Test]
    [CancelAfter(90_000)]
    public async Task A_data_directory_in_use_is_left_alone(CancellationToken cancellation)
    {
        await using TestGroup group = await TestGroup.StartAsync(1, cancellation);

        CommandResult result = await RunAsync(group.Replicas[0].DataDirectory, FreeAddress(), cancellation);

        ErrorAssert.Failed(result, Unavailable, "PX1102", group.Replicas[0].DataDirectory);
        await using ChatLogClient client = await group.ConnectAsync(cancellation);
        Assert.That(await client.SendAsync("lobby", "ann", "still here", cancellation), Is.EqualTo(1));
    }

    [Test]
    [CancelAfter(90_000)]
    public async Task A_data_directory_of_another_cluster_is_rejected(CancellationToken cancellation)
    {
        await using TestGroup group = await TestGroup.StartAsync(1, cancellation);
        await group.Replicas[0].StopAsync(cancellation);

        CommandResult result = await RunAsync(
            group.Replicas[0].DataDirectory, group.Members[0], cancellation, "--cluster", "11111111-2222-3333-4444-555555555555");

        ErrorAssert.Failed(result, Rejected, "PX1104", "11111111-2222-3333-4444-555555555555");
    }

    [Test]
    [CancelAfter(90_000)]
    public async Task A_data_directory_of_another_place_in_the_group_is_rejected(CancellationToken cancellation)
    {
        await using TestGroup group = await TestGroup.StartAsync(3, cancellation);
        await group.Replicas[1].StopAsync(cancellation);

        CommandResult result = await Command.ReplicaAsync(
            cancellation, "run", "--data", group.Replicas[1].DataDirectory, "--self", "2", "--members", string.Join(',', group.Members), "--listen", FreeAddress());

        ErrorAssert.Failed(result, Rejected, "PX1104", group.Replicas[1].DataDirectory);
    }

    [Test]
    [CancelAfter(180_000)]
    public async Task An_emptied_data_directory_is_rejected_and_never_votes_as_a_new_one(CancellationToken cancellation)
    {
        await using TestGroup group = await TestGroup.StartAsync(3, cancellation);
        await using ChatLogClient client = await group.ConnectAsync(cancellation, TimeSpan.FromSeconds(2));
        await client.SendAsync("lobby", "ann", "remembered", cancellation);
        await group.SettleAsync(cancellation);
        ReplicaProcess emptied = group.Replicas[2];
        await emptied.StopAsync(cancellation);
        Directory.Delete(emptied.DataDirectory, recursive: true);
        Directory.CreateDirectory(emptied.DataDirectory);

        group.Restart(2);
        ErrorAssert.Failed(await emptied.ExitAsync(cancellation), Rejected, "PX1103", emptied.DataDirectory);

        // Made anew it is another replica: with one of the two others it is no quorum. Who refuses it first, and whether a peer says so
        // (PX1005) or it is told (PX1008) and stops, depends on who calls whom.
        group.Restart(2, create: true);
        await Eventually.HoldsAsync(
            "it is refused",
            () => group.Replicas.Any(static replica => IsRefusal(replica.Log)) ? null : group.Replicas[0].Log,
            cancellation);
        await group.Replicas[1].KillAsync();
        Exception failure = (await Assert.CatchAsync(() => client.SendAsync("lobby", "ann", "unheard", cancellation)))!;
        Assert.That(failure, Is.InstanceOf<NotAppliedException>().Or.InstanceOf<OutcomeUnknownException>());
    }

    [Test]
    [CancelAfter(180_000)]
    public async Task A_directory_that_was_made_with_other_bounds_is_refused_and_opened_with_those_of_before(CancellationToken cancellation)
    {
        await using TestGroup group = await TestGroup.StartAsync(1, cancellation, new TestGroupOptions { Arguments = static _ => ["--snapshot-bytes", "20000"] });
        ReplicaProcess replica = group.Replicas[0];
        await using (ChatLogClient client = await group.ConnectAsync(cancellation))
        {
            while (!File.Exists(Path.Combine(replica.DataDirectory, "snapshot")))
                await client.SendAsync("lobby", "ann", new string('t', 1000), cancellation);
        }

        await replica.StopAsync(cancellation);

        string log = replica.DataDirectory + ".other.log";
        CommandResult fewer = await RunAsync(replica.DataDirectory, group.Members[0], cancellation, "--log", log, "--room-messages", "5");
        CommandResult larger = await RunAsync(replica.DataDirectory, group.Members[0], cancellation, "--log", log, "--state-bytes", "2000000000");
        CommandResult export = await Command.ReplicaAsync(cancellation, "export", "--data", replica.DataDirectory, "--room-age", "1h");

        foreach (CommandResult result in new[] { fewer, larger, export })
            ErrorAssert.Failed(result, Rejected, "PX1118", replica.DataDirectory, "--state-bytes, --room-messages");
        group.Restart(0);
        await using ChatLogClient after = await group.ConnectAsync(cancellation);
        Assert.That((await after.ReadHistoryAsync("lobby", 1, 1, cancellation)).Messages, Has.Count.EqualTo(1));
    }

    [Test]
    [CancelAfter(90_000)]
    public async Task An_unknown_flag_is_answered_with_the_nearest_one(CancellationToken cancellation)
    {
        CommandResult result = await Command.ReplicaAsync(cancellation, "run", "--dta", "x", "--data", "x", "--self", "0");

        ErrorAssert.Failed(result, Usage, "PX1100", "--dta", "--data");
    }

    [Test]
    [CancelAfter(90_000)]
    public async Task An_address_that_others_can_reach_needs_a_word_of_consent(CancellationToken cancellation)
    {
        using TestFolder folder = new();

        CommandResult result = await RunAsync(folder.File("data"), "0.0.0.0:7000", cancellation, "--create");

        ErrorAssert.Failed(result, Usage, "PX1106", "--insecure-network");
    }

    private static Task<CommandResult> RunAsync(string data, string address, CancellationToken cancellation, params string[] more) =>
        Command.ReplicaAsync(cancellation, ["run", "--data", data, "--self", "0", "--members", address, .. more]);

    private static bool IsRefusal(string log) =>
        log.Contains("PX1005", StringComparison.Ordinal) || log.Contains("PX1008", StringComparison.Ordinal);

    private static string FreeAddress()
    {
        using Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return socket.LocalEndPoint!.ToString()!;
    }
}
