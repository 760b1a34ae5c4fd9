using System.Diagnostics;
using System.Globalization;
using System.Text;
using PaxosShard.Client;
using PaxosShard.Client.Histories;
using PaxosShard.Wire.Commands;

namespace PaxosShard.ChatClient.App.Load.Keys;

/// <summary>
/// Reads and changes a few keys, one call after the other, and notes each with its times and its answer. What it writes is made of pieces of
/// which no two are equal, so that every value tells who wrote it.
/// </summary>
/// <param name="execute">Carries out a command by a client of its own, and fails as <see cref="KeyClient.ExecuteAsync"/> does.</param>
/// <param name="number">Its number among the callers.</param>
/// <param name="names">The keys that it and the others call.</param>
/// <param name="times">Where the moments of answers go.</param>
internal sealed class KeyCaller(Func<KeyCommand, Task<KeyResult>> execute, int number, IReadOnlyList<string> names, AcknowledgementTimes times)
{
    private const char PieceEnd = ';';
    private const long PiecesOfACaller = 1L << 40;
    private static readonly TimeSpan _pace = TimeSpan.FromMilliseconds(1);

    private readonly Random _random = new(number);
    private readonly Dictionary<string, ReadOnlyMemory<byte>> _seen = new(StringComparer.Ordinal);
    private readonly List<(string Key, KeyOperation Operation)> _operations = [];
    private long _pieces;

    /// <summary>What it called, with its outcome; what was certainly not applied is left out. Complete once <see cref="CallUntilAsync"/> has ended.</summary>
    public IReadOnlyList<(string Key, KeyOperation Operation)> Operations => _operations;

    /// <summary>Calls that were certainly not applied, or that only read and got no answer.</summary>
    public int NotApplied { get; private set; }

    /// <summary>Calls until it is told to stop, and waits for what is under way.</summary>
    public async Task CallUntilAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            await CallAsync(names[_random.Next(names.Count)]);
            await Task.Delay(_pace, CancellationToken.None);
        }
    }

    private async Task CallAsync(string key)
    {
        (KeyCommand command, KeyOperation operation) = Draw(key);
        try
        {
            KeyResult result = await execute(command);
            times.Add();
            _operations.Add((key, Answered(operation, in result)));
            Note(key, in command, in result);
        }
        catch (OutcomeUnknownException)
        {
            _operations.Add((key, operation with { Returned = KeyOperation.NoAnswer }));
        }
        catch (NotAppliedException)
        {
            // It took no effect, and a read that was not answered tells nothing.
            NotApplied++;
        }
    }

    // What the key holds as far as this caller knows: what it expects next. Of what it appended to it knows nothing.
    private void Note(string key, in KeyCommand command, in KeyResult result)
    {
        bool isStored = result.Outcome == KeyOutcome.Done && command.Kind is (CommandKind.PutKey or CommandKind.CompareAndSetKey);
        if (isStored)
            _seen[key] = command.Value;
        else if (result.Outcome == KeyOutcome.Mismatch || (result.Outcome == KeyOutcome.Done && command.Kind == CommandKind.GetKey))
            _seen[key] = result.Value;
        else if (command.Kind != CommandKind.AppendToKey)
            _seen.Remove(key);
    }

    private (KeyCommand Command, KeyOperation Operation) Draw(string key)
    {
        byte[] name = Encoding.UTF8.GetBytes(key);
        ReadOnlyMemory<byte>? seen = _seen.TryGetValue(key, out ReadOnlyMemory<byte> value) ? value : default(ReadOnlyMemory<byte>?);
        byte[] text = Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{number}.{++_pieces}{PieceEnd}"));
        KeyPiece piece = PieceOf(number, _pieces, text.Length);
        (KeyAction action, KeyCommand command) = _random.Next(10) switch
        {
            < 4 => (KeyAction.Get, KeyCommand.Get(name)),
            < 6 => (KeyAction.Put, KeyCommand.Put(name, text)),
            < 7 => (KeyAction.Append, KeyCommand.Append(name, text)),
            < 9 => (KeyAction.CompareAndSet, KeyCommand.CompareAndSet(name, seen, text)),
            _ => (KeyAction.Delete, KeyCommand.Delete(name)),
        };
        return (command, new KeyOperation(number, Stopwatch.GetTimestamp(), 0, action) { Piece = piece, Expected = StateOf(seen) });
    }

    private static KeyOperation Answered(KeyOperation operation, in KeyResult result)
    {
        bool hasValue = result.Outcome == KeyOutcome.Mismatch || (result.Outcome == KeyOutcome.Done && operation.Action == KeyAction.Get);
        return operation with
        {
            Returned = Stopwatch.GetTimestamp(),
            Answer = result.Outcome switch
            {
                KeyOutcome.Done => KeyAnswer.Done,
                KeyOutcome.Missing => KeyAnswer.Missing,
                _ => KeyAnswer.Mismatch,
            },
            Found = hasValue ? StateOf(result.Value) : KeyState.Absent,
        };
    }

    private static KeyState StateOf(ReadOnlyMemory<byte>? value)
    {
        KeyState state = KeyState.Absent;
        if (value is not { } bytes)
            return state;
        foreach (string piece in Encoding.ASCII.GetString(bytes.Span).Split(PieceEnd, StringSplitOptions.RemoveEmptyEntries))
        {
            string[] parts = piece.Split('.');
            state = state.With(PieceOf(int.Parse(parts[0], CultureInfo.InvariantCulture), long.Parse(parts[1], CultureInfo.InvariantCulture), piece.Length + 1));
        }

        return state;
    }

    private static KeyPiece PieceOf(int caller, long piece, int length) => new((caller * PiecesOfACaller) + piece, length);
}
