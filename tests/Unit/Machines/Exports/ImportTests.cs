using System.Buffers;
using System.Text;
using NUnit.Framework;
using PaxosShard.Hashing;
using PaxosShard.Replica.Machines;
using PaxosShard.Replica.Machines.Exports;
using PaxosShard.Replica.Machines.Rooms;
using PaxosShard.Wire;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Identifiers;

namespace PaxosShard.Tests.Unit.Machines.Exports;

/// <summary>An import takes the pieces of an export in their order and refuses everything else.</summary>
public sealed class ImportTests
{
    private static readonly string[] _rooms = ["garden", "lobby"];

    [Test]
    public void A_flipped_byte_is_refused_or_changes_nothing([Values(1, 0x80, 0xFF)] int mask)
    {
        List<byte[]> pieces = ExportPieces.Of(Small(), 60);
        List<string> expected = ExportPieces.Answers(Small(), _rooms);
        for (int index = 0; index < pieces.Count; index++)
        {
            for (int place = 0; place < pieces[index].Length; place++)
            {
                byte[] flipped = [.. pieces[index]];
                flipped[place] ^= (byte)mask;
                List<string>? answers = TryImport([.. pieces[..index], flipped, .. pieces[(index + 1)..]]);
                Assert.That(answers, Is.Null.Or.EqualTo(expected), $"byte {place} of piece {index}");
            }
        }
    }

    [Test]
    public void A_piece_that_was_cut_or_is_too_long_is_refused_at_once()
    {
        List<byte[]> pieces = ExportPieces.Of(Small(), 60);
        for (int index = 0; index < pieces.Count; index++)
        {
            for (int length = 0; length < pieces[index].Length; length++)
                AssertRefused(pieces[..index], pieces[index][..length]);
            AssertRefused(pieces[..index], [.. pieces[index], 0]);
        }
    }

    [Test]
    public void A_piece_that_is_not_the_next_one_is_refused_at_once()
    {
        List<byte[]> pieces = ExportPieces.Of(Small(), 60);
        Assert.That(pieces, Has.Count.GreaterThan(4));
        for (int index = 0; index < pieces.Count; index++)
        {
            for (int other = 0; other < pieces.Count; other++)
            {
                if (other != index)
                    AssertRefused(pieces[..index], pieces[other]);
            }
        }
    }

    [Test]
    public void Nothing_is_taken_after_the_last_piece_or_after_a_refusal()
    {
        List<byte[]> pieces = ExportPieces.Of(Small(), 60);
        AssertRefused(pieces, pieces[^1]);

        ShardMachineImport import = new ShardMachine().BeginImport();
        Assert.That(() => import.Add(pieces[1]), Throws.TypeOf<WireFormatException>());
        Assert.That(() => import.Add(pieces[0]), Throws.TypeOf<WireFormatException>());
        Assert.That((import.IsComplete, import.Slot), Is.EqualTo((false, Slot.Zero)));
    }

    [Test]
    public void Random_bytes_are_refused([Range(1, 5)] int seed)
    {
        Random random = new(seed);
        List<byte[]> pieces = ExportPieces.Of(Small(), 60);
        for (int count = 0; count < 300; count++)
        {
            int index = random.Next(pieces.Count);
            byte[] bytes = new byte[random.Next(80)];
            random.NextBytes(bytes);
            AssertRefused(pieces[..index], bytes);
            AssertRefused(pieces[..index], [.. pieces[index][..ExportFormat.PieceHeaderSize], .. bytes]);
        }
    }

    [Test]
    public void A_refusal_says_which_piece_it_is_and_where()
    {
        List<byte[]> pieces = ExportPieces.Of(Small(), 60);
        ShardMachineImport import = new ShardMachine().BeginImport();
        import.Add(pieces[0]);

        Assert.That(() => import.Add(pieces[1].AsSpan(0, 12)), Throws.TypeOf<WireFormatException>().With.Message.Match("^piece 1 of the export: .* at 1[0-9]"));
    }

    [Test]
    public void An_export_that_is_larger_than_the_machine_may_be_is_refused_by_its_head()
    {
        List<byte[]> pieces = ExportPieces.Of(Small(), 60);
        long stateBytes = Small().StateBytes;

        Assert.That(ExportPieces.Import(new ShardMachine(2, stateBytes), pieces).IsComplete);
        Assert.That(() => new ShardMachine(1, stateBytes).BeginImport().Add(pieces[0]), Throws.TypeOf<WireFormatException>().With.Message.Contains("2 rooms"));
        Assert.That(() => new ShardMachine(2, stateBytes - 1).BeginImport().Add(pieces[0]), Throws.TypeOf<WireFormatException>().With.Message.Contains($"{stateBytes} bytes"));
    }

    [Test]
    public void Only_a_machine_that_has_run_nothing_takes_an_export() => Assert.That(() => Small().BeginImport(), Throws.InvalidOperationException);

    [Test]
    public void Nobody_is_told_of_messages_that_are_imported()
    {
        List<SentMessage> sent = [];
        ShardMachine machine = new(onSent: sent.Add);
        ExportPieces.Import(machine, ExportPieces.Of(Small(), 60));
        List<string> topics = [];
        machine.TakeTouched(topics);

        Assert.That(sent, Is.Empty);
        Assert.That(topics, Is.Empty);
    }

    [Test]
    public void Records_that_cannot_stand_where_they_stand_are_refused()
    {
        (byte[] early, byte[] late) = (Names(5)[0], Names(5)[1]);
        Message message = new("ann"u8.ToArray(), "hello"u8.ToArray());

        AssertRecords(accepted: true, writer => WriteKeys(writer, early, late));
        AssertRecords(accepted: false, static _ => { });
        AssertRecords(accepted: false, writer => WriteKeys(writer, late, early));
        AssertRecords(accepted: false, writer => WriteKeys(writer, early, early));
        AssertRecords(accepted: false, writer => writer.WriteKey(new Arc(6), early, "v"u8));
        AssertRecords(accepted: false, writer => writer.WriteKey(Arc.Of([]), [], "v"u8));
        AssertRecords(accepted: false, writer => WriteKeys(writer, early, late, Names(6)[0]));
        AssertRecords(accepted: true, writer => WriteRoom(writer, early, 1, message));
        AssertRecords(accepted: true, writer => WriteRoom(WriteRoom(writer, early, 1, message, message), early, 3, message));
        AssertRecords(accepted: true, writer => WriteKeys(WriteRoom(writer, early, 1, message), early));
        AssertRecords(accepted: false, writer => WriteRoom(WriteKeys(writer, early), early, 1, message));
        AssertRecords(accepted: true, writer => WriteRoom(writer, early, 2, message));
        AssertRecords(accepted: true, writer => WriteRoom(writer, early, 2));
        AssertRecords(accepted: false, writer => WriteRoom(writer, early, 1));
        AssertRecords(accepted: false, writer => WriteRoom(writer, early, 0, message));
        AssertRecords(accepted: false, writer => WriteRoom(writer, early, Limits.HighestNumber, message));
        AssertRecords(accepted: false, writer => WriteRoom(WriteRoom(writer, early, 2), early, 2, message));
        AssertRecords(accepted: false, writer => WriteRoom(WriteRoom(writer, early, 2, message), early, 3));
        AssertRecords(accepted: false, writer => WriteRoom(WriteRoom(writer, early, 1, message), early, 3, message));
        AssertRecords(accepted: false, writer => WriteRoom(WriteRoom(writer, early, 1, message), late, 1, message));
        AssertRecords(accepted: false, writer => WriteRoom(writer, early, 1, message with { Author = [] }));
        AssertRecords(accepted: false, writer => WriteRoom(writer, early, 1, message with { Text = [0xFF] }));
        AssertRecords(accepted: false, writer => WriteRoom(writer, early, 1, message, message with { LogTime = 0 }));
    }

    private static ShardMachine Small()
    {
        ShardMachine machine = new();
        foreach ((string room, string text) in (ReadOnlySpan<(string, string)>)[("lobby", "hello"), ("garden", "a bird"), ("lobby", "world"), ("lobby", "again")])
            machine.Apply(new SendMessageCommand(room, "ann", text).Encode(), 1_700_000_000_000, 1_700_000_000_001);
        foreach (string key in (ReadOnlySpan<string>)["lobby", "key", "gone", "other"])
            machine.Apply(KeyCommand.Put(Encoding.UTF8.GetBytes(key), "value"u8.ToArray()).Encode(), 1, 1);
        machine.Apply(KeyCommand.Delete("gone"u8.ToArray()).Encode(), 1, 1);
        return machine;
    }

    /// <summary>What a machine holds that was given these pieces; null when it refused them, or is not complete.</summary>
    private static List<string>? TryImport(List<byte[]> pieces)
    {
        ShardMachine machine = new();
        ShardMachineImport import = machine.BeginImport();
        try
        {
            foreach (byte[] piece in pieces)
                import.Add(piece);
        }
        catch (WireFormatException)
        {
            Assert.That(import.IsComplete, Is.False);
        }

        return import.IsComplete ? ExportPieces.Answers(machine, _rooms) : null;
    }

    private static void AssertRefused(List<byte[]> before, byte[] piece)
    {
        ShardMachineImport import = ExportPieces.Import(new ShardMachine(), before);
        Assert.That(() => import.Add(piece), Throws.TypeOf<WireFormatException>());
    }

    private static byte[][] Names(int arc) => [.. RunningShard.NamesIn(arc, 2).Order(StringComparer.Ordinal).Select(static name => Encoding.UTF8.GetBytes(name))];

    private static PieceWriter WriteKeys(PieceWriter writer, params ReadOnlySpan<byte[]> names)
    {
        foreach (byte[] name in names)
            writer.WriteKey(Arc.Of(name), name, "v"u8);
        return writer;
    }

    private static PieceWriter WriteRoom(PieceWriter writer, byte[] name, long first, params ReadOnlySpan<Message> messages)
    {
        writer.WriteRoomPart(Arc.Of(name), name, first, messages.Length);
        foreach (Message message in messages)
            writer.WriteMessage(new StoredMessage(wall: 1, message.LogTime, message.Author, message.Text));
        return writer;
    }

    /// <summary>Gives a piece with these records to an import whose head says that there are two keys and one room.</summary>
    private static void AssertRecords(bool accepted, Action<PieceWriter> write)
    {
        ArrayBufferWriter<byte> head = new();
        ArrayBufferWriter<byte> records = new();
        PieceWriter writer = new(head, 0);
        writer.WriteHeader(PieceKind.Head, 0);
        writer.WriteHead(new ExportHead(new Slot(1), 1, Rooms: 1, Keys: 2, StateBytes: 1000));
        writer = new PieceWriter(records, writer.Checksum);
        writer.WriteHeader(PieceKind.Records, 1);
        write(writer);
        writer.WriteEnd();
        ShardMachineImport import = new ShardMachine().BeginImport();
        import.Add(head.WrittenSpan);

        if (accepted)
            Assert.That(import.Add(records.WrittenSpan), Is.False, "it is not the last piece");
        else
            Assert.That(() => import.Add(records.WrittenSpan), Throws.TypeOf<WireFormatException>());
    }

    private sealed record Message(byte[] Author, byte[] Text, long LogTime = 1);
}
