using PaxosShard.Simulator.Checks.Linearizability;

namespace PaxosShard.Tests.Simulation.Linearizability;

/// <summary>
/// Histories as text, one operation per line or semicolon: the interval and what was done. <c>0-5 a=1</c> messages "a" and is
/// told number 1; <c>0- a</c> messages "a" and hears nothing; <c>6-8 [a b]</c> reads the whole room; <c>6-8 2[b]/3</c> reads
/// from number 2 and is told that number 3 is the last.
/// </summary>
internal static class HistoryText
{
    public static IReadOnlyList<RoomOperation> Parse(string text)
    {
        List<RoomOperation> operations = [];
        foreach (string line in text.Split([';', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
            operations.Add(ParseOperation(operations.Count, line));
        return operations;
    }

    private static RoomOperation ParseOperation(int client, string line)
    {
        int space = line.IndexOf(' ', StringComparison.Ordinal);
        string[] interval = line[..space].Split('-');
        long invoked = long.Parse(interval[0]);
        long returned = interval[1].Length == 0 ? RoomOperation.NoAnswer : long.Parse(interval[1]);
        string what = line[(space + 1)..];
        return what.Contains('[', StringComparison.Ordinal)
            ? ParseRead(client, invoked, returned, what)
            : ParseSend(client, invoked, returned, what);
    }

    private static SendOperation ParseSend(int client, long invoked, long returned, string what)
    {
        string[] parts = what.Split('=');
        return new SendOperation(client, invoked, returned, Letter(parts[0]), parts.Length == 1 ? 0 : long.Parse(parts[1]));
    }

    private static ReadOperation ParseRead(int client, long invoked, long returned, string what)
    {
        int open = what.IndexOf('[', StringComparison.Ordinal);
        int close = what.IndexOf(']', StringComparison.Ordinal);
        long first = open == 0 ? 1 : long.Parse(what[..open]);
        long[] texts = [.. what[(open + 1)..close].Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(Letter)];
        string rest = what[(close + 1)..];
        long last = rest.Length == 0 ? first + texts.Length - 1 : long.Parse(rest[1..]);
        return new ReadOperation(client, invoked, returned, last, first, texts);
    }

    private static long Letter(string text) => text[0];
}
