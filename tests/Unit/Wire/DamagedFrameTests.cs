using NUnit.Framework;
using PaxosShard.Wire;
using PaxosShard.Wire.Frames;
using PaxosShard.Wire.Identifiers;

namespace PaxosShard.Tests.Unit.Wire;

/// <summary>A frame that was changed on its way is never taken for a message.</summary>
public sealed class DamagedFrameTests
{
    private static IEnumerable<string> Names => SampleMessages.All.Keys;

    [TestCaseSource(nameof(Names))]
    public void No_frame_with_a_flipped_bit_becomes_a_message(string name)
    {
        byte[] bytes = FrameWriter.Encode(SampleMessages.All[name], GroupId.None);

        for (int bit = 0; bit < bytes.Length * 8; bit++)
        {
            byte[] damaged = (byte[])bytes.Clone();
            damaged[bit / 8] ^= (byte)(1 << (bit % 8));

            Assert.That(IsTaken(damaged), Is.False, $"bit {bit}");
        }
    }

    [TestCaseSource(nameof(Names))]
    public void No_frame_with_a_flipped_bit_or_a_shifted_byte_becomes_a_message_when_more_follows(string name)
    {
        byte[] bytes = FrameWriter.Encode(SampleMessages.All[name], GroupId.None);
        byte[] behind = new byte[512];

        for (int index = 0; index < bytes.Length; index++)
        {
            byte[] flipped = [.. bytes, .. behind];
            flipped[index] ^= 0x80;
            byte[] shortened = [.. bytes[..index], .. bytes[(index + 1)..], .. behind];

            Assert.That(IsTaken(flipped), Is.False, $"flipped at {index}");
            Assert.That(IsTaken(shortened) && !shortened.AsSpan(0, bytes.Length).SequenceEqual(bytes), Is.False, $"without {index}");
        }
    }

    [Test]
    public void Garbage_is_refused()
    {
        Random random = new(20250107);
        byte[] bytes = new byte[256];
        for (int round = 0; round < 2000; round++)
        {
            random.NextBytes(bytes);
            if (round % 2 == 0)
                bytes.AsSpan(0, 3).Clear();

            Assert.That(IsTaken(bytes), Is.False);
        }
    }

    [TestCaseSource(nameof(Names))]
    public void Bytes_behind_the_last_field_and_a_body_that_ends_early_are_refused_although_the_checksum_is_right(string name)
    {
        FrameContent sample = SampleMessages.All[name];
        byte[] body = FrameWriter.Encode(sample, GroupId.None)[TestFrames.HeaderSize..];

        Assert.That(() => TestFrames.Read(TestFrames.Around(sample.Kind, [.. body, 0])), Throws.InstanceOf<WireFormatException>());
        for (int length = 0; length < body.Length; length++)
            Assert.That(() => TestFrames.Read(TestFrames.Around(sample.Kind, body.AsSpan(0, length))), Throws.InstanceOf<WireFormatException>(), $"{length}");
    }

    private static bool IsTaken(byte[] bytes)
    {
        try
        {
            return TestFrames.Read(bytes, Limits.FrameBeforeHello) is not null;
        }
        catch (WireFormatException)
        {
            return false;
        }
    }
}
