using System.Globalization;
using System.Text;
using PaxosShard.Client;

namespace PaxosShard.ChatClient.App.Load.Resharding;

/// <summary>
/// Clients that append to keys of their own (<see cref="AppendedKeys"/>), one numbered token after the other, whatever happens to the cluster. Each key has to hold the tokens of its client once each and in their order.
/// </summary>
internal sealed class AppendLoad : IAsyncDisposable
{
    private const int WritersPerClient = 16;

    private readonly List<ChatLogClient> _clients;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task<AppendedKeys[]> _appending;

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
        return await AppendedKeys.AuditAllAsync(await _appending, Reader, cancellation);
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

    private async Task<AppendedKeys> AppendAsync(ChatLogClient client, string writer)
    {
        AppendedKeys keys = new(writer, command => client.Keys.ExecuteAsync(command, CancellationToken.None));
        while (!_stop.IsCancellationRequested)
            await keys.EndAsync(await AppendToOneAsync(client, keys.Begin()), _stop.Token);
        return keys;
    }

    private async Task<AppendedKey> AppendToOneAsync(ChatLogClient client, string key)
    {
        byte[] name = Encoding.UTF8.GetBytes(key);
        int length = 0;
        int token = 0;
        while (!_stop.IsCancellationRequested && length <= AppendedKeys.LongestValue)
        {
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

        return new AppendedKey(key, token, IsLastUnknown: false);
    }
}
