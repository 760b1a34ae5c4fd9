using PaxosShard.Client;

namespace PaxosShard.Tests.EndToEnd.Harness;

/// <summary>Several writers, each with a client of its own, in one room; they say what the test tells them to.</summary>
internal sealed class TestClients : IAsyncDisposable
{
    private readonly List<ChatLogClient> _clients = [];
    private readonly List<Writer> _writers = [];

    private TestClients()
    {
    }

    /// <summary>The writers.</summary>
    public IReadOnlyCollection<Writer> Writers => _writers;

    /// <summary>How many messages are committed so far, of all writers.</summary>
    public int Committed => _writers.Sum(writer => writer.Acknowledged);

    /// <summary>Connects them.</summary>
    /// <param name="group">The group.</param>
    /// <param name="count">How many.</param>
    /// <param name="timeout">How long each message may take.</param>
    /// <param name="cancellation">The time limit of the test.</param>
    public static Task<TestClients> ConnectAsync(TestGroup group, int count, TimeSpan timeout, CancellationToken cancellation) =>
        ConnectAsync(() => group.ConnectAsync(cancellation, timeout), count);

    /// <summary>Connects them.</summary>
    /// <param name="connect">Makes a client of the group.</param>
    /// <param name="count">How many.</param>
    public static async Task<TestClients> ConnectAsync(Func<Task<ChatLogClient>> connect, int count)
    {
        TestClients clients = new();
        try
        {
            for (int number = 1; number <= count; number++)
            {
                ChatLogClient client = await connect();
                clients._clients.Add(client);
                clients._writers.Add(new Writer($"writer{number}", "lobby", client));
            }

            return clients;
        }
        catch
        {
            await clients.DisposeAsync();
            throw;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (ChatLogClient client in _clients)
            await client.DisposeAsync();
    }
}
