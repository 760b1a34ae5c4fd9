using System.Globalization;
using System.Text;

namespace PaxosShard.ChatClient.App.Posix;

/// <summary>
/// A process beyond its number, which the system gives out again: number and start time together name it until the machine starts
/// anew. No signal is sent to a process that is not the one meant.
/// </summary>
/// <param name="Pid">Its number.</param>
/// <param name="StartTime">When it started, in ticks since the machine did.</param>
internal sealed record ProcessIdentity(int Pid, long StartTime)
{
    /// <summary>The identity of a process that runs; null when there is none.</summary>
    public static ProcessIdentity? Of(int pid) => StartTimeOf(pid) is { } time ? new ProcessIdentity(pid, time) : null;

    /// <summary>It is the same process, and it runs.</summary>
    public bool IsAlive => StartTimeOf(Pid) == StartTime;

    /// <summary>It is the same process, it runs, and its command line holds this text: for what was noted before the machine may have started anew.</summary>
    /// <param name="commandLinePart">A text that only a process of ours has in its command line.</param>
    public bool IsAliveAs(string commandLinePart) => IsAlive && CommandLineOf(Pid).Contains(commandLinePart, StringComparison.Ordinal);

    /// <summary>Sends a signal, if it is still the process meant.</summary>
    /// <returns>False when it is gone.</returns>
    public bool Send(int signal) => IsAlive && NativeMethods.Kill(Pid, signal) == 0;

    /// <summary>Stops this process until somebody lets it go on.</summary>
    public static void StopThisProcess() => _ = NativeMethods.Kill(Environment.ProcessId, Signal.Stop);

    private static string CommandLineOf(int pid)
    {
        try
        {
            return File.ReadAllText($"/proc/{pid}/cmdline", Encoding.UTF8);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }

    // Field 22 of /proc/PID/stat. The name, field 2, is in brackets and may hold anything; what is behind it is counted. A
    // dead process that nobody has waited for yet is in state Z or X; it still has its files and ports while others of its threads end.
    private static long? StartTimeOf(int pid)
    {
        try
        {
            string text = File.ReadAllText($"/proc/{pid}/stat");
            string[] fields = text[(text.LastIndexOf(')') + 2)..].Split(' ');
            bool hasEnded = fields[0] is "Z" or "X" && int.Parse(fields[17], CultureInfo.InvariantCulture) <= 1;
            return hasEnded ? null : long.Parse(fields[19], CultureInfo.InvariantCulture);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
