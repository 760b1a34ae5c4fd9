using System.Text;
using NUnit.Framework;
using PaxosShard.Benchmarks.Peers.Clients;
using PaxosShard.Benchmarks.Peers.Runs;
using PaxosShard.Benchmarks.Peers.Sockets;

namespace PaxosShard.Tests.Unit.Benchmarks;

/// <summary>The clients of the peers whose protocols are text: Redis and NATS.</summary>
[TestFixture]
internal sealed class TextProtocolTests
{
    [Test]
    public void Redis_is_asked_to_set()
    {
        RedisProtocol protocol = new(Operation.Write, Said.Value, new KeySequence(0));

        Assert.That(Said.Text(output => protocol.WriteRequest(output, slot: 4)), Is.EqualTo($"*3\r\n$3\r\nSET\r\n$16\r\n{Said.FirstKey.Text}\r\n$3\r\nabc\r\n"));
        Assert.That(Said.Read(protocol, "+OK\r\n"u8).Replies, Is.EqualTo(new[] { new Reply(4, true) }));
    }

    [Test]
    public void Redis_is_asked_to_get()
    {
        RedisProtocol protocol = new(Operation.Read, Said.Value, new KeySequence(0));

        Assert.That(Said.Text(output => protocol.WriteRequest(output, slot: 0)), Is.EqualTo($"*2\r\n$3\r\nGET\r\n$16\r\n{Said.FirstKey.Text}\r\n"));
    }

    [Test]
    public void Redis_answers_in_order_however_the_answers_are_cut()
    {
        RedisProtocol protocol = new(Operation.Read, Said.Value, new KeySequence(0));
        Said.Text(output =>
        {
            foreach (int slot in (int[])[3, 1, 2, 0])
                protocol.WriteRequest(output, slot);
        });

        List<Reply> replies = Said.ReadInPieces(protocol, "$3\r\na\r\n\r\n$-1\r\n$0\r\n\r\n-ERR no\r\n"u8);

        Assert.That(replies, Is.EqualTo(new[] { new Reply(3, true), new Reply(1, false), new Reply(2, true), new Reply(0, false) }));
    }

    [Test]
    public void Nats_is_greeted_when_it_has_introduced_itself()
    {
        NatsProtocol protocol = new(connection: 2, Said.Value);
        SendBuffer output = new();

        Assert.That(protocol.ReadGreeting("INFO {\"server"u8, output, out int taken), Is.False);
        Assert.That((taken, output.IsEmpty), Is.EqualTo((0, true)));
        Assert.That(protocol.ReadGreeting("INFO {}\r\n"u8, output, out taken), Is.False);
        Assert.That(taken, Is.EqualTo(9));
        Assert.That(Encoding.ASCII.GetString(output.Waiting), Does.StartWith("CONNECT {").And.EndsWith("}\r\nSUB acknowledged.2.* 1\r\nPING\r\n"));
        Assert.That(protocol.ReadGreeting("PONG\r\n"u8, output, out taken), Is.True);
        Assert.That(taken, Is.EqualTo(6));
    }

    [Test]
    public void A_message_of_nats_names_where_it_is_acknowledged()
    {
        NatsProtocol protocol = new(connection: 2, Said.Value);

        Assert.That(Said.Text(output => protocol.WriteRequest(output, slot: 11)), Is.EqualTo("PUB bench.2 acknowledged.2.11 3\r\nabc\r\n"));
    }

    [Test]
    public void Acknowledgements_of_nats_name_their_slot_however_they_are_cut()
    {
        const string Acknowledged = """{"stream":"bench","seq":7}""";
        const string Refused = """{"error":{"code":503},"stream":"bench","seq":0}""";
        NatsProtocol protocol = new(connection: 2, Said.Value);

        List<Reply> replies = Said.ReadInPieces(
            protocol, Encoding.ASCII.GetBytes($"MSG acknowledged.2.11 1 {Acknowledged.Length}\r\n{Acknowledged}\r\nPING\r\nMSG acknowledged.2.3 1 {Refused.Length}\r\n{Refused}\r\nHMSG acknowledged.2.0 1 4 4\r\n\r\n\r\n\r\n"));

        Assert.That(replies, Is.EqualTo(new[] { new Reply(11, true), new Reply(3, false), new Reply(0, false) }));
        Assert.That(Said.Read(protocol, "PING\r\n"u8).Answer, Is.EqualTo(Convert.ToHexString("PONG\r\n"u8)));
    }

    [Test]
    public void An_error_of_nats_ends_the_measurement() =>
        Assert.That(() => Said.Read(new NatsProtocol(0, Said.Value), "-ERR 'Stale Connection'\r\n"u8), Throws.TypeOf<ServerException>().With.Message.Contains("Stale"));

    [TestCase("""{"type":"io.nats.jetstream.api.v1.stream_create_response","config":{},"cluster":{"name":"bench","leader":"nats3"}}""", "nats3")]
    [TestCase("""{"error":{"code":503,"description":"JetStream system temporarily unavailable"}}""", null)]
    [TestCase("""{"config":{},"cluster":{"name":"bench"}}""", null)]
    public void The_leader_of_a_stream_is_named_when_it_is_made(string answer, string? leader) => Assert.That(NatsStream.LeaderIn(answer), Is.EqualTo(leader));
}
