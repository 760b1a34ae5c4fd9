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
    [Test]
    public void Requests_come_out_of_an_entry_as_they_went_in()
    {
        EntryBuilder builder = new(Limits.Entry, Limits.CommandsPerEntry);
        Assert.That(builder.TryAdd(Request(1, "abc"u8)), Is.True);
        Assert.That(builder.TryAdd(Request(100, default)), Is.True);

        Entry entry = builder.Build(123);

        Assert.That((entry.IsNoOp, entry.Timestamp, entry.CommandCount), Is.EqualTo((false, 123L, 2)));
        List<EntryCommand> commands = [];
        foreach (EntryCommand command in entry.Commands)
            commands.Add(command);
        Assert.That(commands[0].Session, Is.EqualTo(new SessionId(1)));
        Assert.That(commands[0].Sequence, Is.EqualTo(new SequenceNumber(2)));
        Assert.That(commands[0].Previous, Is.EqualTo(new SequenceNumber(3)));
        Assert.That(commands[0].AcknowledgedBelow, Is.EqualTo(new SequenceNumber(4)));
        Assert.That(commands[0].Command.ToArray(), Is.EqualTo("abc"u8.ToArray()));
        Assert.That(commands[1].Session, Is.EqualTo(new SessionId(100)));
        Assert.That(commands[1].Command.IsEmpty, Is.True);
    }

    [Test]
    public void A_no_op_has_nothing_in_it()
    {
        Assert.That((Entry.NoOp.IsNoOp, Entry.NoOp.Timestamp, Entry.NoOp.CommandCount), Is.EqualTo((true, 0L, 0)));
        Assert.That(Entry.NoOp.Commands.MoveNext(), Is.False);
        Assert.That(Entry.Parse(new byte[] { 0 }), Is.SameAs(Entry.NoOp));
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
    }

    [Test]
    public void An_entry_that_is_cut_or_has_bytes_behind_it_is_refused()
    {
        byte[] bytes = Build(Request(1, "abc"u8), Request(2, "defg"u8)).Bytes.ToArray();

        for (int length = 0; length < bytes.Length; length++)
            Assert.That(() => Entry.Parse(bytes.AsMemory(0, length)), Throws.InstanceOf<WireFormatException>(), $"{length}");
        Assert.That(() => Entry.Parse((byte[])[.. bytes, 0]), Throws.InstanceOf<WireFormatException>());
        Assert.That(() => Entry.Parse(new byte[] { 0, 0 }), Throws.InstanceOf<WireFormatException>());
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
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(9), count);

        Assert.That(() => Entry.Parse(bytes), Throws.InstanceOf<WireFormatException>());
    }

    [TestCase(-1)]
    [TestCase(int.MinValue)]
    [TestCase(int.MaxValue)]
    [TestCase(4)]
    public void A_command_length_that_is_not_there_is_refused(int length)
    {
        byte[] bytes = Build(Request(1, "abc"u8)).Bytes.ToArray();
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(13 + 32), length);

        Assert.That(() => Entry.Parse(bytes), Throws.InstanceOf<WireFormatException>());
    }

    [Test]
    public void An_entry_above_the_limit_is_refused()
    {
        byte[] bytes = new byte[Limits.Entry + 1];
        bytes[0] = 1;
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(9), 1);
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(13 + 32), bytes.Length - 13 - 36);
        byte[] largest = bytes[..^1];
        BinaryPrimitives.WriteInt32BigEndian(largest.AsSpan(13 + 32), largest.Length - 13 - 36);

        Assert.That(() => Entry.Parse(bytes), Throws.InstanceOf<WireFormatException>());
        Assert.That(Entry.Parse(largest).CommandCount, Is.EqualTo(1));
    }

    [Test]
    public void A_builder_refuses_what_would_pass_its_bounds_and_goes_on_afterwards()
    {
        EntryBuilder byCount = new(Limits.Entry, 2);
        EntryBuilder byBytes = new(13 + (2 * 46), 100);

        foreach (EntryBuilder builder in new[] { byCount, byBytes })
        {
            Assert.That(builder.TryAdd(Request(1, new byte[10])), Is.True);
            Assert.That(builder.TryAdd(Request(2, new byte[10])), Is.True);
            Assert.That(builder.TryAdd(Request(3, default)), Is.False);
            int size = builder.ByteCount;

            Assert.That(builder.Count, Is.EqualTo(2));
            Assert.That(builder.Build(1).Bytes.Length, Is.EqualTo(size));
            Assert.That(builder.Count, Is.Zero);
            Assert.That(builder.TryAdd(Request(3, default)), Is.True);
            Assert.That(builder.Build(1).CommandCount, Is.EqualTo(1));
        }
    }

    [Test]
    public void The_longest_command_gets_an_entry_of_its_own_that_fits_in_a_frame()
    {
        EntryBuilder builder = new(1024, 100);

        Assert.That(builder.TryAdd(Request(1, new byte[Limits.Command])), Is.True);
        Assert.That(builder.TryAdd(Request(2, default)), Is.False);

        Entry entry = builder.Build(1);
        byte[] frame = FrameWriter.Encode(new Proposal(new View(1), new Slot(1), entry, default), GroupId.None);
        Assert.That(((Proposal)TestFrames.Read(frame)!.Value.Message!).Entry, Is.EqualTo(entry));
    }

    [Test]
    public void An_entry_does_not_change_when_the_builder_is_used_again()
    {
        EntryBuilder builder = new(Limits.Entry, 10);
        builder.TryAdd(Request(1, "abc"u8));
        Entry entry = builder.Build(1);
        byte[] before = entry.Bytes.ToArray();

        builder.TryAdd(Request(2, "xyz"u8));
        builder.Build(2);

        Assert.That(entry.Bytes.ToArray(), Is.EqualTo(before));
    }

    [Test]
    public void Nothing_cannot_be_built()
    {
        Assert.That(() => new EntryBuilder(100, 1).Build(1), Throws.InstanceOf<InvalidOperationException>());
    }

    private static Entry Build(params ClientRequest[] requests)
    {
        EntryBuilder builder = new(Limits.Entry, Limits.CommandsPerEntry);
        foreach (ClientRequest request in requests)
            Assert.That(builder.TryAdd(request), Is.True);
        return builder.Build(1);
    }

    private static ClientRequest Request(long session, ReadOnlySpan<byte> command) => new(
        new SessionId(session), new SequenceNumber(session + 1), new SequenceNumber(session + 2), new SequenceNumber(session + 3), command.ToArray());
}
