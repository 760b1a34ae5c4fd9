using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace PaxosShard.Tests.EndToEnd.Harness;

/// <summary>The signals a test sends, each to exactly one process that it started.</summary>
internal static class Signals
{
    private const int NoSuchProcess = 3;
    private const int Interrupt = 2;
    private const int KillSignal = 9;
    private const int Terminate = 15;
    private const int Continue = 18;
    private const int Stop = 19;

    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(30);

    /// <summary>What Ctrl-C sends.</summary>
    public static void SendInterrupt(Process process) => Send(process, Interrupt);

    /// <summary>Asks it to end in good order.</summary>
    public static void SendTerminate(Process process) => Send(process, Terminate);

    /// <summary>
    /// Freezes it: it neither runs nor closes its connections. One of its threads takes the signal and stops the others; until that one gets a processor the others go on, which takes a while where all are busy. So it is
    /// waited for.
    /// </summary>
    /// <exception cref="TimeoutException">Some of its threads go on.</exception>
    public static void SendStop(Process process)
    {
        Send(process, Stop);
        for (Stopwatch since = Stopwatch.StartNew(); !HasStopped(process.Id); Thread.Sleep(1))
        {
            if (since.Elapsed > _patience)
                throw new TimeoutException($"process {process.Id} goes on although it was told to stop");
        }
    }

    /// <summary>Lets it go on.</summary>
    public static void SendContinue(Process process) => Send(process, Continue);

    /// <summary>Ends a process at once; one that has ended by itself meanwhile is as good.</summary>
    public static void SendKill(int process)
    {
        if (Kill(process, KillSignal) != 0 && Marshal.GetLastPInvokeError() is not NoSuchProcess and var error)
            throw new Win32Exception(error, $"signal {KillSignal} to process {process}");
    }

    // Every thread of it; one that ends while it is looked at, and a process that has ended, do not go on either.
    private static bool HasStopped(int process)
    {
        try
        {
            return Directory.GetDirectories($"/proc/{process}/task").All(static thread => File.ReadAllText(Path.Combine(thread, "stat")) is var stat && stat[stat.LastIndexOf(')') + 2] is 'T' or 't' or 'Z' or 'X');
        }
        catch (DirectoryNotFoundException)
        {
            return !Directory.Exists($"/proc/{process}");
        }
        catch (IOException)
        {
            return false;
        }
    }

    private static void Send(Process process, int signal)
    {
        if (Kill(process.Id, signal) != 0)
            throw new Win32Exception(Marshal.GetLastPInvokeError(), $"signal {signal} to process {process.Id}");
    }

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Kill(int processId, int signal);
}
