using PaxosShard.Wire;
using PaxosShard.Wire.Entries;
using PaxosShard.Wire.Frames;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Tests.Unit.Wire;

/// <summary>One message of every kind with as little in it as possible, and one with every field different.</summary>
internal static class SampleMessages
{
    private static readonly Entry _batch = Batch();
    private static readonly Entry _noOp = Entry.NewNoOp(new EntryStamp(new View(39), 1_700_000_000_789, 1_700_000_000_987));

    /// <summary>The samples, by the names they have in the golden file.</summary>
    public static IReadOnlyDictionary<string, FrameContent> All { get; } = new Dictionary<string, FrameContent>(StringComparer.Ordinal)
    {
        ["W.minimal"] = new Hello(5, 5, PeerRole.Client, Guid.Empty, GroupId.None, default, default, 0, 0, 0),
        ["W.full"] = new Hello(
            1,
            5,
            PeerRole.Replica,
            Guid.Parse("00112233-4455-6677-8899-aabbccddeeff"),
            new GroupId(258),
            new ReplicaId(2),
            new ReplicaId(6),
            0x0102030405060708,
            9,
            0xF1F2F3F4F5F6F7F8)
        {
            List = 3,
            Standing = new ReplicaStanding(
                Votes: true,
                Guid.Parse("0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0"),
                RulesHash: 0x1112131415161718,
                new View(33),
                new Slot(44),
                LossStart: 8,
                KnownIdentity: 0x2122232425262728,
                new StartMark(5, Guid.Parse("50515253-5455-5657-5859-5a5b5c5d5e5f")),
                new ShownStarts(
                    new StartMark(6, Guid.Parse("60616263-6465-6667-6869-6a6b6c6d6e6f")),
                    new StartMark(7, Guid.Parse("70717273-7475-7677-7879-7a7b7c7d7e7f"))))
            {
                ShownTo = 0x3132333435363738,
                Address = "10.0.0.7:7002",
            },
        },
        ["C.minimal"] = new ClientRequest(default, default, default, default, default),
        ["C.full"] = new ClientRequest(
            new SessionId(new UInt128(0x1011121314151617, 0x18191A1B1C1D1E1F)),
            new SequenceNumber(12),
            new SequenceNumber(13),
            new SequenceNumber(14),
            "\u0002hello"u8.ToArray())
        {
            Expiry = 1_700_000_000_015,
        },
        ["R.minimal"] = new ClientReply(default, default, ReplyStatus.Ok, View.None, default),
        ["R.full"] = new ClientReply(
            new SessionId(new UInt128(0x2021222324252627, 0x28292A2B2C2D2E2F)),
            new SequenceNumber(22),
            ReplyStatus.Malformed,
            new View(23),
            "why"u8.ToArray())
        {
            LogTime = 1_700_000_000_024,
        },
        ["O.minimal"] = new OrderedRequest(default, 0),
        ["O.full"] = new OrderedRequest(
            new ClientRequest(
                new SessionId(new UInt128(0x9091929394959697, 0x98999A9B9C9D9E9F)),
                new SequenceNumber(172),
                new SequenceNumber(171),
                new SequenceNumber(170),
                "\u0003order"u8.ToArray())
            {
                Expiry = 1_700_000_000_173,
            },
            PredecessorArc: 4095) { EarlierArcs = new byte[] { 0x0A, 0x01, 0x00, 0x00, 0x0F, 0xFF } },
        ["G.minimal"] = new GroupNotes([GroupNote.Elsewhere(default, default, GroupId.None, 0)]),
        ["G.full"] = new GroupNotes(
        [
            GroupNote.Ask(new SessionId(new UInt128(0xA0A1A2A3A4A5A6A7, 0xA8A9AAABACADAEAF)), new SequenceNumber(181), 182, 183, 1_700_000_000_188),
            GroupNote.Tell(new SessionId(new UInt128(0xB0B1B2B3B4B5B6B7, 0xB8B9BABBBCBDBEBF)), new SequenceNumber(184), OperationState.Placed, new PlacementToken(189, View.Highest, new Slot(190))),
            GroupNote.Ask(new SessionId(new UInt128(0xD0D1D2D3D4D5D6D7, 0xD8D9DADBDCDDDEDF)), new SequenceNumber(191), 192, 193, 1_700_000_000_194, follows: true),
            GroupNote.Tell(
                new SessionId(new UInt128(0xE0E1E2E3E4E5E6E7, 0xE8E9EAEBECEDEEEF)),
                new SequenceNumber(195),
                OperationState.Prepared,
                new PlacementToken(196, View.First, new Slot(197)) { IsPromised = true },
                new PlacementToken(198, View.First, new Slot(199))),
            GroupNote.Elsewhere(new SessionId(new UInt128(0xC0C1C2C3C4C5C6C7, 0xC8C9CACBCCCDCECF)), new SequenceNumber(185), new GroupId(186), 187),
        ]),
        ["L.minimal"] = new LeaderClaim(default, default),
        ["L.full"] = new LeaderClaim(View.Highest, new Slot(31)),
        ["F.minimal"] = new LeaderPromise(default, default, default, 0, new Slot(1), default, IsFinal: true, default, [], [], []),
        ["F.full"] = new LeaderPromise(
            new View(41),
            new Slot(42),
            new Slot(41),
            0x4243444546474849,
            new Slot(43),
            new Slot(48),
            IsFinal: false,
            new Slot(100),
            [new Slot(44), new Slot(46)],
            [new AcceptedEntry(new Slot(43), new View(40), _noOp), new AcceptedEntry(new Slot(48), new View(41), _batch)],
            [new DecidedEntry(new Slot(45), _batch), new DecidedEntry(new Slot(47), _noOp)]),
        ["P.minimal"] = new Proposal(default, new Slot(1), Entry.NoOp, default),
        ["P.full"] = new Proposal(new View(51), new Slot(52), _batch, new Slot(50)),
        ["A.minimal"] = new Accepted(default, default, IsAboveHole: false),
        ["A.full"] = new Accepted(new View(61), new Slot(62), IsAboveHole: true),
        ["N.minimal"] = new Refusal(default),
        ["N.full"] = new Refusal(new View(71)),
        ["H.minimal"] = new Heartbeat(default, default, 0, HearsQuorum: false, default, default, 0),
        ["H.full"] = new Heartbeat(
            new View(81), new Slot(82), -83, HearsQuorum: true, new Slot(84), new Slot(85), 0x8686868686868686) { LogTime = 87 },
        ["B.minimal"] = new HeartbeatAnswer(default, default, 0, default, default, 0),
        ["B.full"] = new HeartbeatAnswer(
            new View(121), new Slot(122), -123, new Slot(124), new Slot(125), 0x7E7E7E7E7E7E7E7E),
        ["Q.minimal"] = new LeaveView(default),
        ["Q.full"] = new LeaveView(new View(91)),
        ["M.minimal"] = new SharedConnection(0, 0),
        ["M.full"] = new SharedConnection(0xC0C1C2C3C4C5C6C7, 0xC8C9CACBCCCDCECF),
        ["K.minimal"] = new CatchUpRequest(new Slot(1), new Slot(1)),
        ["K.full"] = new CatchUpRequest(new Slot(101), new Slot(202)),
        ["S.minimal"] = new CatchUpEntries(default, default, []),
        ["S.full"] = new CatchUpEntries(new Slot(111), new Slot(115), [_batch, _noOp]),
        ["T.minimal"] = new SnapshotRequest(new SnapshotMark(new Slot(1), 0), 0),
        ["T.full"] = new SnapshotRequest(new SnapshotMark(new Slot(131), 0x8788898A8B8C8D8E), 143),
        ["D.minimal"] = new SnapshotPiece(new SnapshotMark(new Slot(1), 0), 0, 1, default),
        ["D.full"] = new SnapshotPiece(new SnapshotMark(new Slot(151), 0x98999A9B9C9D9E9F), 160, 161, "piece"u8.ToArray()),
        ["E.minimal"] = new ConnectionRefused(0, ""),
        ["E.full"] = new ConnectionRefused((int)RefusalCode.MembersMismatch, "other members – refused"),
    };

    private static Entry Batch()
    {
        EntryBuilder builder = new(Limits.Entry, Limits.CommandsPerEntry);
        SessionId session = new(new UInt128(0x3031323334353637, 0x38393A3B3C3D3E3F));
        builder.TryAdd(new ClientRequest(session, new SequenceNumber(2), new SequenceNumber(3), new SequenceNumber(4), "abc"u8.ToArray())
        {
            Expiry = 1_700_000_000_005,
        });
        builder.TryAdd(new ClientRequest(new SessionId(5), new SequenceNumber(6), new SequenceNumber(7), new SequenceNumber(8), default));
        return builder.Build(new EntryStamp(new View(38), 1_700_000_000_123, 1_700_000_000_456));
    }
}
