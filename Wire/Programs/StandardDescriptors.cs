using System.Text;

namespace PaxosShard.Programs;

/// <summary>
/// Descriptors 0, 1 and 2. A program may be started with some of them closed. Then the runtime's own first files have got these
/// numbers before any line of this program runs, and what is written to standard error would end in one of them. What the runtime
/// opens is closed on exec, what was inherited cannot be: that tells them apart. The numbers cannot be taken back from the runtime, so
/// they are put on <c>/dev/null</c> and the program begins anew as the same process. Between the two nothing of the runtime is used:
/// one of its files may be where it takes random numbers from, and it would read <c>/dev/null</c> until there are some.
/// </summary>
internal static unsafe class StandardDescriptors
{
    private const int Count = 3;
    private const int GetFlags = 1;
    private const int CloseOnExec = 1;
    private const int ReadWrite = 2;
    private const int LeastFree = 3;
    private const int DuplicateFrom = 0;
    private const int NotStarted = 70;

    private static ReadOnlySpan<byte> NotBegun =>
        "PX1299: the program could not begin anew with its standard descriptors, some of which were closed\n  outcome: nothing was done; likely cause: its file was replaced while it started; next: start it again\n"u8;

    /// <summary>Puts those that were closed on <c>/dev/null</c>; if there are any, the program begins anew.</summary>
    public static void MakeReal()
    {
        int[] closed = [.. Enumerable.Range(0, Count).Where(descriptor => !WasInherited(descriptor))];
        if (closed.Length == 0 || RawWords.Read("cmdline") is not { Count: > 0 } words)
            return;
        if (File.ResolveLinkTarget("/proc/self/exe", returnFinalTarget: false)?.FullName is not { } program)
            return;
        int opened = NativeMethods.Open("/dev/null", ReadWrite);
        int nothing = opened is >= 0 and < Count ? NativeMethods.Control(opened, DuplicateFrom, LeastFree) : opened;
        // None left: then nothing can be opened where they should be, and everything stays as it is.
        if (nothing >= 0)
            BeginAnew(program, words, closed, nothing);
    }

    /// <summary>The descriptor was there before the program was.</summary>
    internal static bool WasInherited(int descriptor) =>
        NativeMethods.Control(descriptor, GetFlags, 0) is var flags && flags >= 0 && (flags & CloseOnExec) == 0;

    // There is no way back: the runtime's own files are gone. And what could not be made real is not tried again, or that would go on for ever.
    private static void BeginAnew(string program, IReadOnlyList<byte[]> words, int[] closed, int nothing)
    {
        byte[] all = [.. words.SelectMany(word => word.Append((byte)0))];
        byte[] path = [.. Encoding.UTF8.GetBytes(program), 0];
        byte** arguments = stackalloc byte*[words.Count + 1];
        fixed (byte* start = all)
        fixed (byte* file = path)
        {
            byte* word = start;
            for (int index = 0; index < words.Count; index++)
            {
                arguments[index] = word;
                word += words[index].Length + 1;
            }
            arguments[words.Count] = null;
            bool areReal = true;
            foreach (int descriptor in closed)
                areReal &= NativeMethods.Duplicate(nothing, descriptor) >= 0;
            _ = NativeMethods.Close(nothing);
            if (areReal)
                _ = NativeMethods.Execute(file, arguments);
        }

        fixed (byte* said = NotBegun)
            _ = NativeMethods.Write(Descriptor.Error, said, NotBegun.Length);
        NativeMethods.Exit(NotStarted);
    }
}
