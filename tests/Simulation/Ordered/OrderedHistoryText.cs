using PaxosShard.Client.Histories;
using PaxosShard.Client.Histories.Ordered;
using PaxosShard.Tests.Simulation.Linearizability;

namespace PaxosShard.Tests.Simulation.Ordered;

/// <summary>
/// Histories of sessions as text, one operation per semicolon: session and number, the key, and what <see cref="KeyHistoryText"/> reads, as in
/// <c>1.2 x 0-5 append a</c>. The changes that ran did so in the order in which they stand there; <c>never</c> says that one did not run, <c>failed</c>
/// that its session was told so, <c>failed ran</c> that it ran all the same, <c>twice</c> that it ran twice, and <c>placed</c> that the log has the
/// place of a read. <c>#3</c> is the number that a room gave to a message.
/// </summary>
internal static class OrderedHistoryText
{
    private static readonly string[] Marks = ["failed", "ran", "never", "twice", "placed"];

    public static (IReadOnlyList<OrderedOperation> History, VersionOrder Order) Parse(string text)
    {
        List<OrderedOperation> history = [];
        VersionOrder order = new();
        foreach (string line in text.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            string[] words = line.Split(' ');
            string[] marks = [.. words.Where(IsMark)];
            OrderedOperation operation = ParseOperation(words, marks);
            history.Add(operation);
            bool ran = operation.Call.Place > 0 && !marks.Contains("never") && (!operation.HasFailed || marks.Contains("ran"));
            if (ran || marks.Contains("placed"))
                order.Add(operation.Key, operation.Name);
            if (marks.Contains("twice"))
                order.Add(operation.Key, operation.Name);
        }

        return (history, order);
    }

    private static bool IsMark(string word) => word[0] == '#' || Marks.Contains(word);

    private static OrderedOperation ParseOperation(string[] words, string[] marks)
    {
        string[] name = words[0].Split('.');
        KeyOperation call = KeyHistoryText.Parse(string.Join(' ', words.Skip(2).Where(static word => !IsMark(word)))).Single() with { Client = int.Parse(name[0]) };
        bool hasFailed = marks.Contains("failed");
        string? number = marks.FirstOrDefault(static mark => mark[0] == '#');
        return new OrderedOperation(long.Parse(name[1]), words[1], hasFailed ? call with { Answer = KeyAnswer.None } : call)
        {
            HasFailed = hasFailed,
            MessageNumber = number is null ? 0 : long.Parse(number[1..]),
        };
    }
}
