using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using NUnit.Framework;
using PaxosShard.Client;
using PaxosShard.Client.Histories;
using PaxosShard.Client.Histories.Ordered;
using PaxosShard.Client.Ordered;
using PaxosShard.Tests.EndToEnd.Harness;
using PaxosShard.Wire.Commands;

namespace PaxosShard.Tests.EndToEnd.Sharding;

/// <summary>
/// Sessions that append to the same keys of three shards in different orders without waiting, while processes are killed: what they were told has one order that keeps real time and the order of each session.
/// </summary>
[TestFixture]
public sealed class OrderedHistoryTests
{
    private const int Sessions = 4;
    private const int Fanout = 12;
    private const int Keys = 6;

    private readonly ConcurrentBag<OrderedOperation> _history = [];
    private long _token;
    private int _bursts;

    [Test]
    [CancelAfter(300_000)]
    public async Task What_ordered_sessions_are_told_has_one_order_while_processes_are_killed(CancellationToken cancellation)
    {
        await using PxGroup cluster = new();
        (await cluster.UpAsync(cancellation, "--shards", "3", "--together")).Succeeded();
        ClientOptions options = new() { Endpoints = [(await cluster.ReplicasAsync(cancellation))[0].Address], RequestTimeout = TimeSpan.FromSeconds(30) };
        using CancellationTokenSource enough = new();
        Task[] sessions = [.. Enumerable.Range(0, Sessions).Select(session => Task.Run(() => RunAsync(session, options, enough.Token, cancellation), cancellation))];

        for (int kill = 0; kill < 3; kill++)
        {
            int before = Volatile.Read(ref _bursts);
            await Eventually.HoldsAsync("bursts go on", () => Volatile.Read(ref _bursts) > before + (3 * Sessions) ? null : $"{_bursts}", cancellation);
            int victim = (await cluster.ReplicasAsync(cancellation)).Skip(1).First(static replica => replica.Role is "primary").ProcessId!.Value;
            await ProcessTable.KillAsync("the process of a primary is gone", () => ProcessTable.IsAlive(victim) ? [victim] : []);
            (await cluster.UpAsync(cancellation)).Succeeded();
        }

        await enough.CancelAsync();
        await Task.WhenAll(sessions);
        OrderedVerdict verdict = OrderedGraphChecker.CheckFinalValues([.. _history], await ReadAllAsync(options, cancellation));

        Assert.That(verdict.Outcome, Is.EqualTo(HistoryOutcome.Linearizable), verdict.Reason);
        Assert.That(_history.Count(static operation => operation.IsAnswered), Is.GreaterThan(Sessions * Fanout * 8));
    }

    /// <summary>Bursts of a session, one after the other, each of appends and reads on all keys in an order of its own; another session when the outcome of one is unknown.</summary>
    private async Task RunAsync(int number, ClientOptions options, CancellationToken enough, CancellationToken cancellation)
    {
        Random random = new(number);
        await using ChatLogClient client = await ChatLogClient.ConnectAsync(options, cancellation);
        int name = number;
        while (!enough.IsCancellationRequested)
        {
            await using OrderedSession session = await client.OpenOrderedSessionAsync(cancellation);
            bool isOver = false;
            for (long next = 1; !isOver && !enough.IsCancellationRequested; next += Fanout)
            {
                Issued[] burst = new Issued[Fanout];
                for (int place = 0; place < Fanout; place++)
                    burst[place] = Issue(session, name, next + place, random.Next(Keys), isGet: random.Next(4) == 0, cancellation);

                // In their order, as they end: what is awaited on threads of the pool would be noted in any.
                foreach (Issued operation in burst)
                    isOver |= await RecordAsync(operation);
                Interlocked.Increment(ref _bursts);
            }

            name += Sessions;
        }
    }

    private Issued Issue(OrderedSession session, int name, long number, int key, bool isGet, CancellationToken cancellation)
    {
        long token = Interlocked.Increment(ref _token);
        string piece = token.ToString(CultureInfo.InvariantCulture) + ";";
        KeyOperation call = new(name, Stopwatch.GetTimestamp(), KeyOperation.NoAnswer, isGet ? KeyAction.Get : KeyAction.Append) { Piece = isGet ? default : new KeyPiece(token, piece.Length) };
        byte[] keyBytes = Encoding.UTF8.GetBytes($"key/{key}");
        KeyCommand command = isGet ? KeyCommand.Get(keyBytes) : KeyCommand.Append(keyBytes, Encoding.UTF8.GetBytes(piece));
        return new Issued(new OrderedOperation(number, $"key/{key}", call), session.ExecuteAsync(command, cancellation));
    }

    /// <summary>Notes how an operation ended; true when that is unknown.</summary>
    private async Task<bool> RecordAsync(Issued issued)
    {
        OrderedOperation operation = issued.Operation;
        KeyOperation call = operation.Call;
        bool isGet = call.Action == KeyAction.Get;
        bool isUnknown = false;
        try
        {
            OrderedResult result = await issued.Task;
            bool isThere = result.Result.Outcome == KeyOutcome.Done;
            operation = operation with
            {
                Call = call with { Returned = Stopwatch.GetTimestamp(), Answer = isThere ? KeyAnswer.Done : KeyAnswer.Missing, Found = isGet && isThere ? StateOf(result.Result.Value.Span) : KeyState.Absent },
            };
        }
        catch (OperationFailedException)
        {
            operation = operation with { Call = call with { Returned = Stopwatch.GetTimestamp() }, HasFailed = true };
        }
        catch (OutcomeUnknownException)
        {
            isUnknown = true;
        }

        _history.Add(operation);
        return isUnknown;
    }

    private static async Task<Dictionary<string, IReadOnlyList<KeyPiece>>> ReadAllAsync(ClientOptions options, CancellationToken cancellation)
    {
        Dictionary<string, IReadOnlyList<KeyPiece>> values = new(StringComparer.Ordinal);
        await using ChatLogClient client = await ChatLogClient.ConnectAsync(options, cancellation);
        for (int key = 0; key < Keys; key++)
        {
            ReadOnlyMemory<byte>? value = await client.Keys.GetAsync(Encoding.UTF8.GetBytes($"key/{key}"), cancellation);
            values.Add($"key/{key}", value is { } bytes ? PiecesOf(bytes.Span) : []);
        }

        return values;
    }

    private static KeyState StateOf(ReadOnlySpan<byte> value)
    {
        KeyState state = KeyState.Absent;
        foreach (KeyPiece piece in PiecesOf(value))
            state = state.With(piece);
        return state;
    }

    private static List<KeyPiece> PiecesOf(ReadOnlySpan<byte> value) =>
        [.. Encoding.ASCII.GetString(value).Split(';', StringSplitOptions.RemoveEmptyEntries).Select(static token => new KeyPiece(long.Parse(token, CultureInfo.InvariantCulture), token.Length + 1))];

    /// <summary>An operation that was issued.</summary>
    private sealed record Issued(OrderedOperation Operation, Task<OrderedResult> Task);
}
