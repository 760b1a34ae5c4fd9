using System.Net;
using System.Net.Sockets;
using System.Text;
using NUnit.Framework;
using PaxosShard.Tests.EndToEnd.Harness;

namespace PaxosShard.Tests.EndToEnd.Mistakes;

/// <summary>What cannot be sent is answered with two lines and an exit code that scripts can rely on.</summary>
[TestFixture]
public sealed class SendMistakesTests() : SharedGroup(replicas: 1)
{
    private const int Usage = 2;
    private const int Rejected = 4;
    private const int NotApplied = 5;
    private const int OutcomeUnknown = 6;

    [Test]
    [CancelAfter(90_000)]
    public async Task A_message_that_is_too_long_is_rejected(CancellationToken cancellation)
    {
        CommandResult result = await Group.SendAsync("lobby", "short\n" + new string('x', (64 * 1024) + 1) + "\nbehind\n", cancellation);

        ErrorAssert.Failed(result, Rejected, "PX12", "line 2", "65536");
    }

    [Test]
    [CancelAfter(90_000)]
    public async Task A_room_without_a_name_is_rejected(CancellationToken cancellation)
    {
        CommandResult result = await Group.SendAsync("", "hello\n", cancellation);

        ErrorAssert.Failed(result, Usage, "PX1200", "room name is empty");
    }

    [Test]
    [CancelAfter(90_000)]
    public async Task Input_that_is_not_utf8_is_rejected(CancellationToken cancellation)
    {
        CommandResult result = await Command.RunAsync(
            Programs.Px, ["send", "lobby", "--dir", Group.Directory], new byte[] { (byte)'a', 0xc3, 0x28, (byte)'\n' }, Group.Environment, cancellation);

        ErrorAssert.Failed(result, Rejected, "PX1207", "UTF-8", "line 1");
    }

    [Test]
    [CancelAfter(90_000)]
    public async Task An_unknown_flag_is_answered_with_the_nearest_one(CancellationToken cancellation)
    {
        CommandResult result = await Group.SendAsync("lobby", "hello\n", cancellation, "--numbrs");

        ErrorAssert.Failed(result, Usage, "PX1200", "--numbrs", "--numbers");
    }

    [Test]
    [CancelAfter(90_000)]
    public async Task An_unknown_verb_is_answered_with_the_nearest_one(CancellationToken cancellation)
    {
        CommandResult result = await Group.PxAsync("", cancellation, "statsu");

        ErrorAssert.Failed(result, Usage, "PX1200", "statsu", "status");
    }

    [Test]
    [CancelAfter(90_000)]
    public async Task An_address_where_nobody_listens_is_named(CancellationToken cancellation)
    {
        // Bound and not listening: nobody else gets the port meanwhile.
        using Socket silent = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        silent.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        string address = silent.LocalEndPoint!.ToString()!;

        CommandResult result = await Group.PxAsync("hello\n", cancellation, "send", "lobby", "--endpoints", address, "--timeout", "1s");

        ErrorAssert.Failed(result, NotApplied, "PX1202", address, "nothing listens there");
    }

    [Test]
    [CancelAfter(90_000)]
    public async Task A_server_of_another_kind_is_told_from_a_replica(CancellationToken cancellation)
    {
        using TcpListener server = new(IPAddress.Loopback, 0);
        server.Start();
        using CancellationTokenSource end = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        Task serving = AnswerAsHttpAsync(server, end.Token);
        string address = server.LocalEndpoint.ToString()!;

        CommandResult result = await Group.PxAsync("hello\n", cancellation, "send", "lobby", "--endpoints", address, "--timeout", "5s");

        ErrorAssert.Failed(result, NotApplied, "PX1202", address, "HTTP");
        await end.CancelAsync();
        await serving.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    [Test]
    [CancelAfter(180_000)]
    public async Task Without_a_quorum_the_outcome_is_told_and_whom_it_could_not_reach(CancellationToken cancellation)
    {
        await using PxGroup group = await PxGroup.StartAsync(3, cancellation);
        PxReplica[] dead = [.. (await group.ReplicasAsync(cancellation)).Take(2)];
        foreach (PxReplica replica in dead)
            replica.Kill();

        CommandResult result = await group.SendAsync("lobby", "unheard\n", cancellation, "--timeout", "2s");

        ErrorAssert.Failed(result, result.Code == OutcomeUnknown ? OutcomeUnknown : NotApplied, "PX120", [.. dead.Select(replica => replica.Address)]);
        (await group.UpAsync(cancellation)).Succeeded();
        CommandResult again = await group.SendAsync("lobby", "heard\n", cancellation, "--numbers");
        Assert.That(again.Code, Is.Zero, again.Error);
    }

    private static async Task AnswerAsHttpAsync(TcpListener server, CancellationToken end)
    {
        while (true)
        {
            using TcpClient caller = await server.AcceptTcpClientAsync(end);
            await caller.GetStream().WriteAsync(Encoding.ASCII.GetBytes("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n"), end);
        }
    }
}
