using System.ComponentModel;
using System.Diagnostics;
using PaxosShard.Benchmarks.Peers.Clients;

namespace PaxosShard.Benchmarks.Peers.Servers;

/// <summary>A process of a server, whose output goes to a file of its directory. It is killed by its number, and so early or late as the run ends.</summary>
internal sealed class ServerProcess : IDisposable
{
    private const int LinesOfTrouble = 5;

    private readonly Process _process;
    private readonly string _name;
    private readonly string _output;

    private ServerProcess(Process process, string name, string output)
    {
        _process = process;
        _name = name;
        _output = output;
    }

    /// <summary>Starts it.</summary>
    /// <param name="directory">A directory of its own, which is made.</param>
    /// <param name="program">The program.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <exception cref="ServerException">It cannot be started.</exception>
    public static ServerProcess Start(string directory, string program, IEnumerable<string> arguments)
    {
        Directory.CreateDirectory(directory);
        string output = Path.Combine(directory, "output");
        // The shell becomes the program, under the same number, and has sent its output to the file before.
        ProcessStartInfo start = new("/bin/sh") { UseShellExecute = false, WorkingDirectory = directory, RedirectStandardInput = true };
        foreach (string argument in (IEnumerable<string>)["-c", "exec \"$0\" \"$@\" >output 2>&1", program, .. arguments])
            start.ArgumentList.Add(argument);
        try
        {
            Process process = Process.Start(start) ?? throw new ServerException($"{program} was not started");
            return new ServerProcess(process, Path.GetFileName(program), output);
        }
        catch (Win32Exception exception)
        {
            throw new ServerException($"{program} cannot be started: {exception.Message}", exception);
        }
    }

    /// <summary>Its number.</summary>
    public int Id => _process.Id;

    /// <summary>What it has said so far.</summary>
    public string Output => File.Exists(_output) ? File.ReadAllText(_output) : "";

    /// <summary>Its last lines of output, for people; empty when there are none.</summary>
    public string LastLines => string.Concat(Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).TakeLast(LinesOfTrouble).Select(static line => $"\n  {line}"));

    /// <summary>Sees that it still runs.</summary>
    /// <param name="awaited">What is waited for.</param>
    /// <exception cref="ServerException">It has ended.</exception>
    public void ThrowIfEnded(string awaited)
    {
        if (_process.HasExited)
            throw new ServerException($"{_name} has ended with {_process.ExitCode}, instead of {awaited}{LastLines}");
    }

    /// <summary>Kills it, and waits until it is gone.</summary>
    public void Dispose()
    {
        _process.Kill(); // Does nothing to one that has ended.
        _process.WaitForExit();
        _process.Dispose();
    }
}
