using PaxosShard.Client;
using PaxosShard.Wire.Identifiers;

namespace PaxosShard.Replica.Sharding;

/// <summary>
/// Clients of other groups by these and their addresses: kept while they are used, and for a while after that, so that the next question finds its connections open. Bounded: when there are too many, the one that
/// has not been used for longest is closed. Safe from any thread.
/// </summary>
/// <param name="start">Starts a client.</param>
/// <param name="clock">The time, milliseconds.</param>
/// <typeparam name="T">The client.</typeparam>
internal sealed class KeptClients<T>(Func<GroupId, IReadOnlyList<string>, T> start, Func<long> clock) : IAsyncDisposable
    where T : IAsyncDisposable
{
    /// <summary>Most clients.</summary>
    public const int Most = 64;

    /// <summary>How long one is kept that nobody uses, milliseconds.</summary>
    public const long Unused = 30_000;

    private readonly Lock _gate = new();
    private readonly List<KeptClient> _kept = [];

    /// <summary>How many there are.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
                return _kept.Count;
        }
    }

    /// <summary>Asks a group.</summary>
    /// <param name="group">The group.</param>
    /// <param name="addresses">Where its replicas listen.</param>
    /// <param name="ask">Asks by the client.</param>
    /// <exception cref="NotAppliedException">So many groups are being asked that there is no place for a further one.</exception>
    public async Task<TAnswer> AskAsync<TAnswer>(GroupId group, IReadOnlyList<string> addresses, Func<T, Task<TAnswer>> ask)
    {
        KeptClient client = Use(group, addresses, out KeptClient? replaced);
        try
        {
            if (replaced is not null)
                await replaced.Client.DisposeAsync();
            return await ask(client.Client);
        }
        finally
        {
            Leave(client);
        }
    }

    /// <summary>Closes those that nobody has used for long.</summary>
    public async Task CloseUnusedAsync()
    {
        List<KeptClient> unused;
        lock (_gate)
        {
            if (_kept.Count == 0)
                return;
            unused = _kept.FindAll(kept => kept.Users == 0 && clock() - kept.UsedAt >= Unused);
            _kept.RemoveAll(unused.Contains);
        }

        foreach (KeptClient kept in unused)
            await kept.Client.DisposeAsync();
    }

    /// <summary>Closes all of them. Nobody is being asked any more.</summary>
    public async ValueTask DisposeAsync()
    {
        KeptClient[] all;
        lock (_gate)
        {
            all = [.. _kept];
            _kept.Clear();
        }

        foreach (KeptClient kept in all)
            await kept.Client.DisposeAsync();
    }

    private KeptClient Use(GroupId group, IReadOnlyList<string> addresses, out KeptClient? replaced)
    {
        string name = $"{group.Number} {string.Join(',', addresses)}";
        replaced = null;
        lock (_gate)
        {
            KeptClient? client = _kept.Find(kept => string.Equals(kept.Name, name, StringComparison.Ordinal));
            if (client is null)
            {
                replaced = _kept.Count < Most ? null : FindReplaced();
                client = new KeptClient(name, start(group, addresses));
                _kept.Add(client);
                if (replaced is not null)
                    _kept.Remove(replaced);
            }

            client.Users++;
            return client;
        }
    }

    private KeptClient FindReplaced() =>
        _kept.Where(static kept => kept.Users == 0).MinBy(static kept => kept.UsedAt) ?? throw new NotAppliedException($"{Most} other groups are being asked already");

    private void Leave(KeptClient client)
    {
        lock (_gate)
        {
            client.Users--;
            client.UsedAt = clock();
        }
    }

    private sealed class KeptClient(string name, T client)
    {
        public string Name => name;

        public T Client => client;

        public int Users { get; set; }

        public long UsedAt { get; set; }
    }
}
