using PaxosShard.Replica.Core.Ordered;
using PaxosShard.Replica.Core.Steps;

namespace PaxosShard.Replica.Core.Requests;

/// <summary>
/// Who waits for the results of commands that have their place in the log and wait for their effect (ordered rule M4). A client hears of them when there is a result, and never that they wait.
/// </summary>
internal sealed class QueuedClients
{
    /// <summary>Most connections that wait for one command; one more takes the place of the first.</summary>
    public const int MostClients = WaitingOperation.MostClients;

    private readonly Dictionary<OperationName, Waiting> _all = [];

    /// <summary>Commands for which somebody waits.</summary>
    public int Count => _all.Count;

    /// <summary>Somebody waits for a command.</summary>
    public bool Has(OperationName name) => _all.ContainsKey(name);

    /// <summary>Somebody waits for a command.</summary>
    /// <param name="name">The command.</param>
    /// <param name="client">Who waits.</param>
    /// <param name="tick">The present tick.</param>
    /// <returns>Who has waited longest, and does not any more; null when there is room for all.</returns>
    public ClientHandle? Add(OperationName name, ClientHandle client, long tick)
    {
        if (!_all.TryGetValue(name, out Waiting? waiting))
            _all.Add(name, waiting = new Waiting());
        waiting.Tick = tick;
        waiting.Clients.Add(client);
        if (waiting.Clients.Count <= MostClients)
            return null;
        ClientHandle first = waiting.Clients[0];
        waiting.Clients.RemoveAt(0);
        return first;
    }

    /// <summary>Takes out those who wait for a command.</summary>
    public IReadOnlyList<ClientHandle> Take(OperationName name) => _all.Remove(name, out Waiting? waiting) ? waiting.Clients : [];

    /// <summary>The commands for which nobody has begun to wait since a tick, or that are as the predicate says.</summary>
    public IReadOnlyList<OperationName> Find(long tick, Predicate<OperationName> isWanted) =>
        _all.Count == 0 ? [] : [.. _all.Where(waiting => waiting.Value.Tick < tick || isWanted(waiting.Key)).Select(static waiting => waiting.Key)];

    /// <summary>All commands for which somebody waits.</summary>
    public IReadOnlyList<OperationName> All() => [.. _all.Keys];

    /// <summary>A connection is gone.</summary>
    public void Forget(ClientHandle client)
    {
        foreach ((OperationName name, Waiting waiting) in _all.ToArray())
        {
            waiting.Clients.RemoveAll(each => each == client);
            if (waiting.Clients.Count == 0)
                _all.Remove(name);
        }
    }

    private sealed class Waiting
    {
        public List<ClientHandle> Clients { get; } = [];

        public long Tick { get; set; }
    }
}
