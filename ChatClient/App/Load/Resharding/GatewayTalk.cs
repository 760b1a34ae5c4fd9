using System.Net;
using System.Net.Sockets;
using System.Text;

namespace PaxosShard.ChatClient.App.Load.Resharding;

/// <summary>
/// A client that knows no more of the protocol than a line (<c>Wire/PROTOCOL.md</c>, "The gateway's lines"): one connection to one of several gateways, one line under way. A connection that was lost is opened anew with
/// the next line, to the next gateway that takes it. Used by one caller at a time. What it sends and gets are words that need no escape.
/// </summary>
/// <param name="addresses">Where the gateways listen.</param>
/// <param name="first">With which of them it begins, from 0.</param>
internal sealed class GatewayTalk(Func<IReadOnlyList<string>> addresses, int first) : IDisposable
{
    // A gateway answers within 10 s, whatever happens behind it; one that is stopped does not.
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(20);

    private TcpClient? _connection;
    private StreamReader? _reader;
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
        await ConnectAsync();
        try
        {
            using CancellationTokenSource late = new(_patience);
            await _connection!.GetStream().WriteAsync(Encoding.ASCII.GetBytes(line + "\n"), late.Token);
            if (await _reader!.ReadLineAsync(late.Token) is { } answer)
                return answer;
        }
        catch (Exception exception) when (exception is IOException or SocketException or OperationCanceledException)
        {
            // It is lost, as when the stream has ended.
        }

        Close();
        Lost++;
        return null;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _isDisposed = true;
        Close();
    }

    private void Close()
    {
        _reader?.Dispose();
        _connection?.Dispose();
        (_reader, _connection) = (null, null);
    }

    private async Task ConnectAsync()
    {
        while (_connection is null)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            IReadOnlyList<string> known = addresses();
            TcpClient client = new() { NoDelay = true };
            try
            {
                await client.ConnectAsync(IPEndPoint.Parse(known[_next++ % known.Count]));
                _reader = new StreamReader(client.GetStream(), Encoding.ASCII);
                _connection = client;
            }
            catch (Exception exception) when (exception is SocketException or FormatException)
            {
                // It is down, or has not said yet where it listens.
                client.Dispose();
                await Task.Delay(_pause);
            }
        }
    }
}
