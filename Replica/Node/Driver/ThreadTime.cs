using System.Runtime.InteropServices;

namespace PaxosShard.Replica.Node.Driver;

/// <summary>
/// For how long the present thread has had a processor. What a clock shows besides is the time in which the system gave the processor to others, or the machine
/// was paused.
/// </summary>
/// <remarks>A call of the system, which takes longer than a look at a clock: see <see cref="ThreadClock"/>.</remarks>
internal static partial class ThreadTime
{
    private const int ClockOfThread = 3;

    /// <summary>Processor time of the present thread; <see cref="TimeSpan.Zero"/> where the system does not tell.</summary>
    public static TimeSpan Now => OperatingSystem.IsLinux() && clock_gettime(ClockOfThread, out TimeSpecification time) == 0
        ? TimeSpan.FromTicks((time.Seconds * TimeSpan.TicksPerSecond) + (time.Nanoseconds / TimeSpan.NanosecondsPerTick))
        : TimeSpan.Zero;

    [LibraryImport("libc")]
    private static partial int clock_gettime(int clock, out TimeSpecification time);

    [StructLayout(LayoutKind.Sequential)]
    private struct TimeSpecification
    {
        public nint Seconds;
        public nint Nanoseconds;
    }
}
