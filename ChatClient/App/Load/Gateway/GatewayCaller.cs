using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace PaxosShard.ChatClient.App.Load.Gateway;

/// <summary>
/// A client of a gateway that is no more than a socket: a line, its answer, the next line. It puts and gets keys of its own by turns, all of one shard, so that a shard that does not answer holds up its own clients and no others.
/// </summary>
internal sealed class GatewayCaller : IDisposable
{
    private readonly GatewayLine _line;
    private readonly IReadOnlyList<AskedKey> _keys;

    private GatewayCaller(GatewayLine line, IReadOnlyList<AskedKey> keys)
    {
        _line = line;
        _keys = keys;
    }

    /// <summary>Answers to G that no order of the puts explains.</summary>
    public int Wrong { get; private set; }

    /// <summary>Connects.</summary>
    /// <param name="address">Where the gateway listens.</param>
    /// <param name="keys">The keys, which nobody else changes.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="SocketException">Nobody listens there.</exception>
    public static async Task<GatewayCaller> ConnectAsync(IPEndPoint address, IReadOnlyList<AskedKey> keys, CancellationToken cancellation) =>
        new(await GatewayLine.ConnectAsync(address, cancellation), keys);

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
    public void Dispose() => _line.Dispose();

    private async Task<GatewayAnswer> PutAsync(AskedKey key)
    {
        string value = key.NextValue();
        GatewayAnswer answer = GatewayAnswers.Read(await _line.AskAsync($"bench | P | {key.Name} | {value}", CancellationToken.None));
        key.OnPut(value, answer);
        return answer;
    }

    private async Task<GatewayAnswer> GetAsync(AskedKey key)
    {
        string line = await _line.AskAsync($"bench | G | {key.Name}", CancellationToken.None);
        GatewayAnswer answer = GatewayAnswers.Read(line);
        if (answer == GatewayAnswer.Served && !key.MayHold(GatewayAnswers.ValueOf(line)))
            Wrong++;
        return answer;
    }
}
