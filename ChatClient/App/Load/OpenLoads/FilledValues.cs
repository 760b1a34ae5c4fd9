using System.Globalization;
using System.Text;
using PaxosShard.Client;
using PaxosShard.Hashing;
using PaxosShard.Hashing.Configurations;

namespace PaxosShard.ChatClient.App.Load.OpenLoads;

/// <summary>Values that are there to be moved: stored before, and read back one by one at the end.</summary>
/// <param name="options">How to connect.</param>
/// <param name="count">How many.</param>
/// <param name="sizeBytes">Length of each.</param>
internal sealed class FilledValues(ClientOptions options, int count, int sizeBytes)
{
    private const int AtOnce = 128;

    /// <summary>How many.</summary>
    public int Count => count;

    /// <summary>Stores all of them.</summary>
    /// <exception cref="NotAppliedException">One was not stored in time.</exception>
    public Task StoreAsync(CancellationToken cancellation) =>
        EachAsync((client, number) => client.Keys.PutAsync(NameOf(number), ValueOf(number), cancellation), cancellation);

    /// <summary>Reads all of them.</summary>
    /// <returns>How many are not what was stored.</returns>
    public async Task<int> CountLostAsync(CancellationToken cancellation)
    {
        int lost = 0;
        await EachAsync(
            async (client, number) =>
            {
                ReadOnlyMemory<byte>? value = await client.Keys.GetAsync(NameOf(number), cancellation);
                if (value is not { } found || !found.Span.SequenceEqual(ValueOf(number)))
                    Interlocked.Increment(ref lost);
            },
            cancellation);
        return lost;
    }

    /// <summary>How many of them are in one of some arcs.</summary>
    public int CountIn(IEnumerable<ArcMove> moves)
    {
        HashSet<int> arcs = [.. moves.Select(static move => move.Arc.Number)];
        return Enumerable.Range(0, count).Count(number => arcs.Contains(Arc.Of(NameOf(number)).Number));
    }

    private static byte[] NameOf(int number) => Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"value-{number:0000000}"));

    // Each is another one, so that an exchange of two is seen.
    private byte[] ValueOf(int number)
    {
        byte[] value = new byte[sizeBytes];
        new Random(number).NextBytes(value);
        return value;
    }

    private async Task EachAsync(Func<ChatLogClient, int, Task> act, CancellationToken cancellation)
    {
        await using ChatLogClient client = await ChatLogClient.ConnectAsync(options, cancellation);
        int next = -1;
        await Task.WhenAll(Enumerable.Range(0, AtOnce).Select(async _ =>
        {
            for (int number = Interlocked.Increment(ref next); number < count; number = Interlocked.Increment(ref next))
                await act(client, number);
        }));
    }
}
