using System.Runtime.InteropServices;

namespace PaxosShard.ChatClient.App.Posix;

/// <summary>Turns the end of the terminal into a cancellation, so that what has to be put in order still is.</summary>
internal sealed class HangUpSignal : IDisposable
{
    private readonly CancellationTokenSource _source;
    private readonly PosixSignalRegistration _registration;

    /// <summary>Listens from now on.</summary>
    /// <param name="cancellation">Other reasons to end.</param>
    public HangUpSignal(CancellationToken cancellation)
    {
        _source = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        _registration = PosixSignalRegistration.Create(PosixSignal.SIGHUP, HangUp);
    }

    /// <summary>Cancelled when the terminal is gone, or for the other reasons.</summary>
    public CancellationToken Token => _source.Token;

    /// <inheritdoc/>
    public void Dispose()
    {
        _registration.Dispose();
        _source.Dispose();
    }

    private void HangUp(PosixSignalContext context)
    {
        context.Cancel = true;
        _source.Cancel();
    }
}
