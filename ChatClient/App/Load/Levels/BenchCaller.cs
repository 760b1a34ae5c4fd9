using System.Globalization;
using System.Text;
using PaxosShard.ChatClient.App.Load.Follows;
using PaxosShard.Client;

namespace PaxosShard.ChatClient.App.Load.Levels;

/// <summary>Makes the calls of a bench, by the client library.</summary>
/// <param name="plan">What is called.</param>
/// <param name="follows">The rooms to which messages go, where they are followed; null where nobody follows.</param>
internal sealed class BenchCaller(BenchPlan plan, FollowLoad? follows)
{
    /// <summary>The room to which messages go; the beginning of their names where there are several or where they are followed.</summary>
    public const string Room = "bench";

    /// <summary>Who sends them.</summary>
    public const string Author = "bench";

    private const int FilledAtOnce = 64;

    private readonly byte[][] _keys = NewKeys(plan.Keys);
    private readonly string[] _rooms = plan.Rooms == 1 ? [Room] : [.. Enumerable.Range(1, plan.Rooms).Select(static room => string.Create(CultureInfo.InvariantCulture, $"{Room}-{room}"))];
    private readonly string _text = new('x', plan.SizeBytes);
    private readonly byte[] _value = Encoding.UTF8.GetBytes(new string('x', plan.SizeBytes));

    /// <summary>The keys that are put and read in turn.</summary>
    public static byte[][] NewKeys(int count) =>
        [.. Enumerable.Range(0, count).Select(static number => Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"bench-{number:000}")))];

    /// <summary>Puts what is to be read.</summary>
    public async Task FillAsync(ChatLogClient client, CancellationToken cancellation)
    {
        if (plan.Operation is not (BenchOperation.Get or BenchOperation.Mix))
            return;
        foreach (byte[][] some in _keys.Chunk(FilledAtOnce))
            await Task.WhenAll(some.Select(key => client.Keys.PutAsync(key, _value, cancellation)));
    }

    /// <summary>Makes one call.</summary>
    /// <param name="client">By whom.</param>
    /// <param name="number">Which call it is, from 0: each one takes the next key or room.</param>
    /// <param name="cancellation">Gives up.</param>
    public Task CallAsync(ChatLogClient client, long number, CancellationToken cancellation)
    {
        byte[] key = _keys[number / (plan.Operation == BenchOperation.Mix ? 2 : 1) % _keys.Length];
        return plan.Operation switch
        {
            BenchOperation.Send when follows is not null => follows.SendAsync(client, number, cancellation),
            BenchOperation.Send => client.SendAsync(_rooms[number % _rooms.Length], Author, _text, cancellation),
            BenchOperation.Append => client.Keys.AppendAsync(key, _value, cancellation),
            BenchOperation.Get => client.Keys.GetAsync(key, cancellation),
            BenchOperation.Mix when number % 2 == 0 => client.Keys.GetAsync(key, cancellation),
            _ => client.Keys.PutAsync(key, _value, cancellation),
        };
    }
}
