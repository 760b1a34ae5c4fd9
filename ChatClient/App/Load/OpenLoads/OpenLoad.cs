using System.Buffers.Binary;
using System.Diagnostics;
using System.Text;
using PaxosShard.ChatClient.App.Posix;
using PaxosShard.Client;

namespace PaxosShard.ChatClient.App.Load.OpenLoads;

/// <summary>
/// Writes at a fixed rate, key after key, whatever becomes of those before. Each value says which write of its key it is, so that at the end every key can be held against what was acknowledged.
/// </summary>
internal sealed class OpenLoad : IAsyncDisposable
{
    /// <summary>Bytes of each value.</summary>
    public const int ValueBytes = 128;

    private const int Clients = 8;

    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(1);

    private readonly IReadOnlyList<ChatLogClient> _clients;
    private readonly IReadOnlyList<string> _keys;
    private readonly WriteSchedule _schedule;
    private readonly long _start = Stopwatch.GetTimestamp();
    private readonly List<WriteSample> _samples = [];
    private readonly Lock _gate = new();
    private readonly long[] _acknowledged;
    private readonly long[] _sent;
    private readonly Thread _thread;
    private volatile bool _isStopping;
    private long _underWay;

    private OpenLoad(IReadOnlyList<ChatLogClient> clients, IReadOnlyList<string> keys, double perSecond)
    {
        _clients = clients;
        _keys = keys;
        _schedule = new WriteSchedule(perSecond);
        _acknowledged = new long[keys.Count];
        _sent = new long[keys.Count];
        _thread = new Thread(Run) { IsBackground = true, Name = "load" };
        _thread.Start();
    }

    /// <summary>How long the load has gone on.</summary>
    public TimeSpan Passed => Stopwatch.GetElapsedTime(_start);

    /// <summary>Connects, and begins.</summary>
    /// <param name="options">How to connect.</param>
    /// <param name="keys">The keys; those of one client, and no others, share its sessions.</param>
    /// <param name="perSecond">Writes each second.</param>
    /// <param name="cancellation">Gives up.</param>
    public static async Task<OpenLoad> StartAsync(ClientOptions options, IReadOnlyList<string> keys, double perSecond, CancellationToken cancellation)
    {
        List<ChatLogClient> clients = [];
        try
        {
            for (int index = 0; index < Clients; index++)
                clients.Add(await ChatLogClient.ConnectAsync(options, cancellation));
            return new OpenLoad(clients, keys, perSecond);
        }
        catch
        {
            foreach (ChatLogClient client in clients)
                await client.DisposeAsync();
            throw;
        }
    }

    /// <summary>Sends nothing more, and waits until every write has ended.</summary>
    /// <returns>All writes.</returns>
    public async Task<IReadOnlyList<WriteSample>> StopAsync()
    {
        _isStopping = true;
        await Task.Run(_thread.Join);
        while (Interlocked.Read(ref _underWay) > 0)
            await Task.Delay(_pause);
        return _samples;
    }

    /// <summary>Reads every key back, once the load has stopped.</summary>
    /// <returns>Acknowledged writes that are neither there nor followed by a later one.</returns>
    public async Task<int> CountLostAsync(CancellationToken cancellation)
    {
        int lost = 0;
        for (int key = 0; key < _keys.Count; key++)
        {
            ReadOnlyMemory<byte>? value = await _clients[0].Keys.GetAsync(Encoding.UTF8.GetBytes(_keys[key]), cancellation);
            lost += (int)LostOf(_acknowledged[key], _sent[key], value);
        }

        return lost;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _isStopping = true;
        await Task.Run(_thread.Join);
        foreach (ChatLogClient client in _clients)
            await client.DisposeAsync();
    }

    /// <summary>How many acknowledged writes of a key are lost when it holds this. Pure.</summary>
    /// <param name="acknowledged">The number of the last write that was acknowledged, from 1; 0 for none.</param>
    /// <param name="sent">The number of the last one that was sent.</param>
    /// <param name="value">What the key holds; null when it is not there.</param>
    internal static long LostOf(long acknowledged, long sent, ReadOnlyMemory<byte>? value)
    {
        if (acknowledged == 0)
            return 0;
        long found = value is { Length: ValueBytes } bytes ? BinaryPrimitives.ReadInt64BigEndian(bytes.Span) : 0;
        return found > sent || found < 0 ? acknowledged : Math.Max(0, acknowledged - found); // What nobody has sent is worth nothing.
    }

    /// <summary>The value of a write.</summary>
    /// <param name="number">Which write of its key it is, from 1.</param>
    internal static byte[] ValueOf(long number)
    {
        byte[] value = new byte[ValueBytes];
        BinaryPrimitives.WriteInt64BigEndian(value, number);
        return value;
    }

    private void Run()
    {
        for (long next = 0; !_isStopping;)
        {
            for (long due = _schedule.CountBy(Passed); next < due; next++)
            {
                Interlocked.Increment(ref _underWay);
                _ = WriteAsync((int)(next % _keys.Count), (next / _keys.Count) + 1, _schedule.DueOf(next));
            }

            _ = NativeMethods.SleepMicroseconds(WriteSchedule.PauseMicroseconds);
        }
    }

    private async Task WriteAsync(int key, long number, TimeSpan due)
    {
        TimeSpan sent = Passed;
        bool isAcknowledged = true;
        try
        {
            Interlocked.Exchange(ref _sent[key], number);
            await _clients[key % _clients.Count].Keys.PutAsync(Encoding.UTF8.GetBytes(_keys[key]), ValueOf(number), CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is NotAppliedException or OutcomeUnknownException or RejectedException)
        {
            isAcknowledged = false;
        }

        WriteSample sample = new(key, due, sent, Passed, isAcknowledged);
        lock (_gate)
        {
            _samples.Add(sample);
            if (isAcknowledged)
                _acknowledged[key] = Math.Max(_acknowledged[key], number);
        }

        Interlocked.Decrement(ref _underWay);
    }
}
