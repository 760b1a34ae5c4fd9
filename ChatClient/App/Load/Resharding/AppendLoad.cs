using System.Globalization;
using System.Text;
using PaxosShard.Client;

namespace PaxosShard.ChatClient.App.Load.Resharding;

/// <summary>
/// Clients that append to keys of their own, one numbered token after the other, whatever happens to the cluster. Afterwards each key has to hold the tokens of its client once each and in their order.
/// </summary>
internal sealed class AppendLoad : IAsyncDisposable
{
    private const int WritersPerClient = 16;

    // Longer ones would take the time of the machine for being copied, and not for what a drill is about.
    private const int LongestValue = 16 * 1024;

    private readonly List<ChatLogClient> _clients;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task<List<AppendedKey>[]> _appending;

    private AppendLoad(List<ChatLogClient> clients)
    {
        _clients = clients;
        _appending = Task.WhenAll(clients.SelectMany((client, index) => Enumerable.Range(0, WritersPerClient).Select(writer => AppendAsync(client, $"drill-{index}-{writer}"))));
    }

    /// <summary>When acknowledgements came.</summary>
    public AcknowledgementTimes Times { get; } = new();

    /// <summary>A client that can read, whatever else it does.</summary>
    public ChatLogClient Reader => _clients[0];

    /// <summary>Starts the clients.</summary>
    /// <param name="options">How to connect.</param>
    /// <param name="clients">How many.</param>
    /// <param name="cancellation">Gives up.</param>
    public static async Task<AppendLoad> StartAsync(ClientOptions options, int clients, CancellationToken cancellation)
    {
        List<ChatLogClient> connected = [];
        for (int index = 0; index < clients; index++)
            connected.Add(await ChatLogClient.ConnectAsync(options, cancellation));
        return new AppendLoad(connected);
    }

    /// <summary>Waits until this many more tokens are acknowledged than now.</summary>
    /// <exception cref="OperationCanceledException">They did not come in time.</exception>
    /// <exception cref="RejectedException">An append was refused for good: no more will come.</exception>
    public async Task WaitForMoreAsync(int acknowledgements, CancellationToken cancellation)
    {
        int wanted = Times.Count + acknowledgements;
        while (Times.Count < wanted)
        {
            if (_appending.IsFaulted)
                await _appending;
            await Task.Delay(5, cancellation);
        }
    }

    /// <summary>Ends the load and reads every key back.</summary>
    public async Task<AppendAudit> StopAndAuditAsync(CancellationToken cancellation)
    {
        await _stop.CancelAsync();
        return await AppendAudit.OfAsync((await _appending).SelectMany(static keys => keys), Reader, cancellation);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _appending.ContinueWith(static _ => { }, TaskScheduler.Default);
        foreach (ChatLogClient client in _clients)
            await client.DisposeAsync();
        _stop.Dispose();
    }

    private async Task<List<AppendedKey>> AppendAsync(ChatLogClient client, string writer)
    {
        List<AppendedKey> keys = [];
        while (!_stop.IsCancellationRequested)
            keys.Add(await AppendToOneAsync(client, string.Create(CultureInfo.InvariantCulture, $"{writer}-{keys.Count}")));
        return keys;
    }

    private async Task<AppendedKey> AppendToOneAsync(ChatLogClient client, string key)
    {
        byte[] name = Encoding.UTF8.GetBytes(key);
        int length = 0;
        int token = 0;
        while (true)
        {
            if (_stop.IsCancellationRequested || length > LongestValue)
                return new AppendedKey(key, token, IsLastUnknown: false);
            byte[] bytes = Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{token};"));
            try
            {
                await client.Keys.AppendAsync(name, bytes, CancellationToken.None);
            }
            catch (OutcomeUnknownException)
            {
                return new AppendedKey(key, token, IsLastUnknown: true);
            }
            catch (NotAppliedException)
            {
                // It took no effect and never will: the same token once more.
                continue;
            }

            Times.Add();
            length += bytes.Length;
            token++;
        }
    }
}

/// <summary>What a client was told of a key.</summary>
/// <param name="Key">The key.</param>
/// <param name="Acknowledged">Tokens that were acknowledged: those below this number.</param>
/// <param name="IsLastUnknown">One more was sent, of which nobody knows whether it took effect; it was the last.</param>
internal readonly record struct AppendedKey(string Key, int Acknowledged, bool IsLastUnknown);

/// <summary>What the keys held.</summary>
internal sealed class AppendAudit
{
    /// <summary>Tokens that were acknowledged.</summary>
    public int Acknowledged { get; private set; }

    /// <summary>Tokens of which nobody knows whether they took effect: each may be there once, or not at all.</summary>
    public int Unknown { get; private set; }

    /// <summary>Acknowledged tokens that are not there.</summary>
    public int Lost { get; private set; }

    /// <summary>Tokens that are there more than once.</summary>
    public int Doubled { get; private set; }

    /// <summary>Tokens that stand behind a later one.</summary>
    public int Reordered { get; private set; }

    /// <summary>Tokens that are there and that nobody has sent.</summary>
    public int Foreign { get; private set; }

    /// <summary>Nothing is wrong.</summary>
    public bool IsClean => Lost + Doubled + Reordered + Foreign == 0;

    /// <summary>Reads keys and compares each with what its client was told.</summary>
    /// <param name="keys">The keys.</param>
    /// <param name="reader">Who reads.</param>
    /// <param name="cancellation">Gives up.</param>
    public static async Task<AppendAudit> OfAsync(IEnumerable<AppendedKey> keys, ChatLogClient reader, CancellationToken cancellation)
    {
        AppendAudit audit = new();
        foreach (AppendedKey key in keys)
        {
            ReadOnlyMemory<byte>? value = await reader.Keys.GetAsync(Encoding.UTF8.GetBytes(key.Key), cancellation);
            audit.Add(key, value is { } found ? Encoding.UTF8.GetString(found.Span) : "");
        }

        return audit;
    }

    /// <summary>Compares a key with what its client was told.</summary>
    public void Add(AppendedKey key, string value)
    {
        int[] counts = new int[key.Acknowledged + (key.IsLastUnknown ? 1 : 0)];
        int last = -1;
        foreach (string word in value.Split(';', StringSplitOptions.RemoveEmptyEntries))
        {
            if (!int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out int token) || token >= counts.Length)
            {
                Foreign++;
                continue;
            }

            if (++counts[token] > 1)
                Doubled++;
            else if (token < last)
                Reordered++;
            last = Math.Max(last, token);
        }

        Acknowledged += key.Acknowledged;
        Unknown += key.IsLastUnknown ? 1 : 0;
        Lost += counts.Take(key.Acknowledged).Count(static count => count == 0);
    }
}
