using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using NUnit.Framework;
using PaxosShard.Wire.Primitives;

namespace PaxosShard.Tests.Unit.Wire;

/// <summary>Pages of large arrays go back to the system once nobody has anything of them, and not a moment sooner.</summary>
[NonParallelizable]
[Platform("Linux")]
public sealed class ReturnedPagesTests
{
    private const int Block = 1024 * 1024;

    [TestCase(Block)]
    [TestCase(300_000)]
    public void What_is_given_back_is_all_pages_of_an_array_and_nothing_around_it(int length)
    {
        byte[] before = Filled(length);
        byte[] array = Filled(length);
        byte[] after = Filled(length);

        ReturnedPages.GiveBack(Marshal.UnsafeAddrOfPinnedArrayElement(array, 0), array.Length);

        Assert.That(before.AsSpan().IndexOfAnyExcept((byte)1), Is.EqualTo(-1));
        Assert.That(after.AsSpan().IndexOfAnyExcept((byte)1), Is.EqualTo(-1));
        int first = array.AsSpan().IndexOf((byte)0);
        int last = array.AsSpan().LastIndexOf((byte)0);
        Assert.That(first, Is.InRange(0, Environment.SystemPageSize - 1));
        Assert.That(last, Is.InRange(length - Environment.SystemPageSize - 1, length - 1));
        Assert.That(array.AsSpan(first, last - first).IndexOfAnyExcept((byte)0), Is.EqualTo(-1));
        Assert.That((last + 1 - first) % Environment.SystemPageSize, Is.Zero);
    }

    [Test]
    public void An_array_in_which_no_page_is_whole_stays_as_it_is()
    {
        byte[] array = Filled(ReturnedPages.SmallestArray);
        nint start = Marshal.UnsafeAddrOfPinnedArrayElement(array, 0);
        long page = Environment.SystemPageSize;

        ReturnedPages.GiveBack((nint)((start / page * page) + page + 1), page);

        Assert.That(array.AsSpan().IndexOfAnyExcept((byte)1), Is.EqualTo(-1));
    }

    [Test]
    public void Many_that_nobody_has_any_more_take_no_memory_soon()
    {
        const int Arrays = 200;
        byte[] kept = Filled(Block);
        long before = MakeAndForget(Arrays);

        // What the collector does by itself is left out: it frees what was given back no sooner than the second time.
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: true);
        GC.WaitForPendingFinalizers();

        Assert.That(() => ResidentBytes(), Is.LessThan(before - (Arrays / 2 * (long)Block)).After(30_000, 20));
        Assert.That(kept.AsSpan().IndexOfAnyExcept((byte)1), Is.EqualTo(-1));
    }

    // In a method of its own, so that nothing of them is left on the stack.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static long MakeAndForget(int arrays)
    {
        byte[][] all = [.. Enumerable.Range(0, arrays).Select(static _ => Filled(Block))];
        long bytes = ResidentBytes();
        GC.KeepAlive(all);
        return bytes;
    }

    private static byte[] Filled(int length)
    {
        byte[] array = ReturnedPages.NewArray<byte>(length);
        array.AsSpan().Fill(1);
        return array;
    }

    private static long ResidentBytes() => long.Parse(File.ReadAllText("/proc/self/statm").Split(' ')[1]) * Environment.SystemPageSize;
}
