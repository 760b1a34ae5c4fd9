using System.Collections.Concurrent;
using System.Diagnostics;

namespace PaxosShard.Tests.EndToEnd.Harness;

/// <summary>A process that a test started. Whatever becomes of the test, it does not outlive it.</summary>
internal sealed class StartedProcess : IAsyncDisposable
{
    private static readonly ConcurrentDictionary<int, Process> _running = new();

    private readonly Process _process;
    private readonly OutputCapture _output;
    private readonly OutputCapture _error;

    static StartedProcess()
    {
        // The last resort, for a run that is ended from outside.
        AppDomain.CurrentDomain.ProcessExit += (_, _) =>
        {
            foreach (Process process in _running.Values)
                process.Kill();
        };
    }

    private StartedProcess(Process process)
    {
        _process = process;
        _output = new OutputCapture(process.StandardOutput.BaseStream);
        _error = new OutputCapture(process.StandardError.BaseStream);
    }

    /// <summary>Its process number.</summary>
    public int Id => _process.Id;

    /// <summary>It has ended.</summary>
    public bool HasExited => _process.HasExited;

    /// <summary>Its exit code, once it has ended.</summary>
    public int ExitCode => _process.ExitCode;

    /// <summary>What it has written to its standard output so far.</summary>
    public string Output => _output.ToString();

    /// <summary>What it has written to its standard error so far.</summary>
    public string Error => _error.ToString();

    /// <summary>Bytes of memory it has in use now.</summary>
    public long WorkingSet
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64;
        }
    }

    /// <summary>Starts a program.</summary>
    /// <param name="program">Its path.</param>
    /// <param name="arguments">Its arguments, as they are.</param>
    /// <param name="input">What it reads from its standard input, which is closed then; null: an empty one.</param>
    /// <param name="environment">Variables besides those of the tests; a null value takes one away.</param>
    public static StartedProcess Start(
        string program,
        IEnumerable<string> arguments,
        ReadOnlyMemory<byte>? input = null,
        IReadOnlyDictionary<string, string?>? environment = null)
    {
        StartedProcess started = StartOpen(program, arguments, environment);
        _ = started.FeedAsync(input ?? ReadOnlyMemory<byte>.Empty);
        return started;
    }

    /// <summary>Starts a program whose standard input stays open: <see cref="WriteAsync"/>, then <see cref="CloseInput"/>.</summary>
    /// <param name="program">Its path.</param>
    /// <param name="arguments">Its arguments, as they are.</param>
    /// <param name="environment">Variables besides those of the tests; a null value takes one away.</param>
    public static StartedProcess StartOpen(string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string?>? environment)
    {
        ProcessStartInfo start = new(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        foreach ((string name, string? value) in environment ?? new Dictionary<string, string?>(StringComparer.Ordinal))
            start.Environment[name] = value;
        Process process = Process.Start(start) ?? throw new InvalidOperationException($"{program} did not start");
        _running[process.Id] = process;
        return new StartedProcess(process);
    }

    /// <summary>Writes to its standard input.</summary>
    public async Task WriteAsync(string text, CancellationToken cancellation)
    {
        await _process.StandardInput.WriteAsync(text.AsMemory(), cancellation);
        await _process.StandardInput.FlushAsync(cancellation);
    }

    /// <summary>Its standard input ends.</summary>
    public void CloseInput() => _process.StandardInput.Close();

    /// <summary>Ends it at once, as a power cut would.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await EndAsync();
    }

    /// <summary>Freezes it.</summary>
    public void Pause() => Signals.SendStop(_process);

    /// <summary>Lets it go on.</summary>
    public void Continue() => Signals.SendContinue(_process);

    /// <summary>Sends it what Ctrl-C sends.</summary>
    public void Interrupt() => Signals.SendInterrupt(_process);

    /// <summary>Asks it to end in good order and waits until it has.</summary>
    public async Task<int> StopAsync(CancellationToken cancellation)
    {
        if (!_process.HasExited)
            Signals.SendTerminate(_process);
        return await ExitAsync(cancellation);
    }

    /// <summary>Waits until it has ended by itself and all its output is there.</summary>
    public async Task<int> ExitAsync(CancellationToken cancellation)
    {
        await _process.WaitForExitAsync(cancellation);
        _running.TryRemove(_process.Id, out _);
        await Task.WhenAll(_output.End, _error.End).WaitAsync(cancellation);
        return _process.ExitCode;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            _process.Kill();
        await EndAsync();
        _process.Dispose();
    }

    private async Task EndAsync()
    {
        await _process.WaitForExitAsync(CancellationToken.None);
        _running.TryRemove(_process.Id, out _);
    }

    private async Task FeedAsync(ReadOnlyMemory<byte> input)
    {
        try
        {
            await _process.StandardInput.BaseStream.WriteAsync(input);
            _process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It ended without reading everything: its exit code says why.
        }
    }
}
