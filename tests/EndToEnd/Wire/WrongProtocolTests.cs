using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using NUnit.Framework;
using PaxosShard.Tests.EndToEnd.Harness;
using PaxosShard.Wire.Frames;
using PaxosShard.Wire.Identifiers;

namespace PaxosShard.Tests.EndToEnd.Wire;

/// <summary>Strangers come to the port of a replica and speak something else, or nothing that can be read.</summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
public sealed class WrongProtocolTests
{
    private const long MostMemory = 512L * 1024 * 1024;

    private static readonly byte[] TlsHello = [0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x00, 0x01, 0xfc, 0x03, 0x03, .. new byte[32]];

    private static IEnumerable<TestCaseData> Strangers()
    {
        yield return new TestCaseData("HTTP", Encoding.ASCII.GetBytes("GET / HTTP/1.1\r\nHost: chat\r\n\r\n")).SetArgDisplayNames("HTTP");
        yield return new TestCaseData("TLS", TlsHello).SetArgDisplayNames("TLS");
        yield return new TestCaseData("RESP", Encoding.ASCII.GetBytes("*1\r\n$4\r\nPING\r\n")).SetArgDisplayNames("RESP");
        yield return new TestCaseData("IRC", Encoding.ASCII.GetBytes("NICK ann\r\nUSER ann 0 * :Ann\r\n")).SetArgDisplayNames("IRC");
        yield return new TestCaseData("4294967295", new byte[] { 0xff, 0xff, 0xff, 0xff, (byte)'W', 0, 0, 0, 0, 0, 0, 0 }).SetArgDisplayNames("4 GB");
    }

    [TestCaseSource(nameof(Strangers))]
    [CancelAfter(180_000)]
    public async Task A_stranger_gets_one_line_in_the_log_and_a_closed_connection(string named, byte[] bytes, CancellationToken cancellation)
    {
        await using TestGroup group = await TestGroup.StartAsync(1, cancellation);

        string port = await TalkToTheEndAsync(group.Members[0], bytes, cancellation);

        string[] lines = await LinesAboutAsync(group.Replicas[0], port, cancellation);
        Assert.That(lines, Has.Length.EqualTo(1));
        Assert.That(lines[0], Does.Contain(named).And.Contain("PX1001"));
    }

    [Test]
    [CancelAfter(240_000)]
    public async Task Noise_idle_and_half_open_connections_leave_the_others_unaffected_and_memory_bounded(CancellationToken cancellation)
    {
        await using TestGroup group = await TestGroup.StartAsync(3, cancellation, TestGroupOptions.Patient);
        ReplicaProcess primary = await group.PrimaryAsync(cancellation);
        View view = (await primary.StatusAsync(cancellation))!.View;
        await using Load load = await Load.StartAsync(group, 2, cancellation);
        List<Socket> idle = [];
        try
        {
            for (int count = 0; count < 100; count++)
            {
                idle.Add(await ConnectAsync(primary.Address, cancellation));
                if (count % 2 == 0)
                    await idle[^1].SendAsync(FrameWriter.Encode(RawClient.Greeting, GroupId.None).AsMemory(0, 20), cancellation);
            }

            for (int count = 0; count < 50; count++)
                await TalkToTheEndAsync(primary.Address, [0xff, .. RandomNumberGenerator.GetBytes(5000)], cancellation);
            await load.GoesOnAsync(1000, cancellation);
            await load.StopAsync();

            Assert.That(primary.Process.WorkingSet, Is.LessThan(MostMemory));
            Assert.That((await primary.StatusAsync(cancellation))!.View, Is.EqualTo(view), "no client message starts a view change");
        }
        finally
        {
            idle.ForEach(socket => socket.Dispose());
        }

        LogAudit.Check(await group.StopAndExportAsync(cancellation), load.Writers);
        Assert.That(load.Sent, Has.All.Property(nameof(SentMessage.Fate)).EqualTo(MessageFate.Committed));
    }

    private static async Task<Socket> ConnectAsync(string address, CancellationToken cancellation)
    {
        Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPEndPoint.Parse(address), cancellation);
        return socket;
    }

    /// <summary>Says something, waits until the other side closes, and tells the own port, by which the log knows the connection.</summary>
    private static async Task<string> TalkToTheEndAsync(string address, byte[] bytes, CancellationToken cancellation)
    {
        using Socket socket = await ConnectAsync(address, cancellation);
        string port = $":{((IPEndPoint)socket.LocalEndPoint!).Port}";
        try
        {
            await socket.SendAsync(bytes, cancellation);
            byte[] answer = new byte[4096];
            while (await socket.ReceiveAsync(answer, cancellation) > 0)
            {
                // A refusal may come first.
            }
        }
        catch (SocketException)
        {
            // A reset is an end too.
        }

        return port;
    }

    private static async Task<string[]> LinesAboutAsync(ReplicaProcess replica, string port, CancellationToken cancellation)
    {
        string[] lines = [];
        await Eventually.HoldsAsync(
            $"the log names {port}",
            () =>
            {
                lines = [.. replica.Log.Split('\n').Where(line => line.Contains(port, StringComparison.Ordinal))];
                return lines.Length > 0 ? null : replica.Log;
            },
            cancellation);
        return lines;
    }
}
