using System.Buffers.Binary;
using NUnit.Framework;
using PaxosShard.Wire;
using PaxosShard.Wire.Frames;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Tests.Unit.Wire;

/// <summary>Frames are taken whole or not at all, and refused as soon as it can be seen that they are none.</summary>
public sealed class FrameReaderTests
{
    private static IEnumerable<string> Names => SampleMessages.All.Keys;

    [TestCaseSource(nameof(Names))]
    public void A_frame_that_is_cut_anywhere_is_left_for_later(string name)
    {
        byte[] bytes = FrameWriter.Encode(SampleMessages.All[name], GroupId.None);

        for (int length = 0; length < bytes.Length; length++)
        {
            ReadOnlySpan<byte> span = bytes.AsSpan(0, length);
            FrameReader reader = new();

            Assert.That(reader.TryRead(ref span, out _), Is.False, $"cut at {length}");
            Assert.That(span.Length, Is.EqualTo(length));
        }
    }

    [Test]
    public void A_message_owns_its_memory()
    {
        ClientRequest small = new(default, default, default, default, "hello"u8.ToArray());
        ClientRequest large = new(default, default, default, default, Enumerable.Repeat((byte)7, 5000).ToArray());

        foreach (ClientRequest request in new[] { small, large })
        {
            byte[] bytes = FrameWriter.Encode(request, GroupId.None);
            FrameContent? content = TestFrames.Read(bytes);
            bytes.AsSpan().Fill(0xEE);

            Assert.That(content!.Value.Request.Command.ToArray(), Is.EqualTo(request.Command.ToArray()));
        }
    }

    [TestCase(0u)]
    [TestCase(7u)]
    [TestCase((uint)Limits.FrameBeforeHello + 1)]
    [TestCase((uint)int.MaxValue)]
    [TestCase(0x80000000u)]
    [TestCase(uint.MaxValue)]
    public void A_length_that_no_frame_has_is_refused_with_its_fourth_byte(uint length)
    {
        byte[] bytes = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, length);

        Assert.That(() => TestFrames.Read(bytes, Limits.FrameBeforeHello), Throws.InstanceOf<WireFormatException>());
        Assert.That(TestFrames.Read(bytes.AsSpan(0, 3), Limits.FrameBeforeHello), Is.Null);
    }

    [TestCase(Limits.FrameBeforeHello)]
    [TestCase(Limits.FrameFromClient)]
    [TestCase(Limits.FrameBetweenReplicas)]
    public void A_frame_of_the_maximum_is_taken_and_one_byte_more_is_not(int limit)
    {
        byte[] body = new byte[limit - 8];
        BinaryPrimitives.WriteInt32BigEndian(body.AsSpan(48), Math.Min(body.Length - 52, Limits.FrameFromClient));
        byte[] longest = TestFrames.Around(MessageKind.ClientRequest, body);
        byte[] tooLong = TestFrames.Around(MessageKind.ClientRequest, [.. body, 0]);

        // Above a client's limit the frame is too long for its kind and is refused for its body; it must get as far as that.
        if (limit <= Limits.FrameFromClient)
            Assert.That(TestFrames.Read(longest, limit)?.Kind, Is.EqualTo(MessageKind.ClientRequest));
        else
            Assert.That(() => TestFrames.Read(longest, limit), Throws.InstanceOf<WireFormatException>().With.Message.Contains("left"));
        Assert.That(() => TestFrames.Read(tooLong, limit), Throws.InstanceOf<WireFormatException>().With.Message.Contains("length"));
    }

    [Test]
    public void Every_letter_that_is_no_kind_is_refused()
    {
        for (int letter = 0; letter <= byte.MaxValue; letter++)
        {
            if (Enum.IsDefined((MessageKind)letter))
                continue;
            byte[] frame = TestFrames.Around((MessageKind)letter, 1L);

            Assert.That(() => TestFrames.Read(frame), Throws.InstanceOf<WireFormatException>(), $"{letter}");
        }
    }

    [Test]
    public void A_reserved_byte_and_another_group_are_refused_although_the_checksum_is_right()
    {
        byte[] reserved = TestFrames.Around(MessageKind.LeaveView, 1L);
        reserved[5] = 1;
        TestFrames.Seal(reserved);
        byte[] foreign = FrameWriter.Encode(new LeaveView(new View(1)), new GroupId(7));

        Assert.That(() => TestFrames.Read(reserved), Throws.InstanceOf<WireFormatException>().With.Message.Contains("reserved"));
        Assert.That(() => Read(foreign, 8), Throws.InstanceOf<WireFormatException>().With.Message.Contains("group"));
        Assert.That(Read(foreign, 7), Is.EqualTo((FrameContent)new LeaveView(new View(1))));
    }

    [TestCase("GET / HTTP/1.1\r\n", "HTTP")]
    [TestCase("POST /v1 HTTP/1.1\r\n", "HTTP")]
    [TestCase("HEAD / HTTP/1.1\r\n", "HTTP")]
    [TestCase("PRI * HTTP/2.0\r\n\r\n", "HTTP")]
    [TestCase("\u0016\u0003\u0001\u0002", "TLS")]
    [TestCase("*1\r\n$4\r\nPING\r\n", "RESP")]
    [TestCase("NICK ada\r\n", "IRC")]
    [TestCase("USER ada 0 * :Ada\r\n", "IRC")]
    [TestCase("SSH-2.0-OpenSSH_9.7\r\n", "SSH")]
    public void Another_protocol_is_named(string firstBytes, string name)
    {
        byte[] bytes = firstBytes.Select(character => (byte)character).ToArray();

        Assert.That(ForeignProtocol.Recognize(bytes), Does.StartWith(name));
        Assert.That(() => TestFrames.Read(bytes), Throws.InstanceOf<WireFormatException>().With.Message.Contains(name));
        Assert.That(() => TestFrames.Read(bytes.AsSpan(0, 4)), Throws.InstanceOf<WireFormatException>().With.Message.Contains(name));
    }

    [Test]
    public void What_is_no_known_protocol_has_no_name()
    {
        Assert.That(ForeignProtocol.Recognize(default), Is.Null);
        Assert.That(ForeignProtocol.Recognize("GE"u8), Is.Null);
        Assert.That(ForeignProtocol.Recognize([0xDE, 0xAD, 0xBE, 0xEF]), Is.Null);
        Assert.That(ForeignProtocol.Recognize(FrameWriter.Encode(SampleMessages.All["W.full"], GroupId.None)), Is.Null);
    }

    [Test]
    public void A_limit_or_group_that_makes_no_sense_is_the_callers_mistake()
    {
        Assert.That(() => new FrameReader { MaximumLength = -1 }, Throws.InstanceOf<ArgumentException>());
        Assert.That(() => new FrameReader { MaximumLength = Limits.FrameBetweenReplicas + 1 }, Throws.InstanceOf<ArgumentException>());
        Assert.That(() => FrameWriter.Encode(new LeaveView(default), new GroupId(-1)), Throws.InstanceOf<ArgumentException>());
        Assert.That(() => FrameWriter.Encode(new LeaveView(default), new GroupId(65536)), Throws.InstanceOf<ArgumentException>());
        Assert.That(() => FrameWriter.Encode(new ClientReply(default, default, default, default, new byte[Limits.FrameFromClient]), GroupId.None), Throws.InstanceOf<ArgumentException>());
    }

    private static FrameContent? Read(ReadOnlySpan<byte> bytes, int group) =>
        new FrameReader { Group = new GroupId(group) }.TryRead(ref bytes, out FrameContent content) ? content : default(FrameContent?);
}
