using System.Buffers.Binary;
using System.Text;
using NUnit.Framework;
using PaxosShard.Hashing;

namespace PaxosShard.Tests.Unit.Golden;

/// <summary>The hash must never change: rings, disks and states rest on it.</summary>
public sealed class StableHash64Tests
{
    private const uint Prime32 = 2654435761;
    private const ulong Prime64 = 11400714785074694797;

    /// <summary>One length for each way in which XXH3 goes about its input: nothing, 1 to 3, 4 to 8, 9 to 16, 17 to 128, to 240, stripes, blocks.</summary>
    [TestCase(0, 0UL, 0x2D06800538D394C2UL)]
    [TestCase(0, Prime64, 0xA8A6B918B2F0364AUL)]
    [TestCase(1, 0UL, 0xC44BDFF4074EECDBUL)]
    [TestCase(1, Prime64, 0x032BE332DD766EF8UL)]
    [TestCase(6, 0UL, 0x27B56A84CD2D7325UL)]
    [TestCase(6, Prime64, 0x84589C116AB59AB9UL)]
    [TestCase(12, 0UL, 0xA713DAF0DFBB77E7UL)]
    [TestCase(12, Prime64, 0xE7303E1B2336DE0EUL)]
    [TestCase(24, 0UL, 0xA3FE70BF9D3510EBUL)]
    [TestCase(48, 0UL, 0x397DA259ECBA1F11UL)]
    [TestCase(80, 0UL, 0xBCDEFBBB2C47C90AUL)]
    [TestCase(195, 0UL, 0xCD94217EE362EC3AUL)]
    [TestCase(403, 0UL, 0xCDEB804D65C6DEA4UL)]
    [TestCase(512, 0UL, 0x617E49599013CB6BUL)]
    [TestCase(512, Prime64, 0x3CE457DE14C27708UL)]
    [TestCase(2048, 0UL, 0xDD59E2C3A5F038E0UL)]
    [TestCase(2240, 0UL, 0x6E73A90539CF2948UL)]
    public void The_sanity_buffer_of_the_specification_has_its_published_hashes(int length, ulong seed, ulong expected)
    {
        Assert.That($"{StableHash64.Of(SanityBuffer(length), seed):x16}", Is.EqualTo($"{expected:x16}"));
    }

    [Test]
    public void What_is_combined_is_the_hash_of_both_in_a_row()
    {
        Random random = new(7);
        byte[] both = new byte[2 * sizeof(ulong)];
        for (int round = 0; round < 10_000; round++)
        {
            ulong hash = round % 3 == 0 ? (ulong)round : (ulong)random.NextInt64(long.MinValue, long.MaxValue);
            ulong value = round % 5 == 0 ? ulong.MaxValue - (ulong)round : (ulong)random.NextInt64(long.MinValue, long.MaxValue);
            BinaryPrimitives.WriteUInt64LittleEndian(both, hash);
            BinaryPrimitives.WriteUInt64LittleEndian(both.AsSpan(sizeof(ulong)), value);
            Assert.That(StableHash64.Combine(hash, value), Is.EqualTo(StableHash64.Of(both)));
        }
    }

    [TestCase("lobby", 0x62105012F2DF29A2UL)]
    [TestCase("Nobody inspects the spammish repetition", 0x6CB00603B5CC47E9UL)]
    public void Names_have_golden_hashes(string text, ulong expected)
    {
        Assert.That($"{StableHash64.Of(Encoding.UTF8.GetBytes(text)):x16}", Is.EqualTo($"{expected:x16}"));
    }

    [Test]
    public void Combining_depends_on_the_values_and_their_order()
    {
        ulong oneTwo = StableHash64.Combine(StableHash64.Combine(0, 1), 2);
        ulong twoOne = StableHash64.Combine(StableHash64.Combine(0, 2), 1);

        Assert.That(oneTwo, Is.Not.EqualTo(twoOne));
        Assert.That(StableHash64.Combine(0, 0), Is.Not.Zero);
        Assert.That(StableHash64.Combine(1, 0), Is.Not.EqualTo(StableHash64.Combine(0, 1)));
    }

    [Test]
    public void Combining_is_the_hash_of_both_in_little_endian_order()
    {
        byte[] both = [0x08, 0x07, 0x06, 0x05, 0x04, 0x03, 0x02, 0x01, 0x2A, 0, 0, 0, 0, 0, 0, 0];

        Assert.That(StableHash64.Combine(0x0102030405060708, 42), Is.EqualTo(StableHash64.Of(both)));
    }

    [TestCase(0UL, 0UL, 0xD0A66A65C7528968UL)]
    [TestCase(1UL, 0UL, 0x26F2A1148CF52011UL)]
    [TestCase(0UL, 1UL, 0x0CFBAEA74A8CC0E5UL)]
    [TestCase(0x2D06800538D394C2UL, 42UL, 0xB4B782BC24B0C352UL)]
    [TestCase(ulong.MaxValue, ulong.MaxValue, 0x722A202F07A4B313UL)]
    public void Combining_has_golden_values(ulong hash, ulong value, ulong expected)
    {
        Assert.That($"{StableHash64.Combine(hash, value):x16}", Is.EqualTo($"{expected:x16}"));
    }

    private static byte[] SanityBuffer(int length)
    {
        byte[] buffer = new byte[length];
        ulong generator = Prime32;
        for (int index = 0; index < length; index++)
        {
            buffer[index] = (byte)(generator >> 56);
            generator *= Prime64;
        }

        return buffer;
    }

    [TestCase(0)]
    [TestCase(1)]
    [TestCase(2)]
    [TestCase(8)]
    [TestCase(40)]
    public void Words_are_hashed_as_their_bytes_in_little_endian_order(int count)
    {
        ulong[] words = [.. Enumerable.Range(1, count).Select(static number => unchecked((ulong)number * 0x9E3779B97F4A7C15))];
        byte[] bytes = new byte[count * sizeof(ulong)];
        for (int index = 0; index < count; index++)
            BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(index * sizeof(ulong)), words[index]);

        Assert.That(StableHash64.OfWords(words), Is.EqualTo(StableHash64.Of(bytes)));
    }
}
