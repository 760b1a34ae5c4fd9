using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace PaxosShard.ChatClient.App.Load.Gateway;

/// <summary>
/// A client of a gateway that is no more than a socket: a line, its answer, the next line. It puts and gets keys of its own by turns, all of one shard, so that a shard that does not answer holds up its own clients and no others.
/// </summary>
internal sealed class GatewayCaller : IDisposable
{
    private static readonly Encoding _encoding = Encoding.Latin1;

    private readonly Socket _socket;
    private readonly StreamReader _reader;
    private readonly IReadOnlyList<AskedKey> _keys;

    private GatewayCaller(Socket socket, IReadOnlyList<AskedKey> keys)
    {
        _socket = socket;
        _reader = new StreamReader(new NetworkStream(socket, ownsSocket: true), _encoding);
        _keys = keys;
    }

    /// <summary>Answers to G that no order of the puts explains.</summary>
    public int Wrong { get; private set; }

    /// <summary>Connects.</summary>
    /// <param name="address">Where the gateway listens.</param>
    /// <param name="keys">The keys, which nobody else changes.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="SocketException">Nobody listens there.</exception>
    public static async Task<GatewayCaller> ConnectAsync(IPEndPoint address, IReadOnlyList<AskedKey> keys, CancellationToken cancellation)
    {
        Socket socket = new(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(address, cancellation);
            return new GatewayCaller(socket, keys);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Asks until it is told to stop; what is under way then is answered first.</summary>
    /// <param name="windowNow">Where a request that begins now is counted.</param>
    /// <param name="stop">Ends it.</param>
    /// <exception cref="IOException">The gateway has closed the connection.</exception>
    public async Task RunAsync(Func<GatewayWindow> windowNow, CancellationToken stop)
    {
        for (int request = 0; !stop.IsCancellationRequested; request++)
        {
            AskedKey key = _keys[request / 2 % _keys.Count];
            GatewayWindow window = windowNow();
            window.Begin();
            long began = Stopwatch.GetTimestamp();
            GatewayAnswer answer = request % 2 == 0 ? await PutAsync(key) : await GetAsync(key);
            window.End(answer, Stopwatch.GetElapsedTime(began));
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _reader.Dispose();

    private async Task<GatewayAnswer> PutAsync(AskedKey key)
    {
        string value = key.NextValue();
        GatewayAnswer answer = GatewayAnswers.Read(await AskAsync($"bench | P | {key.Name} | {value}"));
        key.OnPut(value, answer);
        return answer;
    }

    private async Task<GatewayAnswer> GetAsync(AskedKey key)
    {
        string line = await AskAsync($"bench | G | {key.Name}");
        GatewayAnswer answer = GatewayAnswers.Read(line);
        if (answer == GatewayAnswer.Served && !key.MayHold(GatewayAnswers.ValueOf(line)))
            Wrong++;
        return answer;
    }

    private async Task<string> AskAsync(string line)
    {
        ReadOnlyMemory<byte> rest = _encoding.GetBytes(line + "\n");
        while (!rest.IsEmpty)
            rest = rest[await _socket.SendAsync(rest, SocketFlags.None)..];
        return await _reader.ReadLineAsync() ?? throw new IOException("the gateway has closed the connection");
    }
}
