using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Runtime;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace PaxosShard.Wire.Primitives;

/// <summary>
/// Large arrays whose pages go back to the system soon after nobody has anything of them any more, a few at a time and beside everything else. By itself the collector gives them back when they have been of no use for
/// some collections, all at once and while everybody waits: 10 ms after a state of 1 GB was replaced by another one.
/// </summary>
/// <remarks>
/// As in <see cref="RecycledArrays"/> the collector finds out that nobody has anything of an array: it is tied to an object that refers to it and has a finalizer. The array itself is the collector's, before and afterwards; only
/// what is in it is gone. Little is left to the collector, which gives it to whoever needs an array next. Where there is no such call of the system, nothing is given back. Any thread.
/// </remarks>
public static partial class ReturnedPages
{
    /// <summary>Bytes of the smallest array that is worth it.</summary>
    public const int SmallestArray = 64 * 1024;

    /// <summary>Bytes of arrays that have to be gone together.</summary>
    public const long FewestBytes = 32 * 1024 * 1024;

    // MADV_DONTNEED: the pages are gone, and where one is touched again there is a new one with zeros.
    private const int NotNeeded = 4;

    // Between two rests: what that takes is little beside a step of the core, for which the thread may be in the way.
    private const long BytesBetweenRests = 4 * 1024 * 1024;

    private static readonly TimeSpan _rest = TimeSpan.FromMilliseconds(1);

    // What the collector finds in one go comes within this time.
    private static readonly TimeSpan _together = TimeSpan.FromMilliseconds(100);
    private static readonly ConcurrentQueue<Tied> _gone = new();
    private static long _goneBytes;
    private static int _isAtWork;

    /// <summary>A new array that the collector does not move, whatever is in it.</summary>
    /// <param name="length">How many elements it has.</param>
    public static T[] NewArray<T>(int length)
        where T : unmanaged
    {
        T[] array = GC.AllocateUninitializedArray<T>(length, pinned: true);
        if ((long)length * Unsafe.SizeOf<T>() >= SmallestArray && OperatingSystem.IsLinux())
            _ = new Tied(array, Marshal.UnsafeAddrOfPinnedArrayElement(array, 0), (long)length * Unsafe.SizeOf<T>());
        return array;
    }

    /// <summary>Gives the pages back at once that are in an array and in nothing else. What was in them is gone: they hold zeros.</summary>
    /// <param name="first">Where the first element is.</param>
    /// <param name="bytes">Bytes of all elements.</param>
    internal static void GiveBack(nint first, long bytes)
    {
        long page = Environment.SystemPageSize;
        nint begin = (nint)((first + page - 1) / page * page);
        nint end = (nint)((first + bytes) / page * page);
        if (end > begin)
            _ = madvise(begin, (nuint)(end - begin), NotNeeded); // If it is refused the collector does it later.
    }

    private static void Add(Tied gone)
    {
        _gone.Enqueue(gone);
        Interlocked.Add(ref _goneBytes, gone.Bytes);
        if (Interlocked.Exchange(ref _isAtWork, 1) == 0)
            _ = Task.Run(WorkAsync);
    }

    private static async Task WorkAsync()
    {
        do
        {
            await Task.Delay(_together);
            await EmptyAsync(gives: Interlocked.Read(ref _goneBytes) >= FewestBytes);
            Volatile.Write(ref _isAtWork, 0);
        }
        while (!_gone.IsEmpty && Interlocked.Exchange(ref _isAtWork, 1) == 0);
    }

    private static async Task EmptyAsync(bool gives)
    {
        long since = 0;
        while (_gone.TryDequeue(out Tied? gone))
        {
            Interlocked.Add(ref _goneBytes, -gone.Bytes);
            if (!gives)
                continue;
            gone.GiveBack();
            since += gone.Bytes;
            if (since < BytesBetweenRests)
                continue;
            since = 0;
            await Task.Delay(_rest);
        }
    }

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int madvise(nint address, nuint length, int advice);

    private sealed class Tied
    {
        private readonly Array _array;
        private readonly nint _first;
        private DependentHandle _tie;

        public Tied(Array array, nint first, long bytes)
        {
            (_array, _first, Bytes) = (array, first, bytes);
            _tie = new DependentHandle(array, this);
        }

        [SuppressMessage("Design", "MA0055:Do not use finalizer", Justification = "There is no other way to be told that nobody can reach something any more")]
        ~Tied()
        {
            _tie.Dispose();
            Add(this);
        }

        public long Bytes { get; }

        public void GiveBack()
        {
            ReturnedPages.GiveBack(_first, Bytes);
            GC.KeepAlive(_array);
        }
    }
}
