using System.Runtime.InteropServices;

namespace PaxosShard.ChatClient.App.Posix;

/// <summary>The C library's own calls, for what the runtime has no call for.</summary>
internal static unsafe partial class NativeMethods
{
    /// <summary>Sends a signal.</summary>
    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    public static partial int Kill(int process, int signal);

    /// <summary>Finds the clock of the time of processors that a process has taken; 0, or the number of an error.</summary>
    [LibraryImport("libc", EntryPoint = "clock_getcpuclockid")]
    public static partial int FindProcessorClock(int process, out int clock);

    /// <summary>Reads a clock: seconds, and nanoseconds behind them; 0, or -1.</summary>
    [LibraryImport("libc", EntryPoint = "clock_gettime")]
    public static partial int ReadClock(int clock, nint* time);

    /// <summary>Reads a terminal's settings; the buffer is larger than the structure of any system.</summary>
    [LibraryImport("libc", EntryPoint = "tcgetattr", SetLastError = true)]
    public static partial int GetTerminalSettings(int descriptor, byte* settings);

    /// <summary>Sets a terminal's settings.</summary>
    [LibraryImport("libc", EntryPoint = "tcsetattr", SetLastError = true)]
    public static partial int SetTerminalSettings(int descriptor, int when, byte* settings);

    /// <summary>Changes settings so that every byte comes as it is typed, and nothing is echoed.</summary>
    [LibraryImport("libc", EntryPoint = "cfmakeraw")]
    public static partial void MakeRaw(byte* settings);

    /// <summary>Asks a terminal for its size.</summary>
    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    public static partial int Control(int descriptor, nuint request, byte* argument);

    /// <summary>The path without links; null when there is nothing. What it returns is to be given back to <see cref="Free"/>.</summary>
    [LibraryImport("libc", EntryPoint = "realpath", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial byte* ResolvePath(string path, byte* buffer);

    /// <summary>Gives memory of the C library back.</summary>
    [LibraryImport("libc", EntryPoint = "free")]
    public static partial void Free(byte* memory);

    /// <summary>Asks what a path leads to: the structure of statx(2), which is the same on every machine.</summary>
    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Status(int directory, string path, int flags, uint wanted, byte* buffer);

    /// <summary>Waits until one of some descriptors is ready, or so many milliseconds have passed; how many are, or -1.</summary>
    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    public static partial int Poll(PolledDescriptor* descriptors, nuint count, int milliseconds);

    /// <summary>Sleeps for so many microseconds, at most a second; a signal may end it earlier.</summary>
    [LibraryImport("libc", EntryPoint = "usleep")]
    public static partial int SleepMicroseconds(uint microseconds);
}
