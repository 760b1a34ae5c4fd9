using System.Text;
using System.Text.Json;
using NUnit.Framework;
using PaxosShard.Benchmarks.Peers.Clients;
using PaxosShard.Benchmarks.Peers.Floor;
using PaxosShard.Benchmarks.Peers.Runs;
using PaxosShard.Benchmarks.Peers.Servers;
using PaxosShard.Benchmarks.Peers.Sockets;

namespace PaxosShard.Tests.Unit.Benchmarks;

/// <summary>The clients of the floor and of the peers whose protocols are bytes: ZooKeeper and etcd.</summary>
[TestFixture]
internal sealed class BinaryProtocolTests
{
    private const string Settings = "000000040000000000";
    private static readonly string _nodeHex = Convert.ToHexString("/bench/"u8) + Said.FirstKey.Hex;

    [Test]
    public void The_floor_is_asked_by_numbers()
    {
        FloorProtocol protocol = new(Said.Value);

        Assert.That(Said.Hex(output => protocol.WriteRequest(output, slot: 258)), Is.EqualTo("03000000" + "02010000" + "616263"));
        Assert.That(Said.ReadInPieces(protocol, Convert.FromHexString("0201000000000000")), Is.EqualTo(new[] { new Reply(258, true), new Reply(0, true) }));
    }

    [Test]
    public void Frames_of_the_floor_are_found_when_they_are_whole()
    {
        byte[] request = Convert.FromHexString("03000000020100006162630F");
        byte[] batch = Convert.FromHexString("0E0000000700000000000000FFEE0F");

        Assert.That(FloorFrames.FindRequest(request.AsSpan(0, 10), out int _), Is.Zero);
        Assert.That((FloorFrames.FindRequest(request, out int number), number), Is.EqualTo((11, 258)));
        Assert.That(FloorFrames.FindBatch(batch.AsSpan(0, 13), out long _), Is.Zero);
        Assert.That((FloorFrames.FindBatch(batch, out long last), last), Is.EqualTo((14, 7L)));
    }

    [TestCase(5, 3, 4, 4)]
    [TestCase(0, 9, 8, 8)]
    [TestCase(7, 7, 0, 7)]
    [TestCase(6, 0, 0, 0)]
    public void The_floor_answers_what_is_on_two_of_three_disks(long own, long first, long second, long expected) => Assert.That(FloorPrimary.Quorum(own, first, second), Is.EqualTo(expected));

    [Test]
    public void A_session_of_zookeeper_begins_with_its_greeting()
    {
        ZooKeeperProtocol protocol = new(Operation.Write, Said.Value, new KeySequence(0));

        Assert.That(Said.Hex(protocol.WriteGreeting), Is.EqualTo("0000002C" + "00000000" + "0000000000000000" + "00007530" + "0000000000000000" + "00000010" + new string('0', 32)));
        Assert.That(protocol.ReadGreeting(Convert.FromHexString("0000000201"), new SendBuffer(), out int _), Is.False);
        Assert.That(protocol.ReadGreeting(Convert.FromHexString("000000020102"), new SendBuffer(), out int taken), Is.True);
        Assert.That(taken, Is.EqualTo(6));
    }

    [Test]
    public void ZooKeeper_is_asked_to_set_by_rising_numbers()
    {
        ZooKeeperProtocol protocol = new(Operation.Write, Said.Value, new KeySequence(0));
        ZooKeeperProtocol second = new(Operation.Read, Said.Value, new KeySequence(0));

        string first = Said.Hex(output => protocol.WriteRequest(output, slot: 9));

        Assert.That(first, Is.EqualTo("0000002E" + "00000001" + "00000005" + "00000017" + _nodeHex + "00000003" + "616263" + "FFFFFFFF"));
        Assert.That(Said.Hex(output => protocol.WriteRequest(output, slot: 9))[8..16], Is.EqualTo("00000002"));
        Assert.That(Said.Hex(output => second.WriteRequest(output, slot: 9)), Is.EqualTo("00000024" + "00000001" + "00000004" + "00000017" + _nodeHex + "00"));
    }

    [Test]
    public void ZooKeeper_is_asked_to_make_nodes()
    {
        ZooKeeperProtocol protocol = new(Operation.Write, Said.Value, new KeySequence(0));
        const string AccessList = "00000001" + "0000001F" + "00000005" + "776F726C64" + "00000006" + "616E796F6E65";

        Assert.That(
            Said.Hex(output => protocol.WriteCreate(output, slot: 0, key: null)),
            Is.EqualTo("00000038" + "00000001" + "00000001" + "00000006" + Convert.ToHexString("/bench"u8) + "00000003" + "616263" + AccessList + "00000000"));
        Assert.That(Said.Hex(output => protocol.WriteCreate(output, slot: 0, key: 7)), Does.Contain(Convert.ToHexString("/bench/key-000000000007"u8)));
    }

    [Test]
    public void ZooKeeper_answers_in_order_however_the_answers_are_cut()
    {
        ZooKeeperProtocol protocol = new(Operation.Write, Said.Value, new KeySequence(0));
        Said.Hex(output =>
        {
            protocol.WriteRequest(output, slot: 5);
            protocol.WriteRequest(output, slot: 2);
        });
        const string AboutTheSession = "00000010" + "FFFFFFFE" + "0000000000000003" + "00000000";
        const string Done = "00000012" + "00000001" + "0000000000000004" + "00000000" + "ABCD";
        const string Refused = "00000010" + "00000002" + "0000000000000005" + "FFFFFF9B";

        Assert.That(Said.ReadInPieces(protocol, Convert.FromHexString(AboutTheSession + Done + Refused)), Is.EqualTo(new[] { new Reply(5, true), new Reply(2, false) }));
    }

    [Test]
    public void ZooKeeper_gets_a_sign_of_life_that_is_no_request()
    {
        ZooKeeperProtocol protocol = new(Operation.Write, Said.Value, new KeySequence(0));

        Assert.That(Said.Hex(protocol.WriteSignOfLife), Is.EqualTo("00000008" + "FFFFFFFE" + "0000000B"));
    }

    [TestCase("Zookeeper version: 3.8.0\nLatency min/avg/max: 0/0.0/0\nMode: leader\nNode count: 5\n", "leader")]
    [TestCase("This ZooKeeper instance is not currently serving requests\n", "")]
    public void The_mode_of_a_server_is_found(string answer, string mode) => Assert.That(ZooKeeperPeer.ModeIn(answer), Is.EqualTo(mode));

    [Test]
    public void A_connection_to_etcd_begins_with_preface_settings_and_window()
    {
        EtcdProtocol protocol = NewEtcd(Operation.Write);

        Assert.That(
            Said.Hex(protocol.WriteGreeting),
            Is.EqualTo(Convert.ToHexString("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8) + "000006040000000000" + "000440000000" + "000004080000000000" + "3FFF0001"));
        Assert.That(protocol.ReadGreeting(Convert.FromHexString(Settings[..10]), new SendBuffer(), out int _), Is.False);
        Assert.That(protocol.ReadGreeting(Convert.FromHexString(Settings), new SendBuffer(), out int taken), Is.True);
        Assert.That(taken, Is.Zero, "it is read with what follows");
    }

    [Test]
    public void A_put_of_etcd_has_its_headers_in_full_once()
    {
        EtcdProtocol protocol = NewEtcd(Operation.Write);
        string headers = "8386" + "44" + Text("/etcdserverpb.KV/Put") + "41" + Text("127.0.0.1:99") + "5F" + Text("application/grpc") + "40" + Text("te") + Text("trailers");
        string message = "0A10" + Said.FirstKey.Hex + "1203" + "616263";

        Assert.That(
            Said.Hex(output => protocol.WriteRequest(output, slot: 0)),
            Is.EqualTo($"{headers.Length / 2:X6}" + "010400000001" + headers + "00001C" + "000100000001" + "0000000017" + message));
        Assert.That(Said.Hex(output => protocol.WriteRequest(output, slot: 0)), Does.StartWith("000006" + "010400000003" + "8386C1C0BFBE" + "00001C" + "000100000003"));
    }

    [Test]
    public void A_range_of_etcd_asks_for_the_key_alone()
    {
        string request = Said.Hex(output => NewEtcd(Operation.Read).WriteRequest(output, slot: 0));

        Assert.That(request, Does.EndWith("000017" + "000100000001" + "0000000012" + "0A10" + Said.FirstKey.Hex).And.Contain(Text("/etcdserverpb.KV/Range")));
    }

    [Test]
    public void A_call_of_etcd_is_acknowledged_by_its_message_however_it_is_cut()
    {
        EtcdProtocol protocol = NewEtcd(Operation.Write);
        Said.Hex(output =>
        {
            for (int slot = 0; slot < 3; slot++)
                protocol.WriteRequest(output, slot);
        });
        const string Headers = "000001" + "010400000003" + "88";
        const string Message = "000007" + "000000000003" + "00000000020A00";
        const string Trailers = "000001" + "010500000003" + "88";
        const string OnlyTrailers = "000001" + "010500000001" + "88";
        const string Reset = "000004" + "030000000005" + "00000007";

        List<Reply> replies = Said.ReadInPieces(protocol, Convert.FromHexString(Settings + Headers + Message + OnlyTrailers + Trailers + Reset));

        Assert.That(replies, Is.EqualTo(new[] { new Reply(0, false), new Reply(1, true), new Reply(2, false) }));
    }

    [Test]
    public void Settings_and_pings_of_etcd_are_answered_and_its_farewell_is_an_error()
    {
        const string Ping = "000008" + "060000000000" + "0102030405060708";

        Assert.That(Said.Read(NewEtcd(Operation.Write), Convert.FromHexString(Settings + Ping)).Answer, Is.EqualTo("000000040100000000" + "000008" + "060100000000" + "0102030405060708"));
        Assert.That(Said.Read(NewEtcd(Operation.Write), Convert.FromHexString("000000040100000000")).Answer, Is.Empty);
        Assert.That(
            () => Said.Read(NewEtcd(Operation.Write), Convert.FromHexString("00000C" + "070000000000" + "0000000000000000" + Convert.ToHexString("calm"u8))),
            Throws.TypeOf<ServerException>().With.Message.Contains("calm"));
    }

    [Test]
    public void What_does_not_fit_into_the_window_of_etcd_waits_for_it()
    {
        EtcdProtocol protocol = new(Operation.Write, new byte[40_000], new KeySequence(0), "127.0.0.1:99");
        Said.Hex(output => protocol.WriteRequest(output, slot: 0));

        Assert.That(Said.Hex(output => protocol.WriteRequest(output, slot: 1)), Is.Empty);
        Assert.That(Said.Read(protocol, Convert.FromHexString("000004" + "080000000000" + "00009C40")).Answer, Does.StartWith("000006" + "010400000003"));
    }

    [TestCase("""{"header":{"member_id":"5"},"leader":"5"}""", true)]
    [TestCase("""{"header":{"member_id":"5"},"leader":"6"}""", false)]
    [TestCase("""{"header":{"member_id":"5"}}""", null)]
    [TestCase("""{"header":{"member_id":"5"},"leader":"0"}""", null)]
    [TestCase("""{"error":"etcdserver: no leader"}""", null)]
    public void A_member_of_etcd_says_whether_it_leads(string status, bool? expected)
    {
        using JsonDocument document = JsonDocument.Parse(status);

        Assert.That(EtcdPeer.Leads(document.RootElement), Is.EqualTo(expected));
    }

    private static EtcdProtocol NewEtcd(Operation operation) => new(operation, Said.Value, new KeySequence(0), "127.0.0.1:99");

    private static string Text(string text) => $"{text.Length:X2}{Convert.ToHexString(Encoding.ASCII.GetBytes(text))}";
}
