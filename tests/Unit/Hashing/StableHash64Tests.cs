using System.Text;
using NUnit.Framework;
using PaxosShard.Hashing;

namespace PaxosShard.Tests.Unit.Hashing;

/// <summary>The hash must never change: rings, disks and states rest on it.</summary>
public sealed class StableHash64Tests
{
    [TestCase("", 0xEF46DB3751D8E999UL)]
    [TestCase("a", 0xD24EC4F1A98C6E5BUL)]
    [TestCase("abc", 0x44BC2CF5AD770999UL)]
    [TestCase("Nobody inspects the spammish repetition", 0xFBCEA83C8A378BF1UL)]
    public void Known_texts_have_their_published_hashes(string text, ulong expected)
    {
        Assert.That(StableHash64.Of(Encoding.ASCII.GetBytes(text)), Is.EqualTo(expected));
    }

    [TestCase(0, 0UL, 0xEF46DB3751D8E999UL)]
    [TestCase(0, 2654435761UL, 0xAC75FDA2929B17EFUL)]
    [TestCase(1, 0UL, 0x4FCE394CC88952D8UL)]
    [TestCase(1, 2654435761UL, 0x739840CB819FA723UL)]
    [TestCase(14, 0UL, 0xCFFA8DB881BC3A3DUL)]
    [TestCase(14, 2654435761UL, 0x5B9611585EFCC9CBUL)]
    [TestCase(101, 0UL, 0x0EAB543384F878ADUL)]
    [TestCase(101, 2654435761UL, 0xCAA65939306F1E21UL)]
    public void The_sanity_buffer_of_the_specification_has_its_hashes(int length, ulong seed, ulong expected)
    {
        byte[] buffer = SanityBuffer(length);

        Assert.That(StableHash64.Of(buffer, seed), Is.EqualTo(expected));
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

    [TestCase(0UL, 0UL, 0xB992B056E7D8A844UL)]
    [TestCase(1UL, 0UL, 0x67FD16694FA93AFEUL)]
    [TestCase(0UL, 1UL, 0x9DCDAD2E8E050331UL)]
    [TestCase(0xEF46DB3751D8E999UL, 42UL, 0x62D797B9519FCE15UL)]
    [TestCase(ulong.MaxValue, ulong.MaxValue, 0x94F5A49B0E38DD1BUL)]
    public void Combining_has_golden_values(ulong hash, ulong value, ulong expected)
    {
        Assert.That(StableHash64.Combine(hash, value), Is.EqualTo(expected));
    }

    private static byte[] SanityBuffer(int length)
    {
        byte[] buffer = new byte[length];
        uint generator = 2654435761;
        for (int index = 0; index < length; index++)
        {
            buffer[index] = (byte)(generator >> 24);
            generator *= generator;
        }

        return buffer;
    }
}
