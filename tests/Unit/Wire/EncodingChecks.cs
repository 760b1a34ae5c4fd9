using NUnit.Framework;
using PaxosShard.Wire;

namespace PaxosShard.Tests.Unit.Wire;

/// <summary>What holds for the bytes of every command and of every answer.</summary>
internal static class EncodingChecks
{
    /// <summary>What was written is read, and nothing shorter or longer.</summary>
    /// <param name="bytes">What was written.</param>
    /// <param name="again">Reads bytes and writes what was read.</param>
    public static void AssertReadWhole(byte[] bytes, Func<byte[], byte[]> again)
    {
        Assert.That(Convert.ToHexString(again(bytes)), Is.EqualTo(Convert.ToHexString(bytes)));
        for (int length = 0; length < bytes.Length; length++)
            Assert.That(() => again(bytes[..length]), Throws.TypeOf<WireFormatException>(), $"{length} of {bytes.Length}");
        Assert.That(() => again([.. bytes, 0]), Throws.TypeOf<WireFormatException>(), "one more");
    }

    /// <summary>What was written, with a few bytes changed, is read or refused, and nothing else becomes of it.</summary>
    /// <param name="bytes">What was written.</param>
    /// <param name="again">Reads bytes and writes what was read.</param>
    public static void AssertChangedIsReadOrRefused(byte[] bytes, Func<byte[], byte[]> again)
    {
        Random random = new(1);
        for (int count = 0; count < 2000; count++)
        {
            byte[] changed = [.. bytes];
            for (int changes = random.Next(1, 4); changes > 0; changes--)
                changed[random.Next(changed.Length)] = (byte)random.Next(256);
            AssertReadOrRefused(changed, again);
        }
    }

    private static void AssertReadOrRefused(byte[] bytes, Func<byte[], byte[]> again)
    {
        try
        {
            Assert.That(again(bytes), Has.Length.EqualTo(bytes.Length), "what is read takes as many bytes as were read");
        }
        catch (WireFormatException)
        {
            // It was refused, as it may be.
        }
    }
}
