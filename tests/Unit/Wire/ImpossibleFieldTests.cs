using NUnit.Framework;
using PaxosShard.Wire;
using PaxosShard.Wire.Entries;
using PaxosShard.Wire.Frames;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Tests.Unit.Wire;

/// <summary>Bodies that are whole and have a right checksum, and still cannot be true.</summary>
public sealed class ImpossibleFieldTests
{
    private const long TooHigh = Limits.HighestNumber + 1;
    private const long TooLate = Limits.HighestTime + 1;

    private static readonly AcceptedEntry _atFour = new(new Slot(4), new View(1), Entry.NoOp);

    private static readonly DecidedEntry _knownAtFour = new(new Slot(4), Entry.NoOp);

    private static IEnumerable<TestCaseData> Impossible()
    {
        yield return Case("a negative view", TestFrames.Around(MessageKind.LeaveView, -1));
        yield return Case("a view above the highest", TestFrames.Around(MessageKind.LeaveView, TooHigh));
        yield return Case("a refusal of view none", TestFrames.Around(MessageKind.Refusal, -1));
        yield return Case("a negative slot", TestFrames.Around(MessageKind.Accepted, 0, -1));
        yield return Case("a slot above the highest", TestFrames.Around(MessageKind.LeaderClaim, 0, TooHigh));
        yield return Case("a range that is upside down", TestFrames.Around(MessageKind.CatchUpRequest, 5, 4));
        yield return Case("a range from slot 0", TestFrames.Around(MessageKind.CatchUpRequest, 0, 4));
        yield return Case("a proposal for slot 0", new Proposal(new View(1), Slot.Zero, Entry.NoOp, Slot.Zero));
        yield return Case("a negative sequence", new ClientRequest(default, new SequenceNumber(-1), default, default, default));
        yield return Case("a negative previous", new ClientRequest(default, default, new SequenceNumber(-1), default, default));
        yield return Case("a negative mark", new ClientRequest(default, default, default, new SequenceNumber(-1), default));
        yield return Case("a negative expiry", default(ClientRequest) with { Expiry = -1 });
        yield return Case("an expiry above the highest time", default(ClientRequest) with { Expiry = TooLate });
        yield return Case("a negative log time", default(ClientReply) with { LogTime = -1 });
        yield return Case("a log time above the highest", default(ClientReply) with { LogTime = TooLate });
        yield return Case("an unknown status", new ClientReply(default, default, ReplyStatus.Cancelled + 1, default, default));
        yield return Case("a view below none", new ClientReply(default, default, ReplyStatus.Ok, new View(-2), default));
        yield return Case("a result above the limit", new ClientReply(default, default, ReplyStatus.Ok, default, new byte[Limits.Result + 1]));
        yield return Case("a negative code", new ConnectionRefused(-1, "reason"));
        yield return Case("an unknown role", Hello() with { Role = PeerRole.Replica + 1 });
        yield return Case("a replica without a standing", Hello() with { Standing = null });
        yield return Case("a client with a standing", Hello() with { Role = PeerRole.Client });
        yield return Case("starts out of order", Hello(new ShownStarts(new StartMark(2, Guid.Empty), new StartMark(1, Guid.Empty))));
        yield return Case("a start before none", Hello(new ShownStarts(new StartMark(2, Guid.Empty), default)));
        yield return Case("versions upside down", Hello() with { LowestVersion = 2, HighestVersion = 1 });
        yield return Case("a piece of the snapshot of slot 0", TestFrames.Around(MessageKind.SnapshotRequest, 0, 1, 2));
        yield return Case("a piece whose number is its count", new SnapshotPiece(new SnapshotMark(new Slot(4), 5), 6, 6, new byte[1]));
        yield return Case("a piece brought of the snapshot of slot 0", new SnapshotPiece(new SnapshotMark(Slot.Zero, 5), 5, 6, new byte[1]));
        yield return Case("entries above the decided slot", new CatchUpEntries(new Slot(4), new Slot(4), [Entry.NoOp, Entry.NoOp]));
        yield return Case("entries from slot 0", new CatchUpEntries(Slot.Zero, new Slot(4), [Entry.NoOp]));
        yield return Case("an entry twice", Promise(1, 9, [], [_atFour, _atFour]));
        yield return Case("entries that descend", Promise(1, 9, [], [_atFour, _atFour with { Slot = new Slot(3) }]));
        yield return Case("an entry below the first slot", Promise(5, 9, [], [_atFour]));
        yield return Case("an entry above the last slot", Promise(1, 3, [], [_atFour]));
        yield return Case("an entry of a view above the promise", Promise(1, 9, [], [_atFour with { View = new View(3) }]));
        yield return Case("a known entry twice", Promise(1, 9, [], [], [_knownAtFour, _knownAtFour]));
        yield return Case("known entries that descend", Promise(1, 9, [], [], [_knownAtFour, _knownAtFour with { Slot = new Slot(3) }]));
        yield return Case("a known entry below the first slot", Promise(5, 9, [], [], [_knownAtFour]));
        yield return Case("a known entry above the last slot", Promise(1, 3, [], [], [_knownAtFour]));
        yield return Case("a faulty slot twice", Promise(1, 9, [new Slot(4), new Slot(4)], []));
        yield return Case("a faulty slot outside", Promise(1, 3, [new Slot(4)], []));
        yield return Case("a reason that is not UTF-8", TestFrames.Around(MessageKind.ConnectionRefused, [0, 0, 0, 1, 0, 0, 0, 1, 0xFF]));
        yield return Case("a boolean of 2", HeartbeatWith(offset: 24, value: 2));
        yield return Case("a replica that is in no group", HelloWith(offset: 31, value: Limits.Replicas));
        yield return Case("a hello with a member list below 0", HelloWith(offset: 49, value: 0x80));
        yield return Case("a hello without magic", HelloWith(offset: 7, value: (byte)'d'));
        yield return Case("an entry of an unknown kind", ProposalOf([2]));
        yield return Case("an empty entry", ProposalOf([]));
        yield return Case("a batch without commands", ProposalOf([1, .. new byte[28]]));
        yield return Case("a no-op without a stamp", ProposalOf([0]));
        yield return Case("an entry of view none", ProposalOf(new EntryStamp(View.None, 1, 1)));
        yield return Case("an entry of a view above the highest", ProposalOf(new EntryStamp(new View(TooHigh), 1, 1)));
        yield return Case("an entry of a negative log time", ProposalOf(new EntryStamp(View.First, -1, 1)));
        yield return Case("an entry of a log time above the highest", ProposalOf(new EntryStamp(View.First, TooLate, 1)));
        yield return Case("an entry of a negative wall-clock time", ProposalOf(new EntryStamp(View.First, 1, -1)));
        yield return Case("an entry of a wall-clock time above the highest", ProposalOf(new EntryStamp(View.First, 1, TooLate)));
    }

    private static IEnumerable<TestCaseData> ImpossibleOrdered()
    {
        yield return Case("a predecessor that is not the number before", TestFrames.Around(MessageKind.OrderedRequest, [.. new byte[16], .. new byte[7], 9, .. new byte[16], .. new byte[7], 7, 0, 0, 0, 0, 0, 0, 0]));
        yield return Case("a predecessor on an arc that is none", TestFrames.Around(MessageKind.OrderedRequest, [.. new byte[16], .. new byte[7], 9, .. new byte[16], .. new byte[7], 8, 16, 0, 0, 0, 0, 0, 0]));
        yield return Case("as many earlier arcs as numbers before", TestFrames.Around(MessageKind.OrderedRequest, [.. new byte[16], .. new byte[7], 2, .. new byte[16], .. new byte[7], 1, 0, 0, 1, 0, 7, 0, 0, 0, 0]));
        yield return Case("more earlier arcs than there may be", TestFrames.Around(MessageKind.OrderedRequest, [.. new byte[16], .. new byte[7], 99, .. new byte[16], .. new byte[7], 98, 0, 0, 32, .. new byte[64], 0, 0, 0, 0]));
        yield return Case("an earlier arc that is none", TestFrames.Around(MessageKind.OrderedRequest, [.. new byte[16], .. new byte[7], 9, .. new byte[16], .. new byte[7], 8, 0, 0, 1, 16, 0, 0, 0, 0, 0]));
        yield return Case("no note", TestFrames.Around(MessageKind.GroupNotes, [0, 0, 0, 0]));
        yield return Case("a note of an unknown kind", TestFrames.Around(MessageKind.GroupNotes, [0, 0, 0, 1, 5, .. new byte[34]]));
        yield return Case("a note with an unknown state", TestFrames.Around(MessageKind.GroupNotes, [0, 0, 0, 1, 2, .. new byte[24], 8, .. new byte[24]]));
        yield return Case("a prepared operation without its gate", TestFrames.Around(MessageKind.GroupNotes, [0, 0, 0, 1, 2, .. new byte[24], 7, .. new byte[24]]));
        yield return Case("a token with a slot that is too high", TestFrames.Around(MessageKind.GroupNotes, [0, 0, 0, 1, 2, .. new byte[24], 1, .. new byte[16], 0xFF, .. new byte[7]]));
        yield return Case("a question for an arc that is none", TestFrames.Around(MessageKind.GroupNotes, [0, 0, 0, 1, 1, .. new byte[24], 16, 0, .. new byte[16]]));
        yield return Case("whoever follows an arc that is none", TestFrames.Around(MessageKind.GroupNotes, [0, 0, 0, 1, 4, .. new byte[24], 16, 0, .. new byte[16]]));
    }

    [TestCaseSource(nameof(Impossible))]
    [TestCaseSource(nameof(ImpossibleOrdered))]
    public void A_field_that_cannot_be_is_refused(byte[] frame)
    {
        Assert.That(() => TestFrames.Read(frame), Throws.InstanceOf<WireFormatException>());
    }

    [Test]
    public void What_these_cases_were_before_they_were_spoilt_is_taken()
    {
        FrameContent[] possible =
        [
            Promise(1, 9, [new Slot(4), new Slot(5)], [_atFour, _atFour with { Slot = new Slot(9), View = new View(2) }]),
            Promise(1, 9, [], [], [_knownAtFour, _knownAtFour with { Slot = new Slot(9) }]),
            Promise(1, 0, [], []),
            new CatchUpEntries(new Slot(4), new Slot(5), [Entry.NoOp, Entry.NoOp]),
            new CatchUpRequest(new Slot(5), new Slot(5)),
            new SnapshotRequest(new SnapshotMark(new Slot(1), 2), 0),
            new SnapshotPiece(new SnapshotMark(new Slot(4), 5), 5, 6, new byte[Limits.SnapshotPiece]),
            new ClientReply(default, default, ReplyStatus.Ok, View.None, new byte[Limits.Result]),
            default(ClientRequest) with { Expiry = Limits.HighestTime },
            default(ClientReply) with { LogTime = Limits.HighestTime },
            .. Enum.GetValues<ReplyStatus>().Select(status => (FrameContent)new ClientReply(default, default, status, default, default)),
            Hello(),
            Hello() with { Role = PeerRole.Client, Standing = null },
        ];

        foreach (FrameContent content in possible)
        {
            byte[] frame = FrameWriter.Encode(content, GroupId.None);
            Assert.That(FrameWriter.Encode(TestFrames.Read(frame)!.Value, GroupId.None), Is.EqualTo(frame));
        }

        Assert.That(TestFrames.Read(ProposalOf(new byte[25]))!.Value.Message, Is.TypeOf<Proposal>());
        byte[] latest = ProposalOf(new EntryStamp(View.Highest, Limits.HighestTime, Limits.HighestTime));
        Assert.That(TestFrames.Read(latest)!.Value.Message, Is.TypeOf<Proposal>());
    }

    [Test]
    public void The_versions_of_a_hello_are_read_although_the_rest_is_of_another_version()
    {
        Message? newer = TestFrames.Read(TestFrames.Around(MessageKind.Hello, [.. "PAXSHARD"u8, 0, 8, 0, 9, 1, 2, 3]))?.Message;

        Assert.That(newer, Is.TypeOf<Hello>());
        Hello hello = (Hello)newer!;
        Assert.That((hello.LowestVersion, hello.HighestVersion, hello.IsVersionSpoken), Is.EqualTo((8, 9, false)));
        Assert.That(Hello().IsVersionSpoken, Is.True);
        Assert.That((Hello() with { LowestVersion = 0, HighestVersion = 0 }).IsVersionSpoken, Is.False);
    }

    [Test]
    public void A_reason_that_is_too_long_is_cut_at_a_character()
    {
        string reason = new string('x', Limits.Reason - 1) + "ü";

        ConnectionRefused back = (ConnectionRefused)TestFrames.Read(FrameWriter.Encode(new ConnectionRefused(1001, reason), GroupId.None))!.Value.Message!;

        Assert.That(back.Reason, Is.EqualTo(reason[..^1]));
    }

    private static TestCaseData Case(string name, FrameContent content) => Case(name, FrameWriter.Encode(content, GroupId.None));

    private static TestCaseData Case(string name, byte[] frame) => new TestCaseData(frame).SetArgDisplayNames(name);

    private static Hello Hello(ShownStarts shown = default) => new(5, 5, PeerRole.Replica, Guid.Empty, GroupId.None, default, default, 0, 0, 0)
    {
        Standing = new ReplicaStanding(true, Guid.Empty, 0, default, default, 0, 0, default, shown),
    };

    private static LeaderPromise Promise(long first, long last, Slot[] faulty, AcceptedEntry[] entries, params DecidedEntry[] known) =>
        new(new View(2), default, default, 0, new Slot(first), new Slot(last), IsFinal: true, default, faulty, entries, known);

    private static byte[] HeartbeatWith(int offset, byte value) => BodyWith(SampleMessages.All["H.full"], offset, value);

    private static byte[] HelloWith(int offset, byte value) => BodyWith(Hello(), offset, value);

    private static byte[] BodyWith(FrameContent content, int offset, byte value)
    {
        byte[] frame = FrameWriter.Encode(content, GroupId.None);
        Assert.That(frame[TestFrames.HeaderSize + offset], Is.Not.EqualTo(value));
        frame[TestFrames.HeaderSize + offset] = value;
        TestFrames.Seal(frame);
        return frame;
    }

    private static byte[] ProposalOf(EntryStamp stamp) => ProposalOf(Entry.NewNoOp(stamp).Bytes.ToArray());

    private static byte[] ProposalOf(byte[] entry) =>
        TestFrames.Around(MessageKind.Proposal, [.. new byte[15], 1, .. new byte[8], 0, 0, 0, (byte)entry.Length, .. entry]);
}
