using System.Net;
using System.Net.Sockets;
using PaxosShard.ChatClient.App.Load.Gateway;

namespace PaxosShard.ChatClient.App.Load.Resharding;

/// <summary>
/// A client of several gateways that has a <see cref="GatewayLine"/> to one of them, with one line under way. A connection that was lost is opened anew with the next line, to the next gateway that takes it. Used by one
/// caller at a time.
/// </summary>
/// <param name="addresses">Where the gateways listen.</param>
/// <param name="first">With which of them it begins, from 0.</param>
internal sealed class GatewayTalk(Func<IReadOnlyList<string>> addresses, int first) : IDisposable
{
    // A gateway answers within 10 s, whatever happens behind it; one that is stopped does not.
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(20);

    private GatewayLine? _line;
    private int _next = first;
    private volatile bool _isDisposed;

    /// <summary>Connections that were lost while a line had no answer.</summary>
    public int Lost { get; private set; }

    /// <summary>Sends a line and waits for its answer.</summary>
    /// <param name="line">The line, without its end.</param>
    /// <exception cref="ObjectDisposedException">It was given up.</exception>
    /// <returns>The answer; null when the connection was lost before it came: whether the line took effect, or still will, is not known.</returns>
    public async Task<string?> AskAsync(string line)
    {
        GatewayLine connection = await ConnectAsync();
        try
        {
            using CancellationTokenSource late = new(_patience);
            return await connection.AskAsync(line, late.Token);
        }
        catch (Exception exception) when (exception is IOException or SocketException or OperationCanceledException)
        {
            Close();
            Lost++;
            return null;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _isDisposed = true;
        Close();
    }

    private void Close()
    {
        _line?.Dispose();
        _line = null;
    }

    private async Task<GatewayLine> ConnectAsync()
    {
        while (true)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            if (_line is { } open)
                return open;
            IReadOnlyList<string> known = addresses();
            try
            {
                _line = await GatewayLine.ConnectAsync(IPEndPoint.Parse(known[_next++ % known.Count]), CancellationToken.None);
            }
            catch (Exception exception) when (exception is SocketException or FormatException)
            {
                // It is down, or has not said yet where it listens.
                await Task.Delay(_pause);
            }
        }
    }
}
