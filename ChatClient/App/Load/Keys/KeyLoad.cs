using PaxosShard.Client;
using PaxosShard.Client.Histories;
using PaxosShard.Wire.Commands;

namespace PaxosShard.ChatClient.App.Load.Keys;

/// <summary>
/// Several clients that read and change the same few keys, whatever happens to the group; afterwards an order of all calls is looked for that explains every answer: without one
/// the keys were not linearizable.
/// </summary>
internal sealed class KeyLoad : IAsyncDisposable
{
    private const int Callers = 4;
    private const int Keys = 8;
    private const long SearchSteps = 20_000_000;

    private readonly List<ChatLogClient> _clients;
    private readonly KeyCaller[] _callers;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _calling;

    private KeyLoad(List<ChatLogClient> clients, IReadOnlyList<Func<KeyCommand, Task<KeyResult>>> others)
    {
        string[] names = [.. Enumerable.Range(0, Keys).Select(static key => $"drill-{key}-{Guid.NewGuid():N}")];
        _clients = clients;
        IEnumerable<Func<KeyCommand, Task<KeyResult>>> direct = clients.Select(static client => (Func<KeyCommand, Task<KeyResult>>)(command => client.Keys.ExecuteAsync(command, CancellationToken.None)));
        _callers = [.. direct.Concat(others).Select((execute, number) => new KeyCaller(execute, number, names, Times))];
        _calling = Task.WhenAll(_callers.Select(caller => caller.CallUntilAsync(_stop.Token)));
    }

    /// <summary>When answers came.</summary>
    public AcknowledgementTimes Times { get; } = new();

    /// <summary>Starts the callers, each with a client of its own.</summary>
    /// <param name="options">How to connect.</param>
    /// <param name="cancellation">Gives up.</param>
    public static Task<KeyLoad> StartAsync(ClientOptions options, CancellationToken cancellation) => StartAsync(options, Callers, [], cancellation);

    /// <summary>Starts callers of which some call by other ways than the client library.</summary>
    /// <param name="options">How the library connects.</param>
    /// <param name="callers">How many call by it, each with a client of its own.</param>
    /// <param name="others">How the others have a command carried out; each fails as <see cref="KeyClient.ExecuteAsync"/> does.</param>
    /// <param name="cancellation">Gives up.</param>
    public static async Task<KeyLoad> StartAsync(ClientOptions options, int callers, IReadOnlyList<Func<KeyCommand, Task<KeyResult>>> others, CancellationToken cancellation)
    {
        List<ChatLogClient> clients = [];
        try
        {
            for (int caller = 0; caller < callers; caller++)
                clients.Add(await ChatLogClient.ConnectAsync(options, cancellation));
        }
        catch
        {
            await DisposeAllAsync(clients);
            throw;
        }

        return new KeyLoad(clients, others);
    }

    /// <summary>Waits until this many more calls are answered than now.</summary>
    /// <exception cref="OperationCanceledException">The answers did not come in time.</exception>
    public async Task WaitForMoreAsync(int answers, CancellationToken cancellation)
    {
        int wanted = Times.Count + answers;
        while (Times.Count < wanted)
            await Task.Delay(5, cancellation);
    }

    /// <summary>Ends the load and judges its history.</summary>
    public async Task<KeyAudit> StopAndAuditAsync()
    {
        await _stop.CancelAsync();
        await _calling;
        ILookup<string, KeyOperation> byKey = _callers.SelectMany(static caller => caller.Operations)
            .ToLookup(static call => call.Key, static call => call.Operation, StringComparer.Ordinal);
        WingGongChecker<KeyState, KeyOperation> checker = new(new KeyModel(), SearchSteps);
        string[] wrong =
        [
            .. byKey
                .Select(key => (key.Key, Verdict: checker.Check([.. key], static operation => (operation.Invoked, operation.Returned))))
                .Where(static key => key.Verdict.Outcome != HistoryOutcome.Linearizable)
                .Select(static key => $"{key.Key}: {key.Verdict.Reason}"),
        ];
        int unknown = byKey.Sum(static key => key.Count(static operation => operation.IsUnknown));
        return new KeyAudit(byKey.Sum(static key => key.Count()), unknown, _callers.Sum(static caller => caller.NotApplied), wrong);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await DisposeAllAsync(_clients);
        await _calling;
        _stop.Dispose();
    }

    private static async Task DisposeAllAsync(List<ChatLogClient> clients)
    {
        foreach (ChatLogClient client in clients)
            await client.DisposeAsync();
    }
}

/// <summary>What the callers of a <see cref="KeyLoad"/> were told, and whether it can be true.</summary>
/// <param name="Calls">Calls of keys that were answered, or whose outcome is unknown.</param>
/// <param name="Unknown">Those whose outcome is unknown.</param>
/// <param name="NotApplied">Calls besides that were certainly not applied, or that only read and got no answer.</param>
/// <param name="Wrong">Each key whose history no order explains, with the reason.</param>
internal sealed record KeyAudit(int Calls, int Unknown, int NotApplied, IReadOnlyList<string> Wrong)
{
    /// <summary>Nothing is wrong.</summary>
    public bool IsClean => Wrong.Count == 0;
}
