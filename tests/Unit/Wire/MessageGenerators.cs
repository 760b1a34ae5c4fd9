using FsCheck;
using FsCheck.Fluent;
using PaxosShard.Wire;
using PaxosShard.Wire.Entries;
using PaxosShard.Wire.Frames;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Tests.Unit.Wire;

/// <summary>Any message that may be sent, and any way to spoil its frame.</summary>
internal static class MessageGenerators
{
    private static readonly Gen<long> _number = Gen.OneOf(
        Gen.Choose(0, 300).Select(value => (long)value),
        Gen.Choose(0, int.MaxValue).Select(value => Limits.HighestNumber - value));

    private static readonly Gen<long> _anyLong = ArbMap.Default.GeneratorFor<long>();
    private static readonly Gen<bool> _boolean = ArbMap.Default.GeneratorFor<bool>();
    private static readonly Gen<byte[]> _bytes = Gen.OneOf(
        ArbMap.Default.GeneratorFor<byte[]>().Where(bytes => bytes is not null),
        Gen.Choose(0, 3000).Select(length => Enumerable.Range(0, length).Select(index => (byte)index).ToArray()));

    private static readonly Gen<long> _time = Gen.OneOf(
        Gen.Choose(0, 300).Select(value => (long)value),
        Gen.Choose(0, int.MaxValue).Select(value => Limits.HighestTime - value));

    private static readonly Gen<SessionId> _session =
        from high in _anyLong
        from low in _anyLong
        select new SessionId(new UInt128((ulong)high, (ulong)low));

    private static readonly Gen<Slot> _slot = _number.Select(number => new Slot(number));
    private static readonly Gen<View> _view = _number.Select(number => new View(number));

    private static readonly Gen<ClientRequest> _request =
        from session in _session
        from sequence in _number
        from previous in _number
        from mark in _number
        from expiry in _time
        from command in _bytes
        select new ClientRequest(session, new SequenceNumber(sequence), new SequenceNumber(previous), new SequenceNumber(mark), command)
        {
            Expiry = expiry,
        };

    private static readonly Gen<GroupNote> _note =
        from kind in Gen.Elements(Enum.GetValues<GroupNoteKind>())
        from session in _session
        from sequence in _number
        from state in Gen.Elements(Enum.GetValues<OperationState>())
        from number in Gen.Choose(0, 4095)
        from configuration in _number
        from expiry in _time
        from slot in _number
        select kind switch
        {
            GroupNoteKind.Ask or GroupNoteKind.Follow => GroupNote.Ask(session, new SequenceNumber(sequence), number, configuration, expiry, kind == GroupNoteKind.Follow),
            GroupNoteKind.State => GroupNote.Tell(
                session,
                new SequenceNumber(sequence),
                state,
                new PlacementToken(configuration, View.First, new Slot(slot)) { IsPromised = number % 2 == 0 },
                new PlacementToken(configuration, View.Highest, new Slot(sequence))),
            _ => GroupNote.Elsewhere(session, new SequenceNumber(sequence), new GroupId(number), configuration),
        };

    private static readonly Gen<EntryStamp> _stamp =
        from view in _view
        from logTime in _time
        from wall in _time
        select new EntryStamp(view, logTime, wall);

    private static readonly Gen<Entry> _entry = Gen.OneOf(
        _stamp.Select(stamp => Entry.NewNoOp(stamp)),
        from stamp in _stamp
        from requests in _request.NonEmptyListOf()
        select Build(stamp, requests));

    private static readonly Gen<AcceptedEntry[]> _accepted =
        from entries in _entry.ListOf()
        from gaps in Gen.Choose(1, 5).ListOf(entries.Count)
        from views in Gen.Choose(0, 50).ListOf(entries.Count)
        select Place(entries, gaps, views);

    /// <summary>Messages of every kind.</summary>
    public static Gen<FrameContent> Message { get; } = Gen.OneOf(
        _request.Select(request => (FrameContent)request),
        from request in _request
        from arc in Gen.Choose(0, 4095)
        from earlier in Gen.Choose(0, 4095).ListOf()
        select (FrameContent)Ordered(request, arc, earlier),
        _note.NonEmptyListOf().Select(notes => (FrameContent)new GroupNotes(notes.ToArray())),
        from session in _session
        from sequence in _number
        from status in Gen.Elements(Enum.GetValues<ReplyStatus>())
        from view in Gen.OneOf(_view, Gen.Constant(View.None))
        from logTime in _time
        from payload in _bytes
        select (FrameContent)new ClientReply(session, new SequenceNumber(sequence), status, view, payload) { LogTime = logTime },
        from view in _view
        from slot in _slot
        from kind in Gen.Choose(0, 3)
        select (FrameContent)Small(kind, view, slot),
        from view in _view
        from slot in _slot
        from entry in _entry
        select (FrameContent)new Proposal(view, Slot.Max(slot, new Slot(1)), entry, slot),
        from first in Gen.Choose(1, 1000)
        from entries in _entry.ListOf()
        select (FrameContent)new CatchUpEntries(new Slot(first), new Slot(first + entries.Count), entries.ToArray()),
        from hash in _anyLong
        from number in Gen.Choose(0, 1000)
        from more in Gen.Choose(1, 1000)
        from bytes in _bytes
        select (FrameContent)new SnapshotPiece(new SnapshotMark(new Slot(more), (ulong)hash), number, number + more, bytes),
        from entries in _accepted
        from known in _accepted
        from faulty in Gen.Choose(1, 20).ListOf()
        from isFinal in _boolean
        from decided in _slot
        select (FrameContent)new LeaderPromise(
            new View(50), decided, decided, ~(ulong)decided.Number, new Slot(1), new Slot(100_000), isFinal, decided, faulty.Order().Distinct().Select(slot => new Slot(slot)).ToArray(), entries,
            known.Select(entry => new DecidedEntry(entry.Slot, entry.Entry)).ToArray()),
        from nonce in _anyLong
        from view in _view
        from slot in _slot
        from hears in _boolean
        select (FrameContent)new Heartbeat(view, slot, nonce, hears, slot, slot, ~(ulong)nonce) { LogTime = slot.Number % Limits.HighestTime },
        from nonce in _anyLong
        from view in _view
        from slot in _slot
        select (FrameContent)new HeartbeatAnswer(view, slot, nonce, slot, slot, (ulong)nonce),
        from identity in _anyLong
        from role in Gen.Choose(1, 2)
        from place in Gen.Choose(0, Limits.Replicas - 1)
        from cluster in ArbMap.Default.GeneratorFor<Guid>()
        select (FrameContent)new Hello(5, 5, (PeerRole)role, cluster, new GroupId(place * 1000), new ReplicaId(place), default, (ulong)identity, 1, 2)
        {
            List = place,
            Standing = role == (int)PeerRole.Client ? null : new ReplicaStanding(
                identity > 0, cluster, (ulong)identity, new View(place), new Slot(place), 1, 2, new StartMark(3, cluster),
                new ShownStarts(new StartMark(4, cluster), new StartMark((ulong)place + 5, cluster)))
            {
                ShownTo = (ulong)identity,
                Address = place % 2 == 0 ? "" : "10.0.0.7:7002",
            },
        },
        from reason in ArbMap.Default.GeneratorFor<UnicodeString>()
        select (FrameContent)new ConnectionRefused(1001, reason.Get ?? ""));

    /// <summary>Ways to spoil a frame; a few of them one after the other.</summary>
    public static Gen<FrameMutation[]> Mutations { get; } =
        (from kind in Gen.Elements(Enum.GetValues<MutationKind>())
         from position in Gen.Choose(0, 1 << 20)
         from value in Gen.OneOf(Gen.Elements(0, 1, 127, 128, 255, int.MaxValue, int.MinValue, -1), Gen.Choose(0, 1 << 24))
         select new FrameMutation(kind, position, value)).NonEmptyListOf().Select(list => list.Take(4).ToArray());

    private static OrderedRequest Ordered(ClientRequest request, int arc, IEnumerable<int> earlier)
    {
        bool isFirst = arc % 2 == 0 || request.Sequence.Number < 2;
        SequenceNumber predecessor = isFirst ? SequenceNumber.None : new SequenceNumber(request.Sequence.Number - 1);
        int most = (int)Math.Clamp(predecessor.Number - 1, 0, OrderedRequest.MostEarlier);
        byte[] arcs = [.. earlier.Take(most).SelectMany(static number => new[] { (byte)(number >> 8), (byte)number })];
        return new OrderedRequest(request with { Previous = predecessor }, arc) { EarlierArcs = arcs };
    }

    private static Message Small(int kind, View view, Slot slot) => kind switch
    {
        0 => new Accepted(view, slot, slot.Number % 2 == 0),
        1 => new LeaderClaim(view, slot),
        2 => new Refusal(view),
        3 => new SharedConnection((ulong)view.Number, (ulong)slot.Number),
        _ => new LeaveView(view),
    };

    private static Entry Build(EntryStamp stamp, IEnumerable<ClientRequest> requests)
    {
        EntryBuilder builder = new(Limits.Entry, Limits.CommandsPerEntry);
        foreach (ClientRequest request in requests)
            builder.TryAdd(request);
        return builder.Build(stamp);
    }

    private static AcceptedEntry[] Place(List<Entry> entries, List<int> gaps, List<int> views)
    {
        AcceptedEntry[] accepted = new AcceptedEntry[entries.Count];
        long slot = 0;
        for (int index = 0; index < accepted.Length; index++)
        {
            slot += gaps[index];
            accepted[index] = new AcceptedEntry(new Slot(slot), new View(views[index]), entries[index]);
        }

        return accepted;
    }
}
