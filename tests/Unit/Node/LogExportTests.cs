using System.Text;
using NUnit.Framework;
using PaxosShard.Replica.Core.Group;
using PaxosShard.Replica.Core.Steps;
using PaxosShard.Replica.Machines;
using PaxosShard.Wire;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Entries;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Tests.Unit.Node;

public sealed class LogExportTests
{
    private static readonly GroupOptions _options = new() { ReplicaCount = 3, Self = new ReplicaId(0) };

    [Test]
    public void Decided_messages_are_printed_in_the_order_they_were_executed()
    {
        AcceptedEntry[] entries =
        [
            Accepted(1),
            Accepted(2, Send(sequence: 1, previous: 0, "lobby", "ann", "hello"), Send(2, 1, "attic", "ann", "who\tis here?")),
            Accepted(3),
            Accepted(4, Send(3, 2, "lobby", "ann", "bye")),
            Accepted(5, Send(4, 3, "lobby", "ann", "not decided")),
        ];

        Assert.That(Export(entries, decided: 4), Is.EqualTo("2\tlobby\t1\tann\thello\n2\tattic\t1\tann\twho\\tis here?\n4\tlobby\t2\tann\tbye\n"));
    }

    [Test]
    public void A_request_that_is_in_the_log_twice_is_printed_once()
    {
        AcceptedEntry[] entries =
        [
            Accepted(1),
            Accepted(2, Send(1, 0, "lobby", "ann", "hello")),
            Accepted(3, Send(1, 0, "lobby", "ann", "hello")),
        ];

        Assert.That(Export(entries, decided: 3), Is.EqualTo("2\tlobby\t1\tann\thello\n"));
    }

    private static string Export(AcceptedEntry[] entries, long decided)
    {
        using MemoryStream output = new();
        RecoveredState recovered = new()
        {
            Known = [.. entries.Where(entry => entry.Slot.Number <= decided).Select(entry => new DecidedEntry(entry.Slot, entry.Entry))],
            Votes = [.. entries.Where(entry => entry.Slot.Number > decided)],
        };
        LogExport.Write(recovered, _options, static onSent => new ShardMachine(onSent: onSent), lines => output.Write(lines.Span));
        return Encoding.UTF8.GetString(output.ToArray());
    }

    private static AcceptedEntry Accepted(long slot, params ClientRequest[] requests)
    {
        if (requests.Length == 0)
            return new AcceptedEntry(new Slot(slot), View.First, Entry.NoOp);
        EntryBuilder builder = new(Limits.Entry, Limits.CommandsPerEntry);
        foreach (ClientRequest request in requests)
            builder.TryAdd(request);
        return new AcceptedEntry(new Slot(slot), View.First, builder.Build(new(default, 1000, 1000)));
    }

    private static ClientRequest Send(long sequence, long previous, string room, string author, string text) =>
        Command(new SessionId(1), sequence, new SendMessageCommand(room, author, text).Encode(), previous);

    private static ClientRequest Command(SessionId session, long sequence, byte[] command, long previous = 0) =>
        new(session, new SequenceNumber(sequence), new SequenceNumber(previous), new SequenceNumber(1), command) { Expiry = 2000 };
}
