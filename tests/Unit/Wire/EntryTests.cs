using System.Buffers.Binary;
using NUnit.Framework;
using PaxosShard.Wire;
using PaxosShard.Wire.Entries;
using PaxosShard.Wire.Frames;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Tests.Unit.Wire;

/// <summary>Entries: built once, checked whenever they come from outside, walked without copies.</summary>
public sealed class EntryTests
{
    // The layout as the protocol's page has it, written down a second time.
    private const int CountAt = 25;
    private const int HeadBytes = 29;
    private const int CommandHeadBytes = 52;
    private const int FirstLengthAt = HeadBytes + 48;

    private static readonly EntryStamp _stamp = new(new View(7), 123, 456);

    [Test]
    public void Requests_come_out_of_an_entry_as_they_went_in()
    {
        EntryBuilder builder = new(Limits.Entry, Limits.CommandsPerEntry);
        Assert.That(builder.TryAdd(Request(1, "abc"u8)), Is.True);
        Assert.That(builder.TryAdd(Request(100, default)), Is.True);

        Entry entry = builder.Build(_stamp);

        Assert.That((entry.IsNoOp, entry.CommandCount), Is.EqualTo((false, 2)));
        List<EntryCommand> commands = [];
        foreach (EntryCommand command in entry.Commands)
            commands.Add(command);
        Assert.That(commands[0].Session, Is.EqualTo(new SessionId(1)));
        Assert.That(commands[0].Sequence, Is.EqualTo(new SequenceNumber(2)));
        Assert.That(commands[0].Previous, Is.EqualTo(new SequenceNumber(3)));
        Assert.That(commands[0].AcknowledgedBelow, Is.EqualTo(new SequenceNumber(4)));
        Assert.That(commands[0].Expiry, Is.EqualTo(5));
        Assert.That(commands[0].Command.ToArray(), Is.EqualTo("abc"u8.ToArray()));
        Assert.That(commands[1].Session, Is.EqualTo(new SessionId(100)));
        Assert.That(commands[1].Command.IsEmpty, Is.True);
    }

    [Test]
    public void All_bits_of_a_session_come_out_of_an_entry()
    {
        SessionId session = new(new UInt128(0x0123456789ABCDEF, 0xFEDCBA9876543210));

        EntryCommands commands = Build(Request(1, "abc"u8) with { Session = session }).Commands;

        Assert.That(commands.MoveNext(), Is.True);
        Assert.That(commands.Current.Session, Is.EqualTo(session));
    }

    [Test]
    public void A_stamp_comes_out_of_an_entry_as_it_went_in()
    {
        EntryBuilder builder = new(Limits.Entry, Limits.CommandsPerEntry);
        EntryStamp[] stamps = [_stamp, default, new(View.Highest, Limits.HighestTime, Limits.HighestTime), new(View.First, 0, 1), new(View.First, 1, 0)];

        foreach (EntryStamp stamp in stamps)
        {
            builder.TryAdd(Request(1, "abc"u8));
            foreach (Entry entry in new[] { builder.Build(stamp), Entry.NewNoOp(stamp) })
            {
                Entry parsed = Entry.Parse(entry.Bytes.ToArray());
                Assert.That(new EntryStamp(entry.FirstView, entry.LogTime, entry.Wall), Is.EqualTo(stamp));
                Assert.That(new EntryStamp(parsed.FirstView, parsed.LogTime, parsed.Wall), Is.EqualTo(stamp));
            }
        }
    }

    [TestCase(-1, 0, 0, "view -1")]
    [TestCase(long.MinValue, 0, 0, "view -9223372036854775808")]
    [TestCase(Limits.HighestNumber + 1, 0, 0, "view 4611686018427387905")]
    [TestCase(0, -1, 5, "log time -1 and the wall-clock time 5")]
    [TestCase(0, Limits.HighestTime + 1, 5, "log time 253402300800000 and the wall-clock time 5")]
    [TestCase(0, 5, -1, "log time 5 and the wall-clock time -1")]
    [TestCase(0, 5, long.MinValue, "log time 5 and the wall-clock time -9223372036854775808")]
    [TestCase(0, 5, Limits.HighestTime + 1, "log time 5 and the wall-clock time 253402300800000")]
    public void A_stamp_that_cannot_be_is_refused_and_named(long view, long logTime, long wall, string reason)
    {
        byte[] noOp = Entry.NewNoOp(new EntryStamp(new View(view), logTime, wall)).Bytes.ToArray();
        byte[] batch = Build(Request(1, "abc"u8)).Bytes.ToArray();
        noOp.AsSpan(1, CountAt - 1).CopyTo(batch.AsSpan(1));

        Assert.That(() => Entry.Parse(noOp), Throws.InstanceOf<WireFormatException>().With.Message.Contains(reason));
        Assert.That(() => Entry.Parse(batch), Throws.InstanceOf<WireFormatException>().With.Message.Contains(reason));
    }

    [Test]
    public void A_no_op_has_a_stamp_and_nothing_else_in_it()
    {
        Assert.That((Entry.NoOp.IsNoOp, Entry.NoOp.CommandCount), Is.EqualTo((true, 0)));
        Assert.That((Entry.NoOp.FirstView, Entry.NoOp.LogTime, Entry.NoOp.Wall), Is.EqualTo((View.First, 0L, 0L)));
        Assert.That(Entry.NoOp.Commands.MoveNext(), Is.False);
        Assert.That(Entry.NewNoOp(_stamp).Bytes.Length, Is.EqualTo(CountAt));
        Assert.That(Entry.NewNoOp(_stamp).Commands.MoveNext(), Is.False);
        Assert.That(Entry.Parse(new byte[CountAt]), Is.EqualTo(Entry.NoOp));
    }

    [Test]
    public void A_gate_comes_out_of_an_entry_as_it_went_in_and_only_where_it_went_in()
    {
        Gate gate = new(4095, new PlacementToken(3, new View(8), new Slot(77)));
        EntryBuilder builder = new(Limits.Entry, Limits.CommandsPerEntry);
        builder.TryAdd(Request(1, "abc"u8));
        builder.TryAdd(Request(2, "de"u8), gate);
        builder.TryAdd(Request(3, default), gate with { Arc = 0 });
        builder.TryAdd(Request(4, "f"u8));

        Entry entry = builder.Build(_stamp);

        List<EntryCommand> commands = [];
        foreach (EntryCommand command in Entry.Parse(entry.Bytes.ToArray()).Commands)
            commands.Add(command);
        Assert.That(commands.ConvertAll(static command => command.Gate), Is.EqualTo(new Gate?[] { null, gate, gate with { Arc = 0 }, null }));
        Assert.That(commands.ConvertAll(static command => System.Text.Encoding.UTF8.GetString(command.Command.Span)), Is.EqualTo(new[] { "abc", "de", "", "f" }));
        Assert.That((entry.HasGates, entry.Bytes.Span[0]), Is.EqualTo((true, (byte)2)));
        builder.TryAdd(Request(1, "abc"u8));
        Entry plain = builder.Build(_stamp);
        Assert.That((plain.HasGates, plain.Bytes.Span[0]), Is.EqualTo((false, (byte)1)), "the next entry has none");
    }

    [Test]
    public void A_place_that_was_promised_comes_out_of_an_entry_with_a_gate_and_without()
    {
        Gate gate = new(7, new PlacementToken(3, new View(8), new Slot(77)) { IsPromised = true });
        EntryBuilder builder = new(Limits.Entry, Limits.CommandsPerEntry);
        builder.TryAdd(Request(1, "abc"u8), gate, new Slot(5));
        builder.TryAdd(Request(2, "de"u8), gate: null, new Slot(6));
        builder.TryAdd(Request(3, "f"u8));

        Entry entry = builder.Build(_stamp);

        List<EntryCommand> commands = [];
        foreach (EntryCommand command in Entry.Parse(entry.Bytes.ToArray()).Commands)
            commands.Add(command);
        Assert.That(commands.ConvertAll(static command => (command.Gate, command.PromisedAt)), Is.EqualTo(new[] { (gate, new Slot(5)), ((Gate?)null, new Slot(6)), (null, Slot.Zero) }));
        Assert.That(commands.ConvertAll(static command => System.Text.Encoding.UTF8.GetString(command.Command.Span)), Is.EqualTo(new[] { "abc", "de", "f" }));
        Assert.That(entry.HasGates, Is.True);
        Assert.That(entry.Bytes.Length, Is.LessThanOrEqualTo(EntryBuilder.MostBytes(3, 6)));
        byte[] bytes = entry.Bytes.ToArray();
        for (int length = 0; length < bytes.Length; length++)
            Assert.That(() => Entry.Parse(bytes.AsMemory(0, length)), Throws.InstanceOf<WireFormatException>(), $"{length}");
    }

    [Test]
    public void A_gate_that_cannot_be_or_that_is_missing_is_refused()
    {
        EntryBuilder builder = new(Limits.Entry, Limits.CommandsPerEntry);
        builder.TryAdd(Request(2, "de"u8), new Gate(4095, new PlacementToken(3, new View(8), new Slot(77))));
        byte[] gated = builder.Build(_stamp).Bytes.ToArray();
        byte[] plain = Build(Request(1, "abc"u8)).Bytes.ToArray();

        for (int length = 0; length < gated.Length; length++)
            Assert.That(() => Entry.Parse(gated.AsMemory(0, length)), Throws.InstanceOf<WireFormatException>(), $"{length}");
        Assert.That(() => Entry.Parse((byte[])[1, .. gated[1..]]), Throws.InstanceOf<WireFormatException>(), "a batch without gates has one");
        Assert.That(() => Entry.Parse((byte[])[2, .. plain[1..]]), Throws.InstanceOf<WireFormatException>(), "a batch with gates has none");
        foreach (int at in new[] { 0, 2, 10, 18 })
        {
            byte[] wrong = [.. gated];
            wrong[HeadBytes + CommandHeadBytes + at] = 0xFF;
            Assert.That(() => Entry.Parse(wrong), Throws.InstanceOf<WireFormatException>(), $"arc, era, view or slot: {at}");
        }
    }

    [Test]
    public void Entries_are_equal_when_their_bytes_are()
    {
        Entry one = Build(Request(1, "abc"u8));
        Entry same = Entry.Parse(one.Bytes.ToArray());
        Entry other = Build(Request(1, "abd"u8));

        Assert.That(same, Is.EqualTo(one));
        Assert.That(same.GetHashCode(), Is.EqualTo(one.GetHashCode()));
        Assert.That(other, Is.Not.EqualTo(one));
        Assert.That(one, Is.Not.EqualTo(Entry.NoOp));
        Entry noOp = Entry.NewNoOp(_stamp);
        Assert.That(Entry.Parse(noOp.Bytes.ToArray()), Is.EqualTo(noOp));
        foreach (EntryStamp stamp in new[] { _stamp with { FirstView = new View(8) }, _stamp with { LogTime = 124 }, _stamp with { Wall = 457 } })
            Assert.That(Entry.NewNoOp(stamp), Is.Not.EqualTo(Entry.NewNoOp(_stamp)), "another stamp makes another value");
    }

    [Test]
    public void An_entry_that_is_cut_or_has_bytes_behind_it_is_refused()
    {
        byte[] bytes = Build(Request(1, "abc"u8), Request(2, "defg"u8)).Bytes.ToArray();

        for (int length = 0; length < bytes.Length; length++)
            Assert.That(() => Entry.Parse(bytes.AsMemory(0, length)), Throws.InstanceOf<WireFormatException>(), $"{length}");
        Assert.That(() => Entry.Parse((byte[])[.. bytes, 0]), Throws.InstanceOf<WireFormatException>());
        byte[] noOp = Entry.NewNoOp(_stamp).Bytes.ToArray();
        for (int length = 0; length < noOp.Length; length++)
            Assert.That(() => Entry.Parse(noOp.AsMemory(0, length)), Throws.InstanceOf<WireFormatException>(), $"{length}");
        Assert.That(() => Entry.Parse((byte[])[.. noOp, 0]), Throws.InstanceOf<WireFormatException>());
    }

    [TestCase(-1)]
    [TestCase(0)]
    [TestCase(1)]
    [TestCase(3)]
    [TestCase(Limits.CommandsPerEntry + 1)]
    [TestCase(int.MaxValue)]
    public void A_count_that_is_not_true_is_refused(int count)
    {
        byte[] bytes = Build(Request(1, "abc"u8), Request(2, "defg"u8)).Bytes.ToArray();
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(CountAt), count);

        Assert.That(() => Entry.Parse(bytes), Throws.InstanceOf<WireFormatException>());
    }

    [TestCase(-1)]
    [TestCase(int.MinValue)]
    [TestCase(int.MaxValue)]
    [TestCase(4)]
    public void A_command_length_that_is_not_there_is_refused(int length)
    {
        byte[] bytes = Build(Request(1, "abc"u8)).Bytes.ToArray();
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(FirstLengthAt), length);

        Assert.That(() => Entry.Parse(bytes), Throws.InstanceOf<WireFormatException>());
    }

    [Test]
    public void An_entry_above_the_limit_is_refused()
    {
        byte[] bytes = new byte[Limits.Entry + 1];
        bytes[0] = 1;
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(CountAt), 1);
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(FirstLengthAt), bytes.Length - HeadBytes - CommandHeadBytes);
        byte[] largest = bytes[..^1];
        BinaryPrimitives.WriteInt32BigEndian(largest.AsSpan(FirstLengthAt), largest.Length - HeadBytes - CommandHeadBytes);

        Assert.That(() => Entry.Parse(bytes), Throws.InstanceOf<WireFormatException>());
        Assert.That(Entry.Parse(largest).CommandCount, Is.EqualTo(1));
    }

    [Test]
    public void A_builder_refuses_what_would_pass_its_bounds_and_goes_on_afterwards()
    {
        EntryBuilder byCount = new(Limits.Entry, 2);
        EntryBuilder byBytes = new(HeadBytes + (2 * (CommandHeadBytes + 10)), 100);

        foreach (EntryBuilder builder in new[] { byCount, byBytes })
        {
            Assert.That(builder.TryAdd(Request(1, new byte[10])), Is.True);
            Assert.That(builder.TryAdd(Request(2, new byte[10])), Is.True);
            Assert.That(builder.TryAdd(Request(3, default)), Is.False);
            int size = builder.ByteCount;

            Assert.That(builder.Count, Is.EqualTo(2));
            Assert.That(builder.Build(_stamp).Bytes.Length, Is.EqualTo(size));
            Assert.That(builder.Count, Is.Zero);
            Assert.That(builder.TryAdd(Request(3, default)), Is.True);
            Assert.That(builder.Build(_stamp).CommandCount, Is.EqualTo(1));
        }
    }

    [Test]
    public void The_longest_command_gets_an_entry_of_its_own_that_fits_in_a_frame()
    {
        EntryBuilder builder = new(1024, 100);

        Assert.That(builder.TryAdd(Request(1, new byte[Limits.Command])), Is.True);
        Assert.That(builder.TryAdd(Request(2, default)), Is.False);

        Entry entry = builder.Build(_stamp);
        byte[] frame = FrameWriter.Encode(new Proposal(new View(1), new Slot(1), entry, default), GroupId.None);
        Assert.That(((Proposal)TestFrames.Read(frame)!.Value.Message!).Entry, Is.EqualTo(entry));
    }

    [Test]
    public void An_entry_does_not_change_when_the_builder_is_used_again()
    {
        EntryBuilder builder = new(Limits.Entry, 10);
        builder.TryAdd(Request(1, "abc"u8));
        Entry entry = builder.Build(_stamp);
        byte[] before = entry.Bytes.ToArray();

        builder.TryAdd(Request(2, "xyz"u8));
        builder.Build(_stamp);

        Assert.That(entry.Bytes.ToArray(), Is.EqualTo(before));
    }

    [Test]
    public void Nothing_cannot_be_built()
    {
        Assert.That(() => new EntryBuilder(100, 1).Build(_stamp), Throws.InstanceOf<InvalidOperationException>());
    }

    private static Entry Build(params ClientRequest[] requests)
    {
        EntryBuilder builder = new(Limits.Entry, Limits.CommandsPerEntry);
        foreach (ClientRequest request in requests)
            Assert.That(builder.TryAdd(request), Is.True);
        return builder.Build(_stamp);
    }

    private static ClientRequest Request(uint session, ReadOnlySpan<byte> command) => new(
        new SessionId(session), new SequenceNumber(session + 1), new SequenceNumber(session + 2), new SequenceNumber(session + 3), command.ToArray())
    {
        Expiry = session + 4,
    };
}
