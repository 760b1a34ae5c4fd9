using System.Runtime.InteropServices;
using PaxosShard.Replica.Node.Faults;

namespace PaxosShard.Replica.Hosting;

/// <summary>Cuts this replica off with SIGUSR1, and lets it back with SIGUSR2: how a drill parts a process from the others without the rights that a firewall needs.</summary>
internal sealed class CutSignals : IDisposable
{
    private const PosixSignal CutOff = (PosixSignal)10;
    private const PosixSignal LetBack = (PosixSignal)12;

    private static readonly NLog.Logger _log = NLog.LogManager.GetLogger(nameof(CutSignals));

    private readonly CutSwitch _cut;
    private readonly PosixSignalRegistration[] _registrations;

    /// <summary>Listens to the signals.</summary>
    /// <param name="cut">What they switch.</param>
    public CutSignals(CutSwitch cut)
    {
        _cut = cut;
        _registrations = [PosixSignalRegistration.Create(CutOff, Switch), PosixSignalRegistration.Create(LetBack, Switch)];
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (PosixSignalRegistration registration in _registrations)
            registration.Dispose();
    }

    private void Switch(PosixSignalContext signal)
    {
        signal.Cancel = true;
        _cut.IsOn = signal.Signal == CutOff;
        _log.Warn(_cut.IsOn ? "Every frame is lost on purpose from now on" : "No frame is lost on purpose any more");
    }
}
