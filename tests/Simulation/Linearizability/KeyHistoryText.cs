using PaxosShard.Client.Histories;
using PaxosShard.Simulator.Checks.Linearizability;

namespace PaxosShard.Tests.Simulation.Linearizability;

/// <summary>
/// Histories of a key as text, one operation per semicolon: the interval and what was done. <c>0-5 put a</c> and <c>0-5 append a</c> are done,
/// <c>0-5 put a rejected</c> is not; <c>0- put a</c> hears nothing, and <c>0- put a never</c> did not run. <c>6-8 get [a b]</c> reads both pieces,
/// <c>6-8 get missing</c> nothing; <c>delete done</c> and <c>delete missing</c>; <c>cas [a] b done</c>, <c>cas [] b mismatch [c]</c>. The changes
/// that ran did so in the order in which they stand there.
/// </summary>
internal static class KeyHistoryText
{
    public static IReadOnlyList<KeyOperation> Parse(string text)
    {
        List<KeyOperation> operations = [];
        foreach (string line in text.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
            operations.Add(ParseOperation(operations.Count, line));
        return operations;
    }

    private static KeyOperation ParseOperation(int client, string line)
    {
        Queue<string> words = new(WordsOf(line));
        string[] interval = words.Dequeue().Split('-');
        long returned = interval[1].Length == 0 ? RoomOperation.NoAnswer : long.Parse(interval[1]);
        KeyAction action = words.Dequeue() switch
        {
            "get" => KeyAction.Get,
            "put" => KeyAction.Put,
            "append" => KeyAction.Append,
            "delete" => KeyAction.Delete,
            _ => KeyAction.CompareAndSet,
        };
        KeyOperation operation = new(client, long.Parse(interval[0]), returned, action) { Place = action == KeyAction.Get ? 0 : client + 1 };
        if (action == KeyAction.CompareAndSet)
            operation = operation with { Expected = StateOf(words.Dequeue()) };
        if (action is not (KeyAction.Get or KeyAction.Delete))
            operation = operation with { Piece = PieceOf(words.Dequeue()) };
        return WithAnswer(operation, words);
    }

    // The pieces of a value are one word.
    private static IEnumerable<string> WordsOf(string line)
    {
        for (int start = 0; start < line.Length;)
        {
            int end = line.IndexOf(line[start] == '[' ? ']' : ' ', start);
            end = end < 0 || line[start] != '[' ? end : end + 1;
            end = end < 0 ? line.Length : end;
            yield return line[start..end];
            start = end + 1;
        }
    }

    private static KeyOperation WithAnswer(KeyOperation operation, Queue<string> words)
    {
        if (!words.TryDequeue(out string? word))
            return operation with { Answer = operation.IsUnknown ? KeyAnswer.None : KeyAnswer.Done };
        return word switch
        {
            "never" => operation with { Place = 0 },
            "done" => operation with { Answer = KeyAnswer.Done },
            "missing" => operation with { Answer = KeyAnswer.Missing },
            "rejected" => operation with { Answer = KeyAnswer.Rejected },
            "mismatch" => operation with { Answer = KeyAnswer.Mismatch, Found = StateOf(words.Dequeue()) },
            _ => operation with { Answer = KeyAnswer.Done, Found = StateOf(word) },
        };
    }

    private static KeyState StateOf(string word)
    {
        KeyState state = KeyState.Absent;
        foreach (string piece in word.Trim('[', ']').Split(' ', StringSplitOptions.RemoveEmptyEntries))
            state = state.With(PieceOf(piece));
        return state;
    }

    private static KeyPiece PieceOf(string word) => new(word[0], word.Length);
}
