using NUnit.Framework;
using PaxosShard.Hashing;
using PaxosShard.Hashing.Configurations;
using PaxosShard.Wire;
using PaxosShard.Wire.Identifiers;

namespace PaxosShard.Tests.Unit.Hashing;

/// <summary>The bytes of a configuration: golden ones, those that come back, and those that are refused.</summary>
public sealed class ConfigurationEncodingTests
{
    private const string Head = "0000000000000001" + "0000000000000007";
    private const string ShardOne = "0001" + "0080" + "01" + "00000003" + "613a31";
    private const string ShardTwo = "0002" + "0080" + "01" + "00000003" + "613a32";
    private const string Shards = "00000002" + ShardOne + ShardTwo;
    private const string Runs = "00000002" + "0010" + "0001" + "0ff0" + "0002";

    [Test]
    public void Configuration_0_is_these_bytes()
    {
        Assert.That(Hex(Configuration.Zero), Is.EqualTo("0000000000000000" + "0000000000000000" + "00000000" + "00000001" + "1000" + "0000"));
        Assert.That($"{Configuration.Zero.Hash:x16}", Is.EqualTo("78c64741fcbadbce"));
        Assert.That(Configuration.Decode(Configuration.Zero.Encode()), Is.SameAs(Configuration.Zero));
    }

    [Test]
    public void A_configuration_is_these_bytes()
    {
        Shard[] shards = Golden(2);
        Shard[] second = shards[1..];

        Configuration first = Configuration.Zero.Next(7, second, Assignment.First(second));
        Configuration joined = first.Next(9, shards, []);
        Configuration moved = joined.Next(10, shards, Assignment.ForMove(joined, [new Arc(6), new Arc(5)], new GroupId(1)));

        const string shardOne = "0001" + "0080" + "02" + "0000000d" + "31302e302e302e313a37303030" + "0000000a" + "5b3a3a315d3a37303031";
        const string shardTwo = "0002" + "0080" + "02" + "0000000d" + "31302e302e302e323a37303030" + "0000000a" + "5b3a3a315d3a37303032";
        Assert.That(Hex(first), Is.EqualTo("0000000000000001" + "0000000000000007" + "00000001" + shardTwo + "00000001" + "1000" + "0002"));
        Assert.That($"{first.Hash:x16}", Is.EqualTo("3b82d3a948c67d49"));
        Assert.That(Hex(moved), Is.EqualTo(
            "0000000000000003" + "000000000000000a" + "00000002" + shardOne + shardTwo + "00000003" + "0005" + "0002" + "0002" + "0001" + "0ff9" + "0002"));
        Assert.That($"{moved.Hash:x16}", Is.EqualTo("b74753eb778607d9"));
    }

    [Test]
    public void Configurations_have_golden_hashes()
    {
        Shard[] shards = Golden(4);

        Configuration three = Configuration.Zero.Next(7, shards[..3], Assignment.First(shards[..3]));
        Configuration four = three.Next(8, shards, Assignment.ForJoin(three, shards[3]));

        Assert.That($"{three.Hash:x16}", Is.EqualTo("fe35cffbf9e4db9b"));
        Assert.That($"{four.Hash:x16}", Is.EqualTo("832f1b501639f2a4"));
    }

    [Test]
    public void Every_configuration_comes_back_as_it_was([Range(1, 10)] int seed)
    {
        Random random = new(seed);
        Configuration configuration = SampleShards.FirstOf(7, GroupId.Highest);
        for (int step = 1; step <= 20; step++)
        {
            configuration = random.Next(3) == 0
                ? SampleShards.Moved(configuration, new GroupId(7), random.Next(Arc.Count), random.Next(Arc.Count))
                : SampleShards.Joined(configuration, SampleShards.Of(random.Next(50) + (50 * step), random.Next(1, 200)));

            Configuration decoded = Configuration.Decode(configuration.Encode());

            Assert.That((decoded.Number, decoded.Job, decoded.Hash), Is.EqualTo((configuration.Number, configuration.Job, configuration.Hash)));
            Assert.That(decoded.Shards, Is.EqualTo(configuration.Shards));
            Assert.That(SampleShards.OwnersIn(decoded), Is.EqualTo(SampleShards.OwnersIn(configuration)));
            Assert.That(decoded.Encode(), Is.EqualTo(configuration.Encode()));
        }
    }

    [Test]
    public void Every_truncation_is_refused()
    {
        byte[] bytes = SampleShards.FirstOf(1, 2, 3).Encode();
        for (int length = 0; length < bytes.Length; length++)
            Assert.That(() => Configuration.Decode(bytes.AsSpan(0, length)), Throws.InstanceOf<WireFormatException>());

        Assert.That(() => Configuration.Decode([.. bytes, 0]), Throws.InstanceOf<WireFormatException>());
    }

    [Test]
    public void Every_damage_is_refused_or_makes_another_configuration_of_exactly_these_bytes([Values(0x01, 0x10, 0x80, 0xFF)] int damage)
    {
        byte[] bytes = SampleShards.Moved(SampleShards.FirstOf(1, 2), new GroupId(1), 5, 100, 4095).Encode();
        for (int place = 0; place < bytes.Length; place++)
        {
            byte[] damaged = [.. bytes];
            damaged[place] ^= (byte)damage;
            if (TryDecode(damaged) is { } other && !other.Encode().AsSpan().SequenceEqual(damaged))
                Assert.Fail($"with another byte {place} it is written in other bytes than it was read from");
        }
    }

    [Test]
    public void The_pieces_of_the_impossible_ones_are_a_configuration_together() =>
        Assert.That(Hex(Configuration.Decode(Convert.FromHexString(Head + Shards + Runs))), Is.EqualTo(Head + Shards + Runs));

    [TestCase("a number below 0", "ffffffffffffffff" + "0000000000000007" + Shards + Runs)]
    [TestCase("a number above the highest", "4000000000000001" + "0000000000000007" + Shards + Runs)]
    [TestCase("a job above the highest", "0000000000000001" + "4000000000000001" + Shards + Runs)]
    [TestCase("no job", "0000000000000001" + "0000000000000000" + Shards + Runs)]
    [TestCase("number 0 with shards", "0000000000000000" + "0000000000000007" + Shards + Runs)]
    [TestCase("number 0 of a job", "0000000000000000" + "0000000000000007" + "00000000" + "00000001" + "1000" + "0000")]
    [TestCase("number 1 without shards", Head + "00000000" + "00000001" + "1000" + "0000")]
    [TestCase("more shards than there may be", Head + "000003e9" + ShardOne + ShardTwo + Runs)]
    [TestCase("shards that descend", Head + "00000002" + ShardTwo + ShardOne + Runs)]
    [TestCase("a shard twice", Head + "00000002" + ShardTwo + ShardTwo + Runs)]
    [TestCase("group 0", Head + "00000002" + "0000" + "0080" + "01" + "00000003" + "613a31" + ShardTwo + Runs)]
    [TestCase("no points", Head + "00000002" + "0001" + "0000" + "01" + "00000003" + "613a31" + ShardTwo + Runs)]
    [TestCase("too many points", Head + "00000002" + "0001" + "1001" + "01" + "00000003" + "613a31" + ShardTwo + Runs)]
    [TestCase("no replicas", Head + "00000002" + "0001" + "0080" + "00" + ShardTwo + Runs)]
    [TestCase("too many replicas", Head + "00000002" + "0001" + "0080" + "08" + "00000003" + "613a31" + ShardTwo + Runs)]
    [TestCase("an address with port 0", Head + "00000002" + "0001" + "0080" + "01" + "00000003" + "613a30" + ShardTwo + Runs)]
    [TestCase("an address that is not UTF-8", Head + "00000002" + "0001" + "0080" + "01" + "00000003" + "ff3a31" + ShardTwo + Runs)]
    [TestCase("an address twice", Head + "00000002" + "0001" + "0080" + "02" + "00000003" + "613a31" + "00000003" + "613a31" + ShardTwo + Runs)]
    [TestCase("no runs", Head + Shards + "00000000")]
    [TestCase("a run of no arcs", Head + Shards + "00000003" + "0010" + "0001" + "0000" + "0002" + "0ff0" + "0001")]
    [TestCase("an arc too few", Head + Shards + "00000002" + "0010" + "0001" + "0fef" + "0002")]
    [TestCase("an arc too many", Head + Shards + "00000002" + "0010" + "0001" + "0ff1" + "0002")]
    [TestCase("two runs of one owner", Head + Shards + "00000002" + "0010" + "0001" + "0ff0" + "0001")]
    [TestCase("an owner that is not there", Head + Shards + "00000002" + "0010" + "0001" + "0ff0" + "0003")]
    [TestCase("arcs of nobody", Head + Shards + "00000002" + "0010" + "0001" + "0ff0" + "0000")]
    public void What_cannot_be_is_refused(string what, string hex) =>
        Assert.That(() => Configuration.Decode(Convert.FromHexString(hex)), Throws.InstanceOf<WireFormatException>(), what);

    [Test]
    public void The_longest_configuration_fits_into_an_answer()
    {
        string host = string.Join('.', Enumerable.Repeat(new string('h', 62), 4));
        Shard[] shards = [.. Enumerable.Range(1, Configuration.MostShards)
            .Select(number => new Shard(new GroupId(number), 4, [.. Enumerable.Range(10_000, Limits.Replicas).Select(port => $"{host}:{port}")]))];
        int longest = Configuration.LongestEncoding;

        byte[] bytes = Configuration.Zero.Next(1, shards, Assignment.First(shards)).Encode();

        Assert.That(bytes, Has.Length.AtMost(longest));
        Assert.That(longest, Is.LessThan(Limits.Result));
        Assert.That(Configuration.Decode(bytes).Encode(), Is.EqualTo(bytes));
    }

    private static string Hex(Configuration configuration) => Convert.ToHexStringLower(configuration.Encode());

    private static Shard[] Golden(int count) =>
        [.. Enumerable.Range(1, count).Select(static number => new Shard(new GroupId(number), 128, [$"10.0.0.{number}:7000", $"[::1]:{7000 + number}"]))];

    private static Configuration? TryDecode(byte[] bytes)
    {
        try
        {
            return Configuration.Decode(bytes);
        }
        catch (WireFormatException)
        {
            return null;
        }
    }
}
