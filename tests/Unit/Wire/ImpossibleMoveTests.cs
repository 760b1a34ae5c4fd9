using System.Buffers.Binary;
using NUnit.Framework;
using PaxosShard.Wire;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Moves;
using PaxosShard.Wire.Placement;

namespace PaxosShard.Tests.Unit.Wire;

/// <summary>Of what is said about moves nothing is believed that cannot be.</summary>
public sealed class ImpossibleMoveTests
{
    private const long TooHigh = Limits.HighestNumber + 1;
    private const long TooLate = Limits.HighestTime + 1;

    private static readonly GroupId _first = new(1);
    private static readonly GroupId _second = new(2);
    private static readonly byte[] _cursor = [1, 2];
    private static readonly byte[] _piece = [9];
    private static readonly byte[] _longCursor = new byte[MoveLimits.Cursor + 1];
    private static readonly byte[] _longPiece = new byte[MoveLimits.Piece + 1];
    private static readonly ArcTransfer _transfer = new(_first, _second, [0, 4095]);

    private static readonly StartMovesCommand _start = new(7, 5, [_transfer]);
    private static readonly ImportPieceCommand _import = new(5, _first, 4, _cursor, _piece);
    private static readonly ServeArcsCommand _serve = new(5, _first, 4, _cursor, 1000, 11, 22);
    private static readonly DropArcsCommand _drop = new(5, _second);
    private static readonly EndMovesCommand _end = new(5);
    private static readonly DiscardCopyCommand _discard = new(5, _first);
    private static readonly CopyArcsQuery _copy = new(5, _first, _second, _cursor);
    private static readonly CopyArcsResult _copied = new(_cursor, _piece, IsFrozen: false, IsWalkOver: false, 3, IsComplete: false, 1000, 11, 22);
    private static readonly IncomingMoveState _incoming = new(5, _first, ["z:1"], 3, CopyState.Pulling, IsEnded: false, 4, 77, _cursor);
    private static readonly OutgoingMoveState _outgoing = new(5, _second, ["z:1"], 3, GiveState.Frozen);
    private static readonly MovesResult _moves = new(_first, 9, 7, 3, 5, [_incoming], [_outgoing]);
    private static readonly ReportCopiedCommand _report = new(5, _second);
    private static readonly JobUnderWay _underWay = new(5, JobKind.MoveArcs, JobStep.Copying, 7, [_transfer], [_first, _second]);
    private static readonly WatchJobResult _news = new(42, 7, _underWay);

    [TestCaseSource(nameof(Groups))]
    [TestCaseSource(nameof(Transfers))]
    [TestCaseSource(nameof(Numbers))]
    [TestCaseSource(nameof(Times))]
    [TestCaseSource(nameof(States))]
    [TestCaseSource(nameof(TooLong))]
    public void What_cannot_be_is_refused(byte[] bytes, Action<byte[]> read) => Assert.That(() => read(bytes), Throws.TypeOf<WireFormatException>());

    [TestCaseSource(nameof(Commands))]
    public void A_command_of_another_kind_is_refused(byte[] bytes, Action<byte[]> read)
    {
        read(bytes);
        for (int kind = 0; kind <= byte.MaxValue; kind++)
        {
            byte[] other = [(byte)kind, .. bytes[1..]];
            if (kind != bytes[0])
                Assert.That(() => read(other), Throws.TypeOf<WireFormatException>(), $"kind {kind}");
        }
    }

    [TestCaseSource(nameof(Commands))]
    public void A_command_with_a_name_is_refused(byte[] bytes, Action<byte[]> read)
    {
        byte[] named = [bytes[0], 0, 0, 0, 1, (byte)'x', .. bytes[5..]];
        byte[] shorterThanNothing = [bytes[0], 255, 255, 255, 255, .. bytes[5..]];

        Assert.That(() => read(named), Throws.TypeOf<WireFormatException>());
        Assert.That(() => read(shorterThanNothing), Throws.TypeOf<WireFormatException>());
    }

    [TestCaseSource(nameof(Counts))]
    public void A_count_that_lies_is_refused(byte[] bytes, int place, Action<byte[]> read)
    {
        read(bytes);
        uint count = BinaryPrimitives.ReadUInt32BigEndian(bytes.AsSpan(place));
        Assert.That(count, Is.InRange(1U, 3U), "there is a count in this place");
        foreach (uint lie in (uint[])[count - 1, count + 1, 0x10000, int.MaxValue, int.MaxValue + 1U, uint.MaxValue])
        {
            byte[] lying = [.. bytes];
            BinaryPrimitives.WriteUInt32BigEndian(lying.AsSpan(place), lie);
            Assert.That(() => read(lying), Throws.TypeOf<WireFormatException>(), $"{lie} instead of {count}");
        }
    }

    [TestCaseSource(nameof(TruthValues))]
    public void A_truth_value_is_0_or_1(byte[] bytes, int place, Action<byte[]> read)
    {
        foreach (byte value in (byte[])[0, 1])
            Assert.That(() => read([.. bytes[..place], value, .. bytes[(place + 1)..]]), Throws.Nothing, $"{value}");
        foreach (byte value in (byte[])[2, 255])
            Assert.That(() => read([.. bytes[..place], value, .. bytes[(place + 1)..]]), Throws.TypeOf<WireFormatException>(), $"{value}");
    }

    [TestCase(0)]
    [TestCase(2)]
    [TestCase(Limits.Replicas + 1)]
    [TestCase(255)]
    public void Other_addresses_than_there_are_are_refused(int number)
    {
        // Behind the group, four numbers, how many moves come, the number of the job, and the source.
        const int Place = sizeof(ushort) + (4 * sizeof(long)) + sizeof(int) + sizeof(long) + sizeof(ushort);
        byte[] bytes = _moves.Encode();
        Assert.That(bytes[Place], Is.EqualTo(1));
        bytes[Place] = (byte)number;

        Assert.That(() => MovesResult.Decode(bytes), Throws.TypeOf<WireFormatException>());
    }

    [TestCase(0)]
    [TestCase(2)]
    [TestCase(255)]
    public void A_job_that_follows_is_announced(int value)
    {
        byte[] bytes = _news.Encode();
        Assert.That(bytes[2 * sizeof(long)], Is.EqualTo(1));
        bytes[2 * sizeof(long)] = (byte)value;

        Assert.That(() => WatchJobResult.Decode(bytes), Throws.TypeOf<WireFormatException>());
    }

    [Test]
    public void An_address_is_valid_utf_8()
    {
        byte[] bytes = _moves.Encode();
        bytes[Array.IndexOf(bytes, (byte)'z')] = 0xFF;

        Assert.That(() => MovesResult.Decode(bytes), Throws.TypeOf<WireFormatException>().With.Message.Contains("UTF-8"));
    }

    private static IEnumerable<TestCaseData> Commands() =>
    [
        Of("StartMoves", _start.Encode(), static bytes => StartMovesCommand.Decode(bytes)),
        Of("ImportPiece", _import.Encode(), static bytes => ImportPieceCommand.Decode(bytes)),
        Of("ServeArcs", _serve.Encode(), static bytes => ServeArcsCommand.Decode(bytes)),
        Of("DropArcs", _drop.Encode(), static bytes => DropArcsCommand.Decode(bytes)),
        Of("EndMoves", _end.Encode(), static bytes => EndMovesCommand.Decode(bytes)),
        Of("DiscardCopy", _discard.Encode(), static bytes => DiscardCopyCommand.Decode(bytes)),
        Of("ReadMoves", new ReadMovesQuery().Encode(), static bytes => ReadMovesQuery.Decode(bytes)),
        Of("CopyArcs", _copy.Encode(), static bytes => CopyArcsQuery.Decode(bytes)),
        Of("ReportCopied", _report.Encode(), static bytes => ReportCopiedCommand.Decode(bytes)),
        Of("WatchJob", new WatchJobQuery(42, 1000).Encode(), static bytes => WatchJobQuery.Decode(bytes)),
    ];

    private static IEnumerable<TestCaseData> Groups() =>
    [
        Of("a piece from no group", (_import with { Source = GroupId.None }).Encode(), static bytes => ImportPieceCommand.Decode(bytes)),
        Of("arcs to be served from no group", (_serve with { Source = GroupId.None }).Encode(), static bytes => ServeArcsCommand.Decode(bytes)),
        Of("arcs to be dropped for no group", (_drop with { Destination = GroupId.None }).Encode(), static bytes => DropArcsCommand.Decode(bytes)),
        Of("a copy of no group", (_discard with { Source = GroupId.None }).Encode(), static bytes => DiscardCopyCommand.Decode(bytes)),
        Of("a question to no group", (_copy with { Source = GroupId.None }).Encode(), static bytes => CopyArcsQuery.Decode(bytes)),
        Of("a question of no group", (_copy with { Destination = GroupId.None }).Encode(), static bytes => CopyArcsQuery.Decode(bytes)),
        OfMoves("moves of no group", _moves with { Group = GroupId.None }),
        OfMoves("what comes from no group", _moves with { Incoming = [_incoming with { Source = GroupId.None }] }),
        OfMoves("what goes to no group", _moves with { Outgoing = [_outgoing with { Destination = GroupId.None }] }),
    ];

    private static IEnumerable<TestCaseData> Transfers()
    {
        (string Name, ArcTransfer Transfer)[] cases =
        [
            ("from no group", _transfer with { From = GroupId.None }),
            ("to no group", _transfer with { To = GroupId.None }),
            ("to the group that gives", _transfer with { To = _first }),
            ("of no arc", _transfer with { Arcs = [] }),
            ("of an arc twice", _transfer with { Arcs = [1, 1] }),
            ("of arcs that do not ascend", _transfer with { Arcs = [1, 3, 2] }),
            ("of an arc behind the last one", _transfer with { Arcs = [4096] }),
            ("of the highest number", _transfer with { Arcs = [1, ushort.MaxValue] }),
        ];
        foreach ((string name, ArcTransfer transfer) in cases)
        {
            yield return OfStart($"a move {name}", _start with { Transfers = [transfer] });
            yield return OfStart($"a second move {name}", _start with { Transfers = [_transfer, transfer] });
            yield return OfJob($"a job's move {name}", _underWay with { Transfers = [transfer] });
        }

        ArcTransfer[] tooMany = [.. Enumerable.Repeat(_transfer, MoveLimits.Transfers + 1)];
        yield return OfStart("too many moves", _start with { Transfers = tooMany });
        yield return OfJob("too many moves of a job", _underWay with { Transfers = tooMany });
        yield return OfStart("too many arcs", _start with { Transfers = [_transfer with { Arcs = [.. Enumerable.Range(0, 4097)] }] });
    }

    private static IEnumerable<TestCaseData> Numbers()
    {
        foreach (long number in (long[])[-1, long.MinValue, TooHigh, long.MaxValue])
        {
            yield return OfStart($"a start from {number}", _start with { Configuration = number });
            yield return OfStart($"a start of {number}", _start with { Job = number });
            yield return Of($"a piece of {number}", (_import with { Job = number }).Encode(), static bytes => ImportPieceCommand.Decode(bytes));
            yield return Of($"a piece behind {number}", (_import with { Pieces = number }).Encode(), static bytes => ImportPieceCommand.Decode(bytes));
            yield return Of($"serving of {number}", (_serve with { Job = number }).Encode(), static bytes => ServeArcsCommand.Decode(bytes));
            yield return Of($"serving behind {number}", (_serve with { Pieces = number }).Encode(), static bytes => ServeArcsCommand.Decode(bytes));
            yield return Of($"dropping of {number}", (_drop with { Job = number }).Encode(), static bytes => DropArcsCommand.Decode(bytes));
            yield return Of($"an end of {number}", (_end with { Job = number }).Encode(), static bytes => EndMovesCommand.Decode(bytes));
            yield return Of($"discarding of {number}", (_discard with { Job = number }).Encode(), static bytes => DiscardCopyCommand.Decode(bytes));
            yield return Of($"a question of {number}", (_copy with { Job = number }).Encode(), static bytes => CopyArcsQuery.Decode(bytes));
            yield return Of($"{number} left", (_copied with { Left = number }).Encode(), static bytes => CopyArcsResult.Decode(bytes));
            yield return OfMoves($"revision {number}", _moves with { Revision = number });
            yield return OfMoves($"configuration {number}", _moves with { Configuration = number });
            yield return OfMoves($"last job {number}", _moves with { LastJob = number });
            yield return OfMoves($"what comes by {number}", _moves with { Incoming = [_incoming with { Job = number }] });
            yield return OfMoves($"{number} pieces", _moves with { Incoming = [_incoming with { Pieces = number }] });
            yield return OfMoves($"{number} bytes", _moves with { Incoming = [_incoming with { Bytes = number }] });
            yield return OfMoves($"what goes by {number}", _moves with { Outgoing = [_outgoing with { Job = number }] });
            yield return Of($"a report of {number}", (_report with { Job = number }).Encode(), static bytes => ReportCopiedCommand.Decode(bytes));
            yield return OfNews($"position {number}", _news with { Position = number });
            yield return OfNews($"latest {number}", _news with { Latest = number });
            yield return OfJob($"job {number}", _underWay with { Job = number });
            yield return OfJob($"a job from {number}", _underWay with { Configuration = number });
        }

        foreach (long above in (long[])[-2, long.MinValue, TooHigh, long.MaxValue])
            yield return Of($"a wait above {above}", new WatchJobQuery(above, 1000).Encode(), static bytes => WatchJobQuery.Decode(bytes));
    }

    private static IEnumerable<TestCaseData> Times()
    {
        foreach (long time in (long[])[-1, long.MinValue, TooLate, long.MaxValue])
        {
            yield return Of($"serving at {time}", (_serve with { LogTime = time }).Encode(), static bytes => ServeArcsCommand.Decode(bytes));
            yield return Of($"an answer at {time}", (_copied with { LogTime = time }).Encode(), static bytes => CopyArcsResult.Decode(bytes));
        }
    }

    private static IEnumerable<TestCaseData> States()
    {
        foreach (int arcs in (int[])[-1, int.MinValue, 4097, int.MaxValue])
        {
            yield return OfMoves($"{arcs} arcs come", _moves with { Incoming = [_incoming with { Arcs = arcs }] });
            yield return OfMoves($"{arcs} arcs go", _moves with { Outgoing = [_outgoing with { Arcs = arcs }] });
        }

        foreach (byte state in (byte[])[0, 4, 255])
        {
            yield return OfMoves($"a copy in state {state}", _moves with { Incoming = [_incoming with { State = (CopyState)state }] });
            yield return OfMoves($"giving in state {state}", _moves with { Outgoing = [_outgoing with { State = (GiveState)state }] });
            yield return OfJob($"a job of kind {state}", _underWay with { Kind = (JobKind)state });
        }

        foreach (byte step in (byte[])[0, 8, 255])
            yield return OfJob($"a job in step {step}", _underWay with { Step = (JobStep)step });
    }

    private static IEnumerable<TestCaseData> TooLong()
    {
        string[] manyAddresses = [.. Enumerable.Repeat("z:1", Limits.Replicas + 1)];
        string[] longAddress = [new string('z', Limits.Address + 1)];
        return
        [
            Of("a piece with a long cursor", (_import with { Cursor = _longCursor }).Encode(), static bytes => ImportPieceCommand.Decode(bytes)),
            Of("a long piece", (_import with { Piece = _longPiece }).Encode(), static bytes => ImportPieceCommand.Decode(bytes)),
            Of("serving with a long cursor", (_serve with { Cursor = _longCursor }).Encode(), static bytes => ServeArcsCommand.Decode(bytes)),
            Of("a question with a long cursor", (_copy with { Cursor = _longCursor }).Encode(), static bytes => CopyArcsQuery.Decode(bytes)),
            Of("an answer with a long cursor", (_copied with { Cursor = _longCursor }).Encode(), static bytes => CopyArcsResult.Decode(bytes)),
            Of("an answer with a long piece", (_copied with { Piece = _longPiece }).Encode(), static bytes => CopyArcsResult.Decode(bytes)),
            OfMoves("what comes with a long cursor", _moves with { Incoming = [_incoming with { Cursor = _longCursor }] }),
            OfMoves("what comes from many addresses", _moves with { Incoming = [_incoming with { Addresses = manyAddresses }] }),
            OfMoves("what goes to many addresses", _moves with { Outgoing = [_outgoing with { Addresses = manyAddresses }] }),
            OfMoves("what comes from a long address", _moves with { Incoming = [_incoming with { Addresses = longAddress }] }),
            OfMoves("what goes to a long address", _moves with { Outgoing = [_outgoing with { Addresses = longAddress }] }),
            OfMoves("too much that comes", _moves with { Incoming = [.. Enumerable.Repeat(_incoming, MoveLimits.Transfers + 1)] }),
            OfMoves("too much that goes", _moves with { Outgoing = [.. Enumerable.Repeat(_outgoing, MoveLimits.Transfers + 1)] }),
        ];
    }

    /// <summary>Where counts and lengths of four bytes are.</summary>
    private static IEnumerable<TestCaseData> Counts() =>
    [
        At("moves of a start", _start.Encode(), 21, static bytes => StartMovesCommand.Decode(bytes)),
        At("arcs of a move", _start.Encode(), 29, static bytes => StartMovesCommand.Decode(bytes)),
        At("cursor of a piece", _import.Encode(), 23, static bytes => ImportPieceCommand.Decode(bytes)),
        At("piece", _import.Encode(), 29, static bytes => ImportPieceCommand.Decode(bytes)),
        At("cursor of serving", _serve.Encode(), 23, static bytes => ServeArcsCommand.Decode(bytes)),
        At("cursor of a question", _copy.Encode(), 17, static bytes => CopyArcsQuery.Decode(bytes)),
        At("cursor of an answer", _copied.Encode(), 0, static bytes => CopyArcsResult.Decode(bytes)),
        At("piece of an answer", _copied.Encode(), 6, static bytes => CopyArcsResult.Decode(bytes)),
        At("what comes", _moves.Encode(), 34, static bytes => MovesResult.Decode(bytes)),
        At("address of what comes", _moves.Encode(), 49, static bytes => MovesResult.Decode(bytes)),
        At("cursor of what comes", _moves.Encode(), 78, static bytes => MovesResult.Decode(bytes)),
        At("what goes", _moves.Encode(), 84, static bytes => MovesResult.Decode(bytes)),
        At("moves of a job", _news.Encode(), 36, static bytes => WatchJobResult.Decode(bytes)),
        At("arcs of a job's move", _news.Encode(), 44, static bytes => WatchJobResult.Decode(bytes)),
        At("groups that reported", _news.Encode(), 52, static bytes => WatchJobResult.Decode(bytes)),
    ];

    /// <summary>Where truth values are; that of <see cref="WatchJobResult"/> says what follows and has a test of its own.</summary>
    private static IEnumerable<TestCaseData> TruthValues() =>
    [
        At("is ended", _moves.Encode(), 61, static bytes => MovesResult.Decode(bytes)),
        At("is frozen", _copied.Encode(), 11, static bytes => CopyArcsResult.Decode(bytes)),
        At("is walk over", _copied.Encode(), 12, static bytes => CopyArcsResult.Decode(bytes)),
        At("is a barrier", _news.Encode(), 27, static bytes => WatchJobResult.Decode(bytes)),
        At("is complete", _copied.Encode(), 21, static bytes => CopyArcsResult.Decode(bytes)),
    ];

    private static TestCaseData OfStart(string name, StartMovesCommand command) => Of(name, command.Encode(), static bytes => StartMovesCommand.Decode(bytes));

    private static TestCaseData OfMoves(string name, MovesResult moves) => Of(name, moves.Encode(), static bytes => MovesResult.Decode(bytes));

    private static TestCaseData OfJob(string name, JobUnderWay job) => OfNews(name, _news with { UnderWay = job });

    private static TestCaseData OfNews(string name, WatchJobResult news) => Of(name, news.Encode(), static bytes => WatchJobResult.Decode(bytes));

    private static TestCaseData Of(string name, byte[] bytes, Action<byte[]> read) => new TestCaseData(bytes, read).SetArgDisplayNames(name);

    private static TestCaseData At(string name, byte[] bytes, int place, Action<byte[]> read) => new TestCaseData(bytes, place, read).SetArgDisplayNames(name);
}
