using System.Net.Sockets;

namespace PaxosShard.ChatClient.App.Delays;

/// <summary>One direction of a connection through a <see cref="DelayProxy"/>.</summary>
/// <param name="from">Where bytes come from.</param>
/// <param name="to">Where they go.</param>
/// <param name="delay">How long each of them is held back.</param>
/// <param name="clock">Wakes when they are due.</param>
internal sealed class DelayedDirection(Socket from, Socket to, TimeSpan delay, DelayClock clock) : IDisposable
{
    // At a delay of 10 ms this lets 100 MB a second pass.
    private const int MostBytes = 1024 * 1024;
    private const int MostPieces = 1024;
    private const int ReadBytes = 64 * 1024;

    private readonly DelayLine _line = new(delay, MostBytes, MostPieces);
    private readonly SemaphoreSlim _due = new(0);
    private readonly SemaphoreSlim _hasSpace = new(0);

    /// <summary>Forwards everything, and the end behind it.</summary>
    /// <param name="end">Ends both halves.</param>
    /// <exception cref="SocketException">A side was reset.</exception>
    public async Task RunAsync(CancellationTokenSource end)
    {
        await Task.WhenAll(EndBothOnFailureAsync(TakeInAsync(end.Token), end), EndBothOnFailureAsync(PassOnAsync(end.Token), end));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _due.Dispose();
        _hasSpace.Dispose();
    }

    private static async Task EndBothOnFailureAsync(Task half, CancellationTokenSource end)
    {
        try
        {
            await half;
        }
        catch
        {
            await end.CancelAsync();
            throw;
        }
    }

    private async Task TakeInAsync(CancellationToken cancellation)
    {
        byte[] buffer = new byte[ReadBytes];
        while (true)
        {
            int count = await from.ReceiveAsync(buffer.AsMemory(0, await SpaceAsync(cancellation)), cancellation);
            TimeSpan due;
            lock (_line)
                due = count == 0 ? _line.Close(DelayClock.Now) : _line.Add(buffer.AsSpan(0, count), DelayClock.Now);
            clock.WakeAt(due, Wake);
            if (count == 0)
                return;
        }
    }

    private async Task<int> SpaceAsync(CancellationToken cancellation)
    {
        while (true)
        {
            lock (_line)
            {
                if (_line.Space > 0)
                    return Math.Min(_line.Space, ReadBytes);
            }

            await _hasSpace.WaitAsync(cancellation);
        }
    }

    private async Task PassOnAsync(CancellationToken cancellation)
    {
        while (true)
        {
            await _due.WaitAsync(cancellation);
            byte[] bytes;
            lock (_line)
                bytes = _line.TakeDue(DelayClock.Now) ?? throw new InvalidOperationException("woken before anything was due");
            if (_hasSpace.CurrentCount == 0)
                _hasSpace.Release();
            if (bytes.Length == 0)
            {
                to.Shutdown(SocketShutdown.Send);
                return;
            }

            for (ReadOnlyMemory<byte> left = bytes; !left.IsEmpty;)
                left = left[await to.SendAsync(left, cancellation)..];
        }
    }

    // The connection may have ended meanwhile.
    private void Wake()
    {
        try
        {
            _due.Release();
        }
        catch (ObjectDisposedException)
        {
            // Nobody waits any more.
        }
    }
}
