using System.Runtime.InteropServices;
using NUnit.Framework;
using PaxosShard.Wire.Primitives;

namespace PaxosShard.Tests.Unit.Wire;

/// <summary>Copies of short bytes in arrays that they share.</summary>
public sealed class ShortCopiesTests
{
    [Test]
    public void Every_copy_keeps_its_bytes_whatever_is_copied_later()
    {
        Random random = new(7);
        List<(byte[] Original, ReadOnlyMemory<byte> Copy)> copies = [];
        for (int count = 0; count < 2_000; count++)
        {
            byte[] original = new byte[random.Next(0, 2 * ShortCopies.Longest)];
            random.NextBytes(original);
            copies.Add((original, ShortCopies.Of(original)));
        }

        foreach ((byte[] original, ReadOnlyMemory<byte> copy) in copies)
            Assert.That(copy.Span.SequenceEqual(original));
    }

    [Test]
    public void The_original_may_change_behind_the_copy([Values(1, ShortCopies.Longest, ShortCopies.Longest + 1)] int length)
    {
        byte[] original = new byte[length];
        ReadOnlyMemory<byte> copy = ShortCopies.Of(original);
        original.AsSpan().Fill(1);

        Assert.That(copy.Length, Is.EqualTo(length));
        Assert.That(copy.Span.IndexOfAnyExcept((byte)0), Is.EqualTo(-1));
    }

    [Test]
    public void What_is_long_has_an_array_of_its_own_so_that_it_keeps_nothing_else()
    {
        ReadOnlyMemory<byte> copy = ShortCopies.Of(new byte[ShortCopies.Longest + 1]);

        Assert.That(MemoryMarshal.TryGetArray(copy, out ArraySegment<byte> segment));
        Assert.That(segment.Array, Has.Length.EqualTo(ShortCopies.Longest + 1));
    }

    [Test]
    public void Threads_share_no_array()
    {
        ReadOnlyMemory<byte> here = ShortCopies.Of([1]);
        ReadOnlyMemory<byte> there = default;
        Thread thread = new(() => there = ShortCopies.Of([2]));
        thread.Start();
        thread.Join();

        Assert.That(MemoryMarshal.TryGetArray(here, out ArraySegment<byte> ours) && MemoryMarshal.TryGetArray(there, out ArraySegment<byte> theirs) && ours.Array != theirs.Array);
        Assert.That(there.ToArray(), Is.EqualTo(new byte[] { 2 }));
    }
}
