using System.Diagnostics;
using System.Globalization;
using System.Text;
using PaxosShard.Client;
using PaxosShard.Client.Histories;
using PaxosShard.Client.Histories.Ordered;
using PaxosShard.Client.Ordered;
using PaxosShard.Wire.Commands;

namespace PaxosShard.ChatClient.App.Load.OrderedDrills;

/// <summary>
/// Issues bursts of appends and reads in ordered sessions, one burst after the other, and notes what it is told. It goes on in another session when the outcome of an operation is unknown, because nothing of that session is known from there on.
/// </summary>
/// <param name="client">Its client.</param>
/// <param name="number">Its number, from 0.</param>
/// <param name="callers">How many callers there are: the numbers of its sessions are as far apart.</param>
/// <param name="keys">The keys.</param>
/// <param name="nextToken">Gives a number that nothing else that is appended has.</param>
/// <param name="times">Told of each answer.</param>
internal sealed class BurstCaller(ChatLogClient client, int number, int callers, IReadOnlyList<string> keys, Func<long> nextToken, AcknowledgementTimes times)
{
    private const char PieceEnd = ';';

    // Bounds what a drill keeps of its history: how fast bursts are is what px bench ordered measures.
    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(25);

    private readonly Random _random = new(number);
    private readonly List<OrderedOperation> _operations = [];
    private int _session = number;

    /// <summary>Operations of a burst.</summary>
    public required int Fanout { get; init; }

    /// <summary>What it issued, and what it was told. Read when it has ended.</summary>
    public IReadOnlyList<OrderedOperation> Operations => _operations;

    /// <summary>Bursts of which everything has ended.</summary>
    public int Bursts { get; private set; }

    /// <summary>What a value is made of.</summary>
    public static IReadOnlyList<KeyPiece> PiecesOf(ReadOnlySpan<byte> value) =>
        [.. Encoding.ASCII.GetString(value).Split(PieceEnd, StringSplitOptions.RemoveEmptyEntries).Select(static token => new KeyPiece(long.Parse(token, CultureInfo.InvariantCulture), token.Length + 1))];

    /// <summary>Appends to each key once, so that none is missing from then on.</summary>
    public async Task BeginAsync(CancellationToken cancellation)
    {
        await using OrderedSession session = await client.OpenOrderedSessionAsync(cancellation);
        List<Issued> issued = [.. keys.Select((key, index) => Issue(session, index + 1, key, isGet: false))];
        foreach (Issued operation in issued)
            await NoteAsync(operation);
        _session += callers;
    }

    /// <summary>Issues bursts until it is told to stop; then it waits for what is under way.</summary>
    public async Task CallUntilAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            await using OrderedSession session = await client.OpenOrderedSessionAsync(CancellationToken.None);
            bool isKnown = true;
            for (long first = 1; isKnown && !stop.IsCancellationRequested; first += Fanout)
            {
                isKnown = await BurstAsync(session, first);
                Bursts++;
                await Task.Delay(_pause, CancellationToken.None);
            }

            _session += callers;
        }
    }

    // False when the outcome of an operation is unknown. Ends are awaited in their order: what goes on by itself, on threads of a pool, would be noted in any.
    private async Task<bool> BurstAsync(OrderedSession session, long first)
    {
        Issued[] burst = new Issued[Fanout];
        for (int place = 0; place < Fanout; place++)
            burst[place] = Issue(session, first + place, keys[_random.Next(keys.Count)], isGet: _random.Next(4) == 0);
        bool isKnown = true;
        foreach (Issued operation in burst)
            isKnown &= await NoteAsync(operation);
        return isKnown;
    }

    private Issued Issue(OrderedSession session, long sequence, string key, bool isGet)
    {
        long token = nextToken();
        string piece = string.Create(CultureInfo.InvariantCulture, $"{token}{PieceEnd}");
        byte[] name = Encoding.UTF8.GetBytes(key);
        KeyOperation call = new(_session, Stopwatch.GetTimestamp(), KeyOperation.NoAnswer, isGet ? KeyAction.Get : KeyAction.Append) { Piece = isGet ? default : new KeyPiece(token, piece.Length) };
        KeyCommand command = isGet ? KeyCommand.Get(name) : KeyCommand.Append(name, Encoding.ASCII.GetBytes(piece));
        return new Issued(new OrderedOperation(sequence, key, call), session.ExecuteAsync(command, CancellationToken.None));
    }

    private async Task<bool> NoteAsync(Issued issued)
    {
        OrderedOperation operation = issued.Operation;
        KeyOperation call = operation.Call;
        try
        {
            KeyResult result = (await issued.Task).Result;
            bool isThere = result.Outcome == KeyOutcome.Done;
            KeyState found = isThere && call.Action == KeyAction.Get ? StateOf(result.Value.Span) : KeyState.Absent;
            _operations.Add(operation with { Call = call with { Returned = Stopwatch.GetTimestamp(), Answer = isThere ? KeyAnswer.Done : KeyAnswer.Missing, Found = found } });
            times.Add();
            return true;
        }
        catch (OperationFailedException)
        {
            _operations.Add(operation with { Call = call with { Returned = Stopwatch.GetTimestamp() }, HasFailed = true });
            return true;
        }
        catch (OutcomeUnknownException)
        {
            _operations.Add(operation);
            return false;
        }
    }

    private static KeyState StateOf(ReadOnlySpan<byte> value)
    {
        KeyState state = KeyState.Absent;
        foreach (KeyPiece piece in PiecesOf(value))
            state = state.With(piece);
        return state;
    }

    /// <summary>An operation that is under way.</summary>
    private sealed record Issued(OrderedOperation Operation, Task<OrderedResult> Task);
}
