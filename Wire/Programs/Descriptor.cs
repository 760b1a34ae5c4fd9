using System.Runtime.InteropServices;

namespace PaxosShard.Programs;

/// <summary>
/// Reads and writes a descriptor as it is. The runtime's console stream swallows a closed pipe and is line-buffered on a
/// terminal; its file stream keeps a position of its own, which is wrong when several programs share one output.
/// </summary>
public static unsafe class Descriptor
{
    /// <summary>Standard input.</summary>
    public const int Input = 0;

    /// <summary>Standard output.</summary>
    public const int Output = 1;

    /// <summary>Standard error.</summary>
    public const int Error = 2;

    private const int CloseOnExec = 0x80000;
    private const int Interrupted = 4;
    private const int TryAgain = 11;
    private const int BrokenPipe = 32;
    private const short PollIn = 1;
    private const short PollOut = 4;

    /// <summary>Opens a file, without locking it as the runtime does.</summary>
    /// <returns>Its descriptor, which no program that is started gets; below 0 when it cannot be opened.</returns>
    public static int OpenToRead(string path) => NativeMethods.Open(path, CloseOnExec);

    /// <summary>Closes a descriptor.</summary>
    public static void Close(int descriptor) => _ = NativeMethods.Close(descriptor);

    /// <summary>The descriptor is a terminal.</summary>
    public static bool IsTerminal(int descriptor) => NativeMethods.IsTerminal(descriptor) == 1;

    /// <summary>Reads what is there, waiting for at least one byte.</summary>
    /// <returns>0 at the end.</returns>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static int Read(int descriptor, Span<byte> buffer)
    {
        while (true)
        {
            nint count;
            fixed (byte* start = buffer)
                count = NativeMethods.Read(descriptor, start, buffer.Length);
            if (count >= 0)
                return (int)count;
            WaitOrThrow(descriptor, PollIn, "read");
        }
    }

    /// <summary>Waits until there is something to read, or the end.</summary>
    /// <returns>False when the time is over first.</returns>
    public static bool WaitForInput(int descriptor, int timeoutMilliseconds)
    {
        NativeMethods.PollEntry entry = new() { Descriptor = descriptor, Events = PollIn };
        return NativeMethods.Poll(&entry, 1, timeoutMilliseconds) > 0;
    }

    /// <summary>Writes everything.</summary>
    /// <exception cref="OutputClosedException">Nobody reads it any more.</exception>
    /// <exception cref="IOException">It cannot be written.</exception>
    public static void Write(int descriptor, ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            nint count;
            fixed (byte* start = bytes)
                count = NativeMethods.Write(descriptor, start, bytes.Length);
            if (count >= 0)
                bytes = bytes[(int)count..];
            else
                WaitOrThrow(descriptor, PollOut, "written");
        }
    }

    private static void WaitOrThrow(int descriptor, short events, string what)
    {
        int error = Marshal.GetLastPInvokeError();
        if (error == Interrupted)
            return;
        if (error == BrokenPipe)
            throw new OutputClosedException();
        if (error != TryAgain)
            throw new IOException($"descriptor {descriptor} cannot be {what}: {Marshal.GetPInvokeErrorMessage(error)}");
        NativeMethods.PollEntry entry = new() { Descriptor = descriptor, Events = events };
        _ = NativeMethods.Poll(&entry, 1, -1);
    }
}

/// <summary>Nobody reads the output any more, as behind <c>| head</c>.</summary>
public sealed class OutputClosedException() : Exception("nobody reads the output any more");
