using System.ComponentModel;
using System.Diagnostics;
using PaxosShard.ChatClient.App.Chat;
using PaxosShard.ChatClient.App.Cli;
using PaxosShard.Programs;
using PaxosShard.Programs.Errors;

namespace PaxosShard.ChatClient.App.Demo;

/// <summary>A demo with a second person beside it: tmux shows both, in its own session where there is none yet.</summary>
/// <param name="shell">The environment.</param>
internal sealed class DemoPanes(Shell shell)
{
    private const string Guest = "guest";

    /// <summary>This program runs in a pane of tmux, which can be divided.</summary>
    public bool IsInside => shell.Variable("TMUX") is not null;

    /// <summary>Looks whether there can be panes at all.</summary>
    /// <exception cref="ReportedException">There cannot.</exception>
    public static void Require()
    {
        if (!ChatProgram.IsAtTerminal)
            throw new ReportedException(ErrorKinds.Usage, "--panes is for a terminal: standard input or output is none");
        string[] places = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        if (!Array.Exists(places, static place => File.Exists(Path.Combine(place, "tmux"))))
            throw new ReportedException(ErrorKinds.Usage, "--panes needs tmux, which was not found in PATH; px demo here and px chat in a second terminal do the same");
    }

    /// <summary>Runs the same command in a session of its own, which ends with it.</summary>
    /// <param name="words">The words behind <c>px</c>.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>The exit code of tmux.</returns>
    public async Task<int> RunInsideAsync(IReadOnlyList<string> words, CancellationToken cancellation) =>
        await TmuxAsync(["-L", $"paxosshard-{Environment.ProcessId}", "new-session", Line([.. words])], cancellation);

    /// <summary>Divides the pane of this program: beside it somebody else chats, until the demo ends.</summary>
    /// <param name="root">The directory of the demo.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task SplitAsync(string root, CancellationToken cancellation) =>
        await TmuxAsync(["split-window", "-h", "-d", "-c", Environment.CurrentDirectory, Line(["chat", "--dir", root, "--nick", Guest])], cancellation);

    private static async Task<int> TmuxAsync(IEnumerable<string> words, CancellationToken cancellation)
    {
        try
        {
            using Process tmux = Process.Start(new ProcessStartInfo("tmux", words) { UseShellExecute = false })!;
            await tmux.WaitForExitAsync(cancellation);
            return tmux.ExitCode;
        }
        catch (Win32Exception exception)
        {
            throw new ReportedException(ErrorKinds.Usage, $"--panes needs tmux, which does not start: {exception.Message}");
        }
    }

    private string Line(string[] words) => ShellWord.Line([shell.Variable(NextCommand.Variable) ?? Environment.ProcessPath ?? "px", .. words]);
}
