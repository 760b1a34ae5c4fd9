using System.Diagnostics;
using System.Globalization;
using System.Text;
using PaxosShard.ChatClient.App.Groups;
using PaxosShard.Client;
using PaxosShard.Client.Ordered;

namespace PaxosShard.ChatClient.App.Load.Ordered;

/// <summary>
/// How long bursts in an ordered session take, beside the same operations one after the other: by turns, on the same cluster, with the same keys. In the end every key is read back.
/// </summary>
/// <param name="options">How to connect to the cluster.</param>
/// <param name="plan">What is to be done.</param>
/// <param name="tell">Told of each step.</param>
internal sealed class OrderedBench(ClientOptions options, OrderedBenchPlan plan, Action<string> tell)
{
    private const int WarmUpFanout = 16;

    private readonly Dictionary<OrderedKey, byte[]> _last = [];
    private long _values;

    /// <summary>Runs it.</summary>
    /// <returns>The points in the order in which they were asked for, and how many keys did not have what was put last.</returns>
    /// <exception cref="NotAppliedException">The cluster does not serve.</exception>
    /// <exception cref="OutcomeUnknownException">Nor does it tell.</exception>
    public async Task<(IReadOnlyList<OrderedPoint> Points, int Lost)> RunAsync(CancellationToken cancellation)
    {
        OrderedKeys keys = new(await PlacementCalls.ReadLatestAsync(options, cancellation), plan.Fanouts.Max(), plan.IsRandom, "ordered");
        await using ChatLogClient client = await ChatLogClient.ConnectAsync(options, cancellation);
        await using OrderedSession session = await client.OpenOrderedSessionAsync(cancellation);
        tell($"warming up for {plan.WarmUp.TotalSeconds:0.#} s");
        for (long begun = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(begun) < plan.WarmUp;)
            await MeasureAsync(client, session, keys, new OrderedPoint(WarmUpFanout), 0, cancellation);
        List<OrderedPoint> points = [];
        foreach (int fanout in plan.Fanouts)
        {
            tell($"{plan.Bursts} bursts of {fanout} {(fanout == 1 ? "operation" : "operations")}, and the same one after the other");
            OrderedPoint point = new(fanout);
            for (int burst = 0; burst < plan.Bursts; burst++)
                await MeasureAsync(client, session, keys, point, burst, cancellation);
            points.Add(point);
        }

        return (points, await CountLostAsync(client, cancellation));
    }

    // By turns the one or the other is first, so that neither has the better places.
    private async Task MeasureAsync(ChatLogClient client, OrderedSession session, OrderedKeys keys, OrderedPoint point, int burst, CancellationToken cancellation)
    {
        IReadOnlyList<OrderedKey> drawn = keys.Next(point.Fanout);
        TimeSpan? ordered = burst % 2 == 0 ? await AtOnceAsync(session, drawn) : null;
        TimeSpan oneByOne = await OneByOneAsync(client, drawn, cancellation);
        point.Add(OrderedFormula.Hops([.. drawn.Select(static key => key.Shard)]), ordered ?? await AtOnceAsync(session, drawn), oneByOne);
    }

    private async Task<TimeSpan> AtOnceAsync(OrderedSession session, IReadOnlyList<OrderedKey> keys)
    {
        long begun = Stopwatch.GetTimestamp();
        await using (Burst burst = session.Dispatch())
        {
            foreach (OrderedKey key in keys)
                _ = burst.PutAsync(key.Name, NewValue(key));
        }

        return Stopwatch.GetElapsedTime(begun);
    }

    private async Task<TimeSpan> OneByOneAsync(ChatLogClient client, IReadOnlyList<OrderedKey> keys, CancellationToken cancellation)
    {
        long begun = Stopwatch.GetTimestamp();
        foreach (OrderedKey key in keys)
            await client.Keys.PutAsync(key.Name, NewValue(key), cancellation);
        return Stopwatch.GetElapsedTime(begun);
    }

    // No two are alike.
    private byte[] NewValue(OrderedKey key) =>
        _last[key] = Encoding.UTF8.GetBytes((++_values).ToString(CultureInfo.InvariantCulture).PadLeft(OrderedBenchPlan.ValueBytes));

    private async Task<int> CountLostAsync(ChatLogClient client, CancellationToken cancellation)
    {
        int lost = 0;
        foreach ((OrderedKey key, byte[] value) in _last)
        {
            if (await client.Keys.GetAsync(key.Name, cancellation) is not { } found || !found.Span.SequenceEqual(value))
                lost++;
        }

        return lost;
    }
}
