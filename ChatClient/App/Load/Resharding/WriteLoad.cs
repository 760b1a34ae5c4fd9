using System.Buffers.Binary;
using System.Diagnostics;
using PaxosShard.Client;

namespace PaxosShard.ChatClient.App.Load.Resharding;

/// <summary>
/// Writes keys at a fixed rate, whatever becomes of the writes before: each has a time at which it is due, and what it takes counts from then on, so that a pause is seen by all that it held up. Each value has the
/// number of its write in it; in the end every key has to hold the highest acknowledged one, or one that came later.
/// </summary>
internal sealed class WriteLoad : IAsyncDisposable
{
    // A machine that is behind for so long shows in the results; it must not fill the memory.
    private const int MostUnderWay = 20_000;
    private const int FillersAtOnce = 256;
    private const int MostKept = 2_000_000;

    private readonly ChatLogClient _client;
    private readonly MovingKeys _keys;
    private readonly int _valueBytes;
    private readonly double _rate;
    private readonly Random _random = new(1);
    private readonly long[] _highest;
    private readonly CancellationTokenSource _stop = new();
    private long _began;
    private int _underWay;
    private int _failed;
    private long _number;
    private Task _writing = Task.CompletedTask;

    private WriteLoad(ChatLogClient client, MovingKeys keys, int valueBytes, double rate)
    {
        (_client, _keys, _valueBytes, _rate) = (client, keys, valueBytes, rate);
        _highest = new long[keys.Count];
    }

    /// <summary>When writes were due and acknowledged.</summary>
    public WriteTimes Times { get; } = new(MostKept);

    /// <summary>Writes that were given up, or of which nobody knows what became.</summary>
    public int Failed => _failed;

    /// <summary>Seconds since the load began.</summary>
    public double Now => Stopwatch.GetElapsedTime(_began).TotalSeconds;

    /// <summary>Connects.</summary>
    /// <param name="options">How.</param>
    /// <param name="keys">What is written.</param>
    /// <param name="valueBytes">Bytes of each value, 8 at least.</param>
    /// <param name="rate">Writes a second.</param>
    /// <param name="cancellation">Gives up.</param>
    public static async Task<WriteLoad> ConnectAsync(ClientOptions options, MovingKeys keys, int valueBytes, double rate, CancellationToken cancellation) =>
        new(await ChatLogClient.ConnectAsync(options, cancellation), keys, valueBytes, rate);

    /// <summary>Writes every key once, as fast as it goes.</summary>
    public async Task FillAsync(CancellationToken cancellation)
    {
        int next = -1;
        await Task.WhenAll(Enumerable.Range(0, FillersAtOnce).Select(async _ =>
        {
            for (int key = Interlocked.Increment(ref next); key < _keys.Count; key = Interlocked.Increment(ref next))
            {
                cancellation.ThrowIfCancellationRequested();
                long number = Interlocked.Increment(ref _number);
                await _client.Keys.PutAsync(_keys.NameOf(key), Value(number), cancellation);
                _highest[key] = number;
            }
        }));
    }

    /// <summary>Begins to write at the rate.</summary>
    public void Begin()
    {
        _began = Stopwatch.GetTimestamp();
        _writing = Task.Run(WriteAsync);
    }

    /// <summary>Ends, waits for all that is under way, and reads every key that was written back.</summary>
    /// <returns>Keys that hold less than was acknowledged.</returns>
    public async Task<int> StopAndAuditAsync(CancellationToken cancellation)
    {
        await _stop.CancelAsync();
        await _writing;
        while (Volatile.Read(ref _underWay) > 0)
            await Task.Delay(1, cancellation);
        int lost = 0;
        await Parallel.ForEachAsync(Enumerable.Range(0, _keys.Count), new ParallelOptions { MaxDegreeOfParallelism = FillersAtOnce, CancellationToken = cancellation }, async (key, token) =>
        {
            ReadOnlyMemory<byte>? value = await _client.Keys.GetAsync(_keys.NameOf(key), token);
            if (value is not { Length: >= sizeof(long) } found || BinaryPrimitives.ReadInt64BigEndian(found.Span) < Volatile.Read(ref _highest[key]))
                Interlocked.Increment(ref lost);
        });
        return lost;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _writing.ContinueWith(static _ => { }, TaskScheduler.Default);
        await _client.DisposeAsync();
        _stop.Dispose();
    }

    private async Task WriteAsync()
    {
        long sent = 0;
        while (!_stop.IsCancellationRequested)
        {
            for (double now = Now; sent / _rate <= now && Volatile.Read(ref _underWay) < MostUnderWay; sent++)
            {
                int key = _keys.Draw(_random, out bool moves);
                Interlocked.Increment(ref _underWay);
                _ = WriteAsync(key, moves, sent / _rate);
            }

            await Task.Delay(1, CancellationToken.None);
        }
    }

    /// <summary>Never fails.</summary>
    private async Task WriteAsync(int key, bool moves, double due)
    {
        try
        {
            long number = Interlocked.Increment(ref _number);
            await _client.Keys.PutAsync(_keys.NameOf(key), Value(number), CancellationToken.None);
            Times.Add(new WriteTime(due, Now, moves));
            NoteHighest(key, number);
        }
        catch (Exception exception) when (exception is NotAppliedException or OutcomeUnknownException or RejectedException)
        {
            Interlocked.Increment(ref _failed);
        }
        finally
        {
            Interlocked.Decrement(ref _underWay);
        }
    }

    // Of one key the writes take effect in the order in which they were sent, and their acknowledgements may be seen in another one.
    private void NoteHighest(int key, long number)
    {
        long known = Volatile.Read(ref _highest[key]);
        while (number > known)
        {
            long before = Interlocked.CompareExchange(ref _highest[key], number, known);
            if (before == known)
                return;
            known = before;
        }
    }

    private byte[] Value(long number)
    {
        byte[] value = new byte[_valueBytes];
        BinaryPrimitives.WriteInt64BigEndian(value, number);
        return value;
    }
}
