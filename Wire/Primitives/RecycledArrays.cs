using System.Diagnostics.CodeAnalysis;
using System.Runtime;

namespace PaxosShard.Wire.Primitives;

/// <summary>
/// Large arrays that are filled anew once nobody has a piece of them any more. The collector finds that out, so whoever takes one has nothing to give back, and can give back nothing too early. Without this
/// the collector would give what a trimmed log leaves back to the system, tens of MiB at once and while everybody waits, and each page would cost again when it is written to for the first time.
/// </summary>
/// <remarks>
/// An array is tied to an object that refers to it and has a finalizer: nobody can reach the one without the other, and when nobody reaches either, the finalizer puts the array among those that are spare. Any thread.
/// </remarks>
/// <param name="arrayBytes">Bytes of an array: above what the collector takes for a large one (85,000), which it does not move.</param>
/// <param name="mostSpare">At most so many are spare.</param>
/// <param name="collect">Has the collector look, in the background, for what nobody has any more.</param>
public sealed class RecycledArrays(int arrayBytes, int mostSpare, Action collect)
{
    /// <summary>Bytes of an array of entries: little beside a log even for many groups that each keep one entry.</summary>
    public const int EntriesBytes = 256 * 1024;

    /// <summary>Bytes of an array for a piece of a snapshot: what most of them have, and some more.</summary>
    public const int PieceBytes = 160 * 1024;

    /// <summary>Arrays that are made before the collector looks: there may be as many of which nobody has a piece any more.</summary>
    public const int MadeBetweenCollections = 256;

    // As long as a log with a large state takes to need them all.
    private const int TakenBetweenLooks = 1024;

    private readonly Lock _lock = new();
    private readonly Stack<byte[]> _spare = new();
    private int _fewestSpare;
    private int _taken;
    private int _made;

    /// <summary>Those of the process for the bytes of entries; as many may be spare as the longest log holds between two snapshots, by default.</summary>
    public static RecycledArrays Entries { get; } = new(EntriesBytes, 1024, CollectInBackground);

    /// <summary>Those of the process for pieces of snapshots.</summary>
    public static RecycledArrays Pieces { get; } = new(PieceBytes, MadeBetweenCollections, CollectInBackground);

    /// <summary>Arrays that nobody has a piece of.</summary>
    public int Spare
    {
        get
        {
            lock (_lock)
                return _spare.Count;
        }
    }

    /// <summary>Has the collector look for all that nobody has any more, and does not wait for it.</summary>
    public static void CollectInBackground() => _ = Task.Run(static () => GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: false));

    /// <summary>An array, whatever is in it; nobody else has it.</summary>
    public byte[] Take()
    {
        byte[] array = TakeSpare() ?? Make();
        _ = new Return(this, array);
        return array;
    }

    /// <summary>A copy of bytes that are needed for a moment; nobody writes to it any more. What would leave most of an array empty, or is longer than one, is in no array that is used again.</summary>
    public ReadOnlyMemory<byte> Copy(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < arrayBytes / 4 || bytes.Length > arrayBytes)
            return ShortCopies.Of(bytes);
        byte[] array = Take();
        bytes.CopyTo(array);
        return array.AsMemory(0, bytes.Length);
    }

    private byte[] Make()
    {
        if (Interlocked.Increment(ref _made) % MadeBetweenCollections == 0)
            collect();

        // What is overwritten at once need not be cleared first.
        return GC.AllocateUninitializedArray<byte>(arrayBytes);
    }

    private byte[]? TakeSpare()
    {
        lock (_lock)
        {
            bool isThere = _spare.TryPop(out byte[]? array);
            _fewestSpare = Math.Min(_fewestSpare, _spare.Count);
            if (++_taken >= TakenBetweenLooks)
                GiveUp();
            return isThere ? array : null;
        }
    }

    // Half of those that were needed by nobody since the last look: what a log left that was longer than usual goes, and not all of it at once.
    private void GiveUp()
    {
        for (int given = (_fewestSpare + 1) / 2; given > 0; given--)
            _spare.Pop();
        _fewestSpare = _spare.Count;
        _taken = 0;
    }

    private void Add(byte[] array)
    {
        lock (_lock)
        {
            if (_spare.Count < mostSpare)
                _spare.Push(array);
        }
    }

    private sealed class Return
    {
        private readonly RecycledArrays _arrays;
        private readonly byte[] _array;
        private DependentHandle _tie;

        public Return(RecycledArrays arrays, byte[] array)
        {
            _arrays = arrays;
            _array = array;
            _tie = new DependentHandle(array, this);
        }

        [SuppressMessage("Design", "MA0055:Do not use finalizer", Justification = "There is no other way to be told that nobody can reach something any more")]
        ~Return()
        {
            _tie.Dispose();
            _arrays.Add(_array);
        }
    }
}
