using NUnit.Framework;

namespace PaxosShard.Tests.EndToEnd.Harness;

/// <summary>What must hold of the logs of a group, whatever befell it: they are equal, and say what the writers were told.</summary>
internal static class LogAudit
{
    /// <summary>All logs are the same, byte for byte; then they need one check only, see <see cref="Check"/>.</summary>
    public static void CheckEqual(IReadOnlyList<ExportedLog> logs)
    {
        for (int index = 1; index < logs.Count; index++)
        {
            // Compared first without a description: that of long texts takes long.
            if (!logs[index].Text.Equals(logs[0].Text, StringComparison.Ordinal))
                Assert.Fail($"the log of replica {index} differs from that of replica 0: {FirstDifference(logs[0], logs[index])}");
        }
    }

    /// <summary>Ends a load and its group: the logs pass <see cref="Check"/>, and nothing that was said is missing in them.</summary>
    public static async Task EndAndCheckAllCommittedAsync(TestGroup group, Load load, CancellationToken cancellation)
    {
        await load.StopAsync();
        Check(await group.StopAndExportAsync(cancellation), load.Writers);
        Assert.That(load.Sent, Has.All.Property(nameof(SentMessage.Fate)).EqualTo(MessageFate.Committed));
    }

    /// <summary>Every message at most once, the committed ones there under their numbers, the others as told, each writer's in its order, rooms without gaps.</summary>
    public static void Check(ExportedLog log, params IReadOnlyCollection<Writer> writers)
    {
        CheckNumbers(log);
        HashSet<string> expected = [.. writers.SelectMany(writer => writer.Sent).Select(message => message.Text)];
        foreach (Writer writer in writers)
            CheckWriter(log, writer);
        string[] strangers = [.. log.Messages.Where(message => !expected.Contains(message.Text)).Select(message => message.Text).Take(3)];
        Assert.That(strangers, Is.Empty, "nobody said these");
    }

    private static void CheckNumbers(ExportedLog log)
    {
        Dictionary<string, long> last = new(StringComparer.Ordinal);
        long slot = 0;
        foreach (ExportedMessage message in log.Messages)
        {
            long number = last.GetValueOrDefault(message.Room) + 1;
            if (message.Number != number || message.Slot < slot)
                Assert.Fail($"in slot {message.Slot} room {message.Room} has number {message.Number}; {number} comes next, in slot {slot} or later");
            last[message.Room] = number;
            slot = message.Slot;
        }
    }

    private static void CheckWriter(ExportedLog log, Writer writer)
    {
        Dictionary<string, long> numbers = new(StringComparer.Ordinal);
        foreach (ExportedMessage message in log.Messages.Where(message => message.Author.Equals(writer.Name, StringComparison.Ordinal)))
        {
            if (!message.Room.Equals(writer.Room, StringComparison.Ordinal) || !numbers.TryAdd(message.Text, message.Number))
                Assert.Fail($"in slot {message.Slot} there is once more, or in the wrong room: {message.Text}");
        }

        long previous = 0;
        foreach (SentMessage message in writer.Sent)
        {
            bool isThere = numbers.TryGetValue(message.Text, out long number);
            if (message.Fate == MessageFate.Committed && (!isThere || number != message.Number))
                Assert.Fail($"committed as {message.Number}, but in the log it is {number}: {message.Text}");
            if (message.Fate == MessageFate.NotApplied && isThere)
                Assert.Fail($"certainly not applied, but in the log it is {number}: {message.Text}");
            if (!isThere)
                continue;
            if (number <= previous)
                Assert.Fail($"number {number} comes after number {previous} of the same writer: {message.Text}");
            previous = number;
        }
    }

    private static string FirstDifference(ExportedLog first, ExportedLog second)
    {
        int index = first.Messages.Zip(second.Messages).TakeWhile(pair => pair.First == pair.Second).Count();
        return $"after {index} equal messages {first.Messages.ElementAtOrDefault(index)} and {second.Messages.ElementAtOrDefault(index)}, "
            + $"of {first.Messages.Count} and {second.Messages.Count}";
    }
}
