using System.Diagnostics;
using System.Globalization;
using System.Text;
using NUnit.Framework;
using PaxosShard.Client;
using PaxosShard.Client.Histories;
using PaxosShard.Wire.Commands;

namespace PaxosShard.Tests.EndToEnd.Sharding.Moves;

/// <summary>Callers that get, put and append to the same few keys by chance, and what each was told; afterwards there has to be an order that explains it. Each piece that is written is another one.</summary>
/// <param name="keys">The keys.</param>
internal sealed class KeyHistory(IReadOnlyList<byte[]> keys)
{
    private const long SearchSteps = 20_000_000;
    private const long PiecesPerCaller = 1L << 32;

    private readonly List<KeyOperation>[] _operations = [.. keys.Select(static _ => new List<KeyOperation>())];

    /// <summary>Calls that were answered, or whose outcome is unknown.</summary>
    public int Count => _operations.Sum(static operations => operations.Count);

    /// <summary>Calls until it is told to stop, and waits for what is under way.</summary>
    /// <param name="client">The caller's client.</param>
    /// <param name="caller">Its number.</param>
    /// <param name="enough">Tells it to stop.</param>
    public async Task CallUntilAsync(ChatLogClient client, int caller, CancellationToken enough)
    {
        Random random = new(caller);
        for (long piece = 1; !enough.IsCancellationRequested; piece++)
        {
            int key = random.Next(keys.Count);
            byte[] text = Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{(caller * PiecesPerCaller) + piece};"));
            (KeyAction action, KeyCommand command) = random.Next(4) switch
            {
                0 => (KeyAction.Put, KeyCommand.Put(keys[key], text)),
                1 => (KeyAction.Append, KeyCommand.Append(keys[key], text)),
                _ => (KeyAction.Get, KeyCommand.Get(keys[key])),
            };
            KeyOperation operation = new(caller, Stopwatch.GetTimestamp(), KeyOperation.NoAnswer, action) { Piece = PieceOf(text) };
            try
            {
                KeyResult result = await client.Keys.ExecuteAsync(command, CancellationToken.None);
                operation = operation with
                {
                    Returned = Stopwatch.GetTimestamp(),
                    Answer = result.Outcome == KeyOutcome.Done ? KeyAnswer.Done : KeyAnswer.Missing,
                    Found = action == KeyAction.Get ? StateOf(result.Value.Span) : KeyState.Absent,
                };
            }
            catch (OutcomeUnknownException)
            {
                // It may take effect at any later time, or never.
            }
            catch (NotAppliedException)
            {
                continue;
            }

            lock (_operations)
                _operations[key].Add(operation);
        }
    }

    /// <summary>Judges what all callers were told, once they have ended.</summary>
    public void Check()
    {
        WingGongChecker<KeyState, KeyOperation> checker = new(new KeyModel(), SearchSteps);
        for (int key = 0; key < keys.Count; key++)
        {
            Verdict verdict = checker.Check(_operations[key], static operation => (operation.Invoked, operation.Returned));
            Assert.That(verdict.Outcome, Is.EqualTo(HistoryOutcome.Linearizable), $"key {key}: {verdict.Reason}");
        }
    }

    private static KeyPiece PieceOf(ReadOnlySpan<byte> text) => new(long.Parse(text[..^1], CultureInfo.InvariantCulture), text.Length);

    private static KeyState StateOf(ReadOnlySpan<byte> value)
    {
        KeyState state = KeyState.Absent;
        while (!value.IsEmpty)
        {
            int end = value.IndexOf((byte)';') + 1;
            state = state.With(PieceOf(value[..end]));
            value = value[end..];
        }

        return state;
    }
}
