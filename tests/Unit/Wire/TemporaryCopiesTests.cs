using NUnit.Framework;
using PaxosShard.Wire.Primitives;

namespace PaxosShard.Tests.Unit.Wire;

public sealed class TemporaryCopiesTests
{
    private readonly TemporaryCopies _copies = new();

    [Test]
    public void All_copies_stand_until_they_are_given_up()
    {
        Random random = new(8);
        for (int round = 0; round < 20; round++)
        {
            List<(byte[] Original, ReadOnlyMemory<byte> Copy)> all = [];
            for (int index = 0; index < 200; index++)
            {
                byte[] original = new byte[random.Next(index == 7 ? 4 * TemporaryCopies.ArrayBytes : TemporaryCopies.Longest + 2)];
                random.NextBytes(original);
                all.Add((original, _copies.Of(original)));
            }

            foreach ((byte[] original, ReadOnlyMemory<byte> copy) in all)
                Assert.That(copy.Span.SequenceEqual(original));
            _copies.Clear();
        }
    }

    [Test]
    public void Memory_is_used_again()
    {
        byte[] bytes = new byte[100];
        TurnOf(bytes);

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int turn = 0; turn < 1000; turn++)
            TurnOf(bytes);

        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
    }

    [Test]
    public void What_one_long_turn_has_taken_is_not_kept()
    {
        for (int turn = 0; turn < 2; turn++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int index = 0; index < 100; index++)
                _copies.Of(new byte[TemporaryCopies.Longest]);
            Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.GreaterThan((100 * TemporaryCopies.Longest) + (20 * TemporaryCopies.ArrayBytes)));
            _copies.Clear();
        }
    }

    private void TurnOf(byte[] bytes)
    {
        for (int index = 0; index < 1000; index++)
            _copies.Of(bytes);
        _copies.Clear();
    }
}
