using System.Diagnostics;
using PaxosShard.ChatClient.App.Posix;
using PaxosShard.Programs.Errors;

namespace PaxosShard.ChatClient.App.Groups;

/// <summary>
/// A replica process that this program started: in a session of its own, so that it outlives the terminal, with its output
/// appended to a file.
/// </summary>
internal sealed class StartedReplica : IDisposable
{
    private const string Script = "out=$1; shift; exec \"$@\" </dev/null >>\"$out\" 2>&1";

    private readonly Process _process;
    private readonly string _console;
    private readonly long _consoleStart;

    private StartedReplica(string name, Process process, ProcessIdentity identity, string console, long consoleStart)
    {
        Name = name;
        Identity = identity;
        _process = process;
        _console = console;
        _consoleStart = consoleStart;
    }

    /// <summary>Which.</summary>
    public string Name { get; }

    /// <summary>Its process.</summary>
    public ProcessIdentity Identity { get; }

    /// <summary>It has ended.</summary>
    public bool HasEnded => _process.HasExited;

    /// <summary>Starts one.</summary>
    /// <param name="name">Which.</param>
    /// <param name="program">The replica program.</param>
    /// <param name="arguments">Its command line.</param>
    /// <param name="console">Where its output goes.</param>
    /// <exception cref="ReportedException">It ended at once.</exception>
    public static StartedReplica Start(string name, string program, IReadOnlyList<string> arguments, string console)
    {
        // All three are redirected, so that the runtime does not set this terminal up for the child.
        ProcessStartInfo start = new("/bin/sh")
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        string[] session = File.Exists("/usr/bin/setsid") ? ["/usr/bin/setsid"] : [];
        foreach (string argument in (string[])["-c", Script, "px", console, .. session, program, .. arguments])
            start.ArgumentList.Add(argument);
        long consoleStart = File.Exists(console) ? new FileInfo(console).Length : 0;
        Process process = Process.Start(start)!;
        process.StandardInput.Close();
        process.StandardOutput.Close();
        process.StandardError.Close();
        if (ProcessIdentity.Of(process.Id) is { } identity)
            return new StartedReplica(name, process, identity, console, consoleStart);
        process.Dispose();
        throw new ReportedException(ErrorKinds.ReplicaEnded, $"{name} ended at once; see {console}");
    }

    /// <summary>The error that its end is.</summary>
    public ReportedException EndedError()
    {
        _process.WaitForExit();
        string words = LastWords();
        string said = words.Length == 0 ? $"it said nothing in {_console}" : words;
        return new ReportedException(ErrorKinds.ReplicaEnded, $"{Name} ended {HowItEnded(_process.ExitCode)}: {said}")
        {
            Next = NextOf(LastLines()),
            Exit = _process.ExitCode is ExitCode.Usage or ExitCode.Rejected or ExitCode.NotApplied ? _process.ExitCode : null,
        };
    }

    /// <summary>It has ended because somebody had taken its port.</summary>
    public bool EndedForItsPort => HasEnded && LastWords().StartsWith(ErrorKinds.PortInUse.Code, StringComparison.Ordinal);

    /// <inheritdoc/>
    public void Dispose() => _process.Dispose();

    // A signal is the only word of a process that hit a limit of the system.
    private static string HowItEnded(int code)
    {
        const int BehindSignals = 128;
        return (code - BehindSignals) switch
        {
            Signal.Abort => "by signal 6, as the runtime ends when a limit leaves it no memory or descriptors (ulimit -a)",
            Signal.Kill => "by signal 9, as the system ends who takes too much memory, or somebody did",
            Signal.FileSize => "by signal 25: the limit on the size of files (ulimit -f)",
            > 0 and var signal => $"by signal {signal}",
            _ => $"with code {code}",
        };
    }

    // What it says to run next is of its own trouble, and so better than anything that can be said here.
    private static string? NextOf(string[] lines)
    {
        const string Next = "; next: ";
        string? told = lines.LastOrDefault(static line => line.StartsWith("  outcome: ", StringComparison.Ordinal));
        return told?.LastIndexOf(Next, StringComparison.Ordinal) is >= 0 and var start ? told[(start + Next.Length)..] : null;
    }

    private string LastWords()
    {
        string[] lines = LastLines();
        return string.Join(" | ", lines.Where(line => line.StartsWith("PX", StringComparison.Ordinal)).TakeLast(1)
            is var reported && reported.Any() ? reported : lines.TakeLast(2));
    }

    private string[] LastLines()
    {
        const int Longest = 4000;
        if (!File.Exists(_console))
            return [];
        using FileStream stream = new(_console, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        stream.Seek(Math.Max(_consoleStart, stream.Length - Longest), SeekOrigin.Begin);
        using StreamReader reader = new(stream);
        return reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
