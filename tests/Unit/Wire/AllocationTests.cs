using System.Buffers.Binary;
using NUnit.Framework;
using PaxosShard.Wire;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Entries;
using PaxosShard.Wire.Frames;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;
using PaxosShard.Wire.Primitives;

namespace PaxosShard.Tests.Unit.Wire;

/// <summary>What a decode allocates is bounded by the bytes that really came, whatever they claim.</summary>
public sealed class AllocationTests
{
    // An exception with its message and stack trace takes some kilobytes; a believed claim would take megabytes.
    private const long SmallBytes = 64 * 1024;

    private static IEnumerable<TestCaseData> Claims()
    {
        foreach (uint claim in new[] { 0x7FFFFFFFu, 0x80000000u, 0xFFFFFFFFu, 100_000_000u })
        {
            yield return Claim("a frame length", BigEndian(claim), claim);
            yield return Claim("a SnapshotPiece length", Sealed(MessageKind.SnapshotPiece, 32, claim), claim);
            yield return Claim("a CatchUpEntries count", Sealed(MessageKind.CatchUpEntries, 16, claim), claim);
            yield return Claim("a CatchUpEntries entry length", Sealed(MessageKind.CatchUpEntries, 16, 1, claim), claim);
            yield return Claim("a LeaderPromise count of faulty slots", Sealed(MessageKind.LeaderPromise, 57, claim), claim);
            yield return Claim("a LeaderPromise count of entries", Sealed(MessageKind.LeaderPromise, 57, 0, claim), claim);
            yield return Claim("a LeaderPromise count of known entries", Sealed(MessageKind.LeaderPromise, 57, 0, 0, claim), claim);
            yield return Claim("a Proposal entry length", Sealed(MessageKind.Proposal, 24, claim), claim);
            yield return Claim("a ClientRequest command length", Sealed(MessageKind.ClientRequest, 48, claim), claim);
            yield return Claim("a ClientReply payload length", Sealed(MessageKind.ClientReply, 41, claim), claim);
            yield return Claim("a ConnectionRefused reason length", Sealed(MessageKind.ConnectionRefused, 4, claim), claim);
        }
    }

    [TestCaseSource(nameof(Claims))]
    public void A_claim_costs_nothing(byte[] bytes)
    {
        Assert.That(AllocatedBy(() => TestFrames.Read(bytes)), Is.LessThan(SmallBytes));
        Assert.That(() => TestFrames.Read(bytes), Throws.InstanceOf<WireFormatException>());
    }

    [Test]
    public void Claims_within_results_cost_nothing()
    {
        byte[] history = [.. new byte[16], 0x7F, 0xFF, 0xFF, 0xFF, 1, 2, 3];
        byte[] rooms = [.. new byte[16], 0x7F, 0xFF, 0xFF, 0xFF, 1, 2, 3];

        Assert.That(AllocatedBy(() => HistoryResult.Decode(history)), Is.LessThan(SmallBytes));
        Assert.That(AllocatedBy(() => ListRoomsResult.Decode(rooms)), Is.LessThan(SmallBytes));
    }

    [Test]
    public void A_frame_that_is_not_whole_allocates_nothing()
    {
        byte[] frame = FrameWriter.Encode(new ClientRequest(default, default, default, default, new byte[60_000]), GroupId.None);
        ReadOnlyMemory<byte> cut = frame.AsMemory(0, frame.Length - 1);
        FrameReader reader = new();

        Assert.That(AllocatedBy(() => ReadHeld(reader, cut)), Is.Zero);
    }

    [Test]
    public void Commands_of_requests_share_arrays_and_a_proposal_takes_little_more_than_its_bytes()
    {
        byte[] request = FrameWriter.Encode(new ClientRequest(default, default, default, default, new byte[128]), GroupId.None);
        EntryBuilder builder = new(Limits.Entry, 100);
        for (int count = 0; count < 64; count++)
            builder.TryAdd(new ClientRequest(default, default, default, default, new byte[128]));
        byte[] proposal = FrameWriter.Encode(new Proposal(default, new Slot(1), builder.Build(default), default), GroupId.None);
        FrameReader reader = new();

        const int PerArray = ShortCopies.ArrayBytes / 128;
        Assert.That(AllocatedBy(() => ReadHeld(reader, request, 10 * PerArray)), Is.InRange(10 * ShortCopies.ArrayBytes, 11 * (ShortCopies.ArrayBytes + 24)));
        int perArray = RecycledArrays.EntriesBytes / proposal.Length;
        Assert.That(AllocatedBy(() => ReadHeld(reader, proposal, 10 * perArray)), Is.AtMost((11 * (RecycledArrays.EntriesBytes + 96)) + (10 * perArray * 192)));
    }

    private static long AllocatedBy(Action action)
    {
        Attempt(action);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Attempt(action);
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    private static void Attempt(Action action)
    {
        try
        {
            action();
        }
        catch (WireFormatException)
        {
        }
    }

    private static void ReadHeld(FrameReader reader, ReadOnlyMemory<byte> bytes, int times = 1)
    {
        for (int time = 0; time < times; time++)
        {
            ReadOnlySpan<byte> input = bytes.Span;
            reader.TryRead(ref input, out _);
        }
    }

    private static TestCaseData Claim(string name, byte[] bytes, uint claim) => new TestCaseData(bytes).SetArgDisplayNames($"{name} of {claim}");

    private static byte[] Sealed(MessageKind kind, int zeros, params uint[] numbers)
    {
        // What follows has room for one entry of the smallest size, so that its length is looked at and not only its count.
        byte[] body = [.. new byte[zeros], .. numbers.SelectMany(BigEndian), .. new byte[Entry.NoOp.Bytes.Length]];
        if (kind == MessageKind.Proposal)
            body[15] = 1;
        return TestFrames.Around(kind, body);
    }

    private static byte[] BigEndian(uint value)
    {
        byte[] bytes = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, value);
        return bytes;
    }
}
