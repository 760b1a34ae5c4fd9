using System.Runtime.InteropServices;
using NUnit.Framework;
using PaxosShard.Wire.Entries;

namespace PaxosShard.Tests.Unit.Wire;

/// <summary>The bytes of entries in large arrays.</summary>
public sealed class EntryMemoryTests
{
    [Test]
    public void Every_copy_keeps_its_bytes_whatever_is_copied_later()
    {
        Random random = new(3);
        List<(byte[] Original, ReadOnlyMemory<byte> Copy)> copies = [];
        for (int count = 0; count < 300; count++)
        {
            byte[] original = new byte[random.Next(0, 2 * EntryMemory.Longest)];
            random.NextBytes(original);
            copies.Add((original, EntryMemory.Copy(original)));
        }

        foreach ((byte[] original, ReadOnlyMemory<byte> copy) in copies)
            Assert.That(copy.Span.SequenceEqual(original));
    }

    [Test]
    public void The_collector_moves_none_of_them([Values(1, 1000, EntryMemory.Longest, EntryMemory.Longest + 1)] int length)
    {
        ReadOnlyMemory<byte> copy = EntryMemory.Copy(new byte[length]);

        Assert.That(MemoryMarshal.TryGetArray(copy, out ArraySegment<byte> segment));
        Assert.That(GC.GetGeneration(segment.Array!), Is.EqualTo(GC.MaxGeneration), "it begins among the large and pinned ones");
    }
}
