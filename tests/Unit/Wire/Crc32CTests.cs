using NUnit.Framework;
using PaxosShard.Wire.Frames;

namespace PaxosShard.Tests.Unit.Wire;

/// <summary>The checksum against its published values and against the slow definition.</summary>
public sealed class Crc32CTests
{
    [Test]
    public void Known_bytes_have_their_published_checksums()
    {
        byte[] zeros = new byte[32];
        byte[] ones = Enumerable.Repeat((byte)0xFF, 32).ToArray();
        byte[] ascending = Enumerable.Range(0, 32).Select(value => (byte)value).ToArray();

        Assert.That(Crc32C.Of(default), Is.Zero);
        Assert.That(Crc32C.Of("123456789"u8), Is.EqualTo(0xE3069283));
        Assert.That(Crc32C.Of(zeros), Is.EqualTo(0x8A9136AA));
        Assert.That(Crc32C.Of(ones), Is.EqualTo(0x62A8AB43));
        Assert.That(Crc32C.Of(ascending), Is.EqualTo(0x46DD794E));
    }

    [Test]
    public void Every_length_and_every_cut_gives_what_the_definition_gives()
    {
        byte[] bytes = new byte[5000];
        new Random(1).NextBytes(bytes);
        uint[] expected = PrefixChecksums(bytes);

        for (int length = 0; length <= bytes.Length; length++)
        {
            Assert.That(Crc32C.Of(bytes.AsSpan(0, length)), Is.EqualTo(expected[length]), $"{length}");
            Assert.That(Crc32C.Append(expected[length], bytes.AsSpan(length)), Is.EqualTo(expected[^1]), $"from {length}");
        }
    }

    private static uint[] PrefixChecksums(byte[] bytes)
    {
        uint[] checksums = new uint[bytes.Length + 1];
        uint state = uint.MaxValue;
        for (int index = 0; index < bytes.Length; index++)
        {
            state ^= bytes[index];
            for (int bit = 0; bit < 8; bit++)
                state = (state >> 1) ^ ((state & 1) * 0x82F63B78);
            checksums[index + 1] = ~state;
        }

        return checksums;
    }
}
