using System.Diagnostics;
using PaxosShard.ChatClient.App.Groups;
using PaxosShard.Client;
using PaxosShard.Client.Ordered;
using PaxosShard.Wire.Commands;

namespace PaxosShard.ChatClient.App.Load.Ordered;

/// <summary>
/// How many operations a second there are when sessions issue burst after burst, and how many when as many plain ones are outstanding, which have no order between them. By one client in each case.
/// </summary>
/// <param name="options">How to connect to the cluster, whose links are not slow.</param>
/// <param name="plan">What is to be done.</param>
/// <param name="tell">Told of each step.</param>
internal sealed class OrderedThroughput(ClientOptions options, OrderedBenchPlan plan, Action<string> tell)
{
    /// <summary>Operations of each burst.</summary>
    public const int Fanout = 16;

    // So many that bursts under way at once hardly meet on one: what waits there waits for the bursts before it.
    private const int KeysPerShard = 4096;

    private static readonly int[] _sessions = [1, 16, 256];

    private readonly byte[] _value = new byte[OrderedBenchPlan.ValueBytes];

    /// <summary>Runs it.</summary>
    /// <exception cref="NotAppliedException">The cluster does not serve.</exception>
    /// <exception cref="OutcomeUnknownException">Nor does it tell.</exception>
    public async Task<IReadOnlyList<OrderedRate>> RunAsync(CancellationToken cancellation)
    {
        OrderedKeys keys = new(await PlacementCalls.ReadLatestAsync(options, cancellation), KeysPerShard, plan.IsRandom, "rate");
        await using ChatLogClient client = await ChatLogClient.ConnectAsync(options, cancellation);
        int most = _sessions.Max();
        tell($"measuring the throughput of bursts of {Fanout}, and of plain operations");
        await OrderedAsync(client, keys, most, plan.WarmUp / 2, cancellation);
        await PlainAsync(client, keys, most, plan.WarmUp / 2, cancellation);
        List<OrderedRate> rates = [];
        foreach (int sessions in _sessions)
        {
            double ordered = await OrderedAsync(client, keys, sessions, plan.Window, cancellation);
            rates.Add(new OrderedRate(sessions, sessions * Fanout, ordered, await PlainAsync(client, keys, sessions, plan.Window, cancellation)));
        }

        return rates;
    }

    private async Task<double> OrderedAsync(ChatLogClient client, OrderedKeys keys, int sessions, TimeSpan window, CancellationToken cancellation)
    {
        long begun = Stopwatch.GetTimestamp();
        long[] done = await Task.WhenAll(Enumerable.Range(0, sessions).Select(async _ =>
        {
            long own = 0;
            await using OrderedSession session = await client.OpenOrderedSessionAsync(cancellation);
            for (; Stopwatch.GetElapsedTime(begun) < window; own += Fanout)
            {
                await using Burst burst = session.Dispatch();
                foreach (OrderedKey key in Draw(keys, Fanout))
                    Add(burst, key);
            }

            return own;
        }));
        return done.Sum() / Stopwatch.GetElapsedTime(begun).TotalSeconds;
    }

    private async Task<double> PlainAsync(ChatLogClient client, OrderedKeys keys, int sessions, TimeSpan window, CancellationToken cancellation)
    {
        long begun = Stopwatch.GetTimestamp();
        long[] done = await Task.WhenAll(Enumerable.Range(0, sessions * Fanout).Select(async _ =>
        {
            long own = 0;
            for (; Stopwatch.GetElapsedTime(begun) < window; own++)
                await client.Keys.PutAsync(Draw(keys, 1)[0].Name, _value, cancellation);
            return own;
        }));
        return done.Sum() / Stopwatch.GetElapsedTime(begun).TotalSeconds;
    }

    // Its result comes when the burst is disposed of.
    private void Add(Burst burst, OrderedKey key) => _ = burst.AddAsync(KeyCommand.Put(key.Name, _value));

    private static IReadOnlyList<OrderedKey> Draw(OrderedKeys keys, int count)
    {
        lock (keys)
            return keys.Next(count);
    }
}

/// <summary>Operations a second, in ordered sessions and without.</summary>
/// <param name="Sessions">Sessions, each with one burst under way.</param>
/// <param name="Outstanding">Operations under way in all.</param>
/// <param name="Ordered">Operations a second of the sessions.</param>
/// <param name="Plain">Operations a second when as many plain ones are outstanding.</param>
internal sealed record OrderedRate(int Sessions, int Outstanding, double Ordered, double Plain);
