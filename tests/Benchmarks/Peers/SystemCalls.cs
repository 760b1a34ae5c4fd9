using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace PaxosShard.Benchmarks.Peers;

/// <summary>A descriptor to be waited for, as <c>poll</c> takes it; one below zero is passed over.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct PollDescriptor
{
    /// <summary>The descriptor.</summary>
    public int Descriptor;

    /// <summary>What is waited for.</summary>
    public short Wanted;

    /// <summary>What has happened.</summary>
    public short Happened;
}

/// <summary>Calls of the system that the runtime has no name for, or whose errors it swallows.</summary>
internal static partial class SystemCalls
{
    /// <summary>There is something to be read.</summary>
    public const short CanRead = 1;

    /// <summary>There is room to write.</summary>
    public const short CanWrite = 4;

    private const int NonBlocking = 0x800;
    private const int Interrupted = 4;
    private const int TerminateSignal = 15;

    /// <summary>Waits until something has happened to one of the descriptors.</summary>
    /// <param name="descriptors">The descriptors.</param>
    /// <param name="milliseconds">Longest time; below zero for no end.</param>
    /// <returns>To how many; none when time is up or a signal came.</returns>
    /// <exception cref="Win32Exception">The system refuses.</exception>
    public static int Poll(Span<PollDescriptor> descriptors, int milliseconds)
    {
        int ready = PollNative(ref MemoryMarshal.GetReference(descriptors), (nuint)descriptors.Length, milliseconds);
        if (ready < 0 && Marshal.GetLastPInvokeError() == Interrupted)
            return 0;
        return Checked(ready, "poll");
    }

    /// <summary>Waits until the content of a file is on its disk.</summary>
    /// <exception cref="Win32Exception">It may not be there.</exception>
    public static void SyncData(SafeFileHandle file) => Checked(FdatasyncNative(file), "fdatasync");

    /// <summary>Makes a counter that can be waited for with <see cref="Poll"/>.</summary>
    /// <exception cref="Win32Exception">The system refuses.</exception>
    public static SafeFileHandle CreateCounter() => new(Checked(EventfdNative(0, NonBlocking), "eventfd"), ownsHandle: true);

    /// <summary>Raises a counter by one.</summary>
    public static void Raise(SafeFileHandle counter)
    {
        ulong one = 1;
        _ = WriteNative(counter, ref one, sizeof(ulong)); // Fails only when it is as high as it can be, and then it is ready anyhow.
    }

    /// <summary>Sets a counter back to zero.</summary>
    public static void Reset(SafeFileHandle counter)
    {
        ulong value = 0;
        _ = ReadNative(counter, ref value, sizeof(ulong)); // Fails when it is zero already.
    }

    /// <summary>Asks a process to end.</summary>
    public static void Terminate(int process) => _ = KillNative(process, TerminateSignal); // It may have ended already.

    private static int Checked(int result, string call) => result >= 0 ? result : throw new Win32Exception(Marshal.GetLastPInvokeError(), $"{call}: {Marshal.GetLastPInvokeErrorMessage()}");

    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int PollNative(ref PollDescriptor descriptors, nuint count, int milliseconds);

    [LibraryImport("libc", EntryPoint = "fdatasync", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int FdatasyncNative(SafeFileHandle file);

    [LibraryImport("libc", EntryPoint = "eventfd", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int EventfdNative(uint initial, int flags);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial nint WriteNative(SafeFileHandle file, ref ulong value, nuint bytes);

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial nint ReadNative(SafeFileHandle file, ref ulong value, nuint bytes);

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int KillNative(int process, int signal);
}
