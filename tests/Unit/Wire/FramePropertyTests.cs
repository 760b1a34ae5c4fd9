using System.Buffers;
using System.Buffers.Binary;
using FsCheck;
using FsCheck.Fluent;
using NUnit.Framework;
using PaxosShard.Wire;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Entries;
using PaxosShard.Wire.Frames;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;
using PaxosShard.Wire.Primitives;

namespace PaxosShard.Tests.Unit.Wire;

/// <summary>Properties of frames over many generated messages; a failure prints the seed that repeats it.</summary>
public sealed class FramePropertyTests
{
    // What is left of a mutated frame may still be a message; its objects take at most a few times its bytes, and its entry may be the first in an array for many.
    private const long AllocationBase = (64 * 1024) + RecycledArrays.EntriesBytes;
    private const long AllocationPerByte = 8;

    [Test]
    public void Every_message_comes_back_as_it_was()
    {
        Prop.ForAll(MessageGenerators.Message.ToArbitrary(), message =>
        {
            byte[] frame = FrameWriter.Encode(message, new GroupId(3));
            ArrayBufferWriter<byte> output = new();
            FrameWriter.Write(output, message, new GroupId(3));

            Assert.That(output.WrittenSpan.SequenceEqual(frame), Is.True);
            Assert.That(FrameWriter.SizeOf(message), Is.EqualTo(frame.Length));
            Assert.That(FrameWriter.Encode(TestFrames.Read(frame)!.Value, new GroupId(3)).AsSpan().SequenceEqual(frame), Is.True);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(500));
    }

    [Test]
    public void A_spoilt_frame_is_an_error_or_a_message_and_nothing_else()
    {
        Gen<(FrameContent Message, FrameContent Other, FrameMutation[] Mutations, bool Seal)> spoilt =
            from message in MessageGenerators.Message
            from other in MessageGenerators.Message
            from mutations in MessageGenerators.Mutations
            from seal in ArbMap.Default.GeneratorFor<bool>()
            select (message, other, mutations, seal);

        Prop.ForAll(spoilt.ToArbitrary(), sample =>
        {
            byte[] original = FrameWriter.Encode(sample.Message, GroupId.None);
            byte[] other = FrameWriter.Encode(sample.Other, GroupId.None);
            byte[] frame = sample.Mutations.Aggregate(original, (bytes, mutation) => mutation.Apply(bytes, other));
            if (sample.Seal && frame.Length >= TestFrames.HeaderSize)
                MakeWhole(frame);

            FrameContent? read = ReadWithinBounds(frame);

            // Mutations can cancel each other, and a splice can put another whole frame in front.
            if (!sample.Seal && read is not null)
                Assert.That(frame.AsSpan().StartsWith(original) || frame.AsSpan().StartsWith(other), Is.True, "a damaged frame was taken");
            // What is taken means what its bytes say: it is written the same again.
            if (read is { Message: not Hello { IsVersionSpoken: false } } taken)
                Assert.That(frame.AsSpan().StartsWith(FrameWriter.Encode(taken, new GroupId(BinaryPrimitives.ReadUInt16BigEndian(frame.AsSpan(6))))), Is.True);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(2000));
    }

    [Test]
    public void Any_bytes_are_an_error_or_a_command_and_nothing_else()
    {
        Action<byte[]>[] decoders =
        [
            bytes => SendMessageCommand.Decode(bytes), bytes => ReadHistoryQuery.Decode(bytes), bytes => FollowRoomQuery.Decode(bytes),
            bytes => ListRoomsQuery.Decode(bytes), bytes => ReadStatusQuery.Decode(bytes), bytes => SendMessageResult.Decode(bytes),
            bytes => HistoryResult.Decode(bytes), bytes => ListRoomsResult.Decode(bytes), bytes => StatusResult.Decode(bytes),
            bytes => Entry.Parse(bytes), bytes => SendMessageView.TryRead(bytes, out _),
        ];
        byte[][] seeds =
        [
            new SendMessageCommand("room", "ada", "hello").Encode(), new ReadHistoryQuery("room", 1, 2).Encode(),
            new HistoryResult(1, 1, [new RoomMessage(1, "a", 2, "b")]).Encode(), new ListRoomsResult(1, 0, [new RoomSummary("a", 1)]).Encode(),
            new StatusResult(3, default, default, "primary", default, default, default, 1, true, 9, false, false, ["a", "b"]).Encode(),
        ];
        Gen<(byte[] Seed, FrameMutation[] Mutations)> spoilt =
            from seed in Gen.Elements(seeds)
            from mutations in MessageGenerators.Mutations
            select (seed, mutations);

        Prop.ForAll(spoilt.ToArbitrary(), sample =>
        {
            byte[] bytes = sample.Mutations.Aggregate(sample.Seed, (spoiled, mutation) => mutation.Apply(spoiled, seeds[0]));
            foreach (Action<byte[]> decode in decoders)
                WithinBounds(bytes.Length, () => decode(bytes));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(1000));
    }

    private static void MakeWhole(byte[] frame)
    {
        BinaryPrimitives.WriteInt32BigEndian(frame, frame.Length - 4);
        frame[5] = 0;
        TestFrames.Seal(frame);
    }

    private static FrameContent? ReadWithinBounds(byte[] frame)
    {
        FrameContent? content = null;
        WithinBounds(frame.Length, () => content = TestFrames.Read(frame));
        return content;
    }

    private static void WithinBounds(int byteCount, Action decode)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        try
        {
            decode();
        }
        catch (WireFormatException)
        {
        }

        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.That(allocated, Is.LessThan(AllocationBase + (AllocationPerByte * byteCount)));
    }
}
