#if SEEDED_BUGS
using NUnit.Framework;
using PaxosShard.Wire;

namespace PaxosShard.Tests.Unit.Wire;

/// <summary>The tests of damaged frames see the planted bug: with the checksum skipped, damage gets through.</summary>
public sealed class SeededFrameBugTests
{
    [TearDown]
    public void SwitchOff() => SeededBug.Active = 0;

    [Test]
    public void A_skipped_checksum_lets_damage_through()
    {
        byte[] frame = FrameWriter.Encode(new LeaveView(new View(1)), 0);
        frame[^1] ^= 2;

        Assert.That(() => TestFrames.Read(frame), Throws.InstanceOf<WireFormatException>());
        SeededBug.Active = 60;
        Assert.That(TestFrames.Read(frame), Is.EqualTo(new LeaveView(new View(3))));
        Assert.That(SeededBug.Reached, Is.Positive);
    }
}
#endif
