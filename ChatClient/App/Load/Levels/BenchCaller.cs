using System.Globalization;
using System.Text;
using PaxosShard.Client;

namespace PaxosShard.ChatClient.App.Load.Levels;

/// <summary>Makes the calls of a bench, by the client library.</summary>
/// <param name="operation">What is called.</param>
/// <param name="sizeBytes">Bytes of each text or value.</param>
/// <param name="keys">How many keys are put and read in turn.</param>
internal sealed class BenchCaller(BenchOperation operation, int sizeBytes, int keys)
{
    /// <summary>The room to which messages go.</summary>
    public const string Room = "bench";

    /// <summary>Who sends them.</summary>
    public const string Author = "bench";

    private const int FilledAtOnce = 64;

    private readonly byte[][] _keys = NewKeys(keys);
    private readonly string _text = new('x', sizeBytes);
    private readonly byte[] _value = Encoding.UTF8.GetBytes(new string('x', sizeBytes));

    /// <summary>The keys that are put and read in turn.</summary>
    public static byte[][] NewKeys(int count) =>
        [.. Enumerable.Range(0, count).Select(static number => Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"bench-{number:000}")))];

    /// <summary>Puts what is to be read.</summary>
    public async Task FillAsync(ChatLogClient client, CancellationToken cancellation)
    {
        if (operation is not (BenchOperation.Get or BenchOperation.Mix))
            return;
        foreach (byte[][] some in _keys.Chunk(FilledAtOnce))
            await Task.WhenAll(some.Select(key => client.Keys.PutAsync(key, _value, cancellation)));
    }

    /// <summary>Makes one call.</summary>
    /// <param name="client">By whom.</param>
    /// <param name="number">Which call it is, from 0: each one takes the next key.</param>
    /// <param name="cancellation">Gives up.</param>
    public Task CallAsync(ChatLogClient client, long number, CancellationToken cancellation)
    {
        byte[] key = _keys[number / (operation == BenchOperation.Mix ? 2 : 1) % _keys.Length];
        return operation switch
        {
            BenchOperation.Send => client.SendAsync(Room, Author, _text, cancellation),
            BenchOperation.Append => client.Keys.AppendAsync(key, _value, cancellation),
            BenchOperation.Get => client.Keys.GetAsync(key, cancellation),
            BenchOperation.Mix when number % 2 == 0 => client.Keys.GetAsync(key, cancellation),
            _ => client.Keys.PutAsync(key, _value, cancellation),
        };
    }
}
