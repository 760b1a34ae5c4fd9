using System.Runtime.InteropServices;

namespace PaxosShard.Replica.Hosting;

/// <summary>
/// Turns SIGTERM and Ctrl-C into a request to stop in good order; a second one ends the process as the system does. A closed
/// terminal (SIGHUP) changes nothing.
/// </summary>
internal sealed class Stopper : IDisposable
{
    private readonly CancellationTokenSource _asked = new();
    private readonly PosixSignalRegistration[] _registrations;

    /// <summary>Listens to the signals.</summary>
    public Stopper()
    {
        Asked = _asked.Token;
        _registrations =
        [
            PosixSignalRegistration.Create(PosixSignal.SIGTERM, Ask),
            PosixSignalRegistration.Create(PosixSignal.SIGINT, Ask),
            PosixSignalRegistration.Create(PosixSignal.SIGHUP, signal => signal.Cancel = true),
        ];
    }

    /// <summary>Cancelled when the process was asked to stop.</summary>
    public CancellationToken Asked { get; }

    /// <summary>It was asked from the keyboard.</summary>
    public bool IsInterrupted { get; private set; }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (PosixSignalRegistration registration in _registrations)
            registration.Dispose();
        _asked.Dispose();
    }

    private void Ask(PosixSignalContext signal)
    {
        if (_asked.IsCancellationRequested)
            return;
        signal.Cancel = true;
        IsInterrupted = signal.Signal == PosixSignal.SIGINT;
        _asked.Cancel();
    }
}
