using NUnit.Framework;
using PaxosShard.Wire;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Moves;

namespace PaxosShard.Tests.Unit.Wire;

/// <summary>The bytes of commands and answers about moves: they are what they were, and nothing else is read.</summary>
public sealed class MoveCommandTests
{
    private const int Arcs = 4096;
    private const ulong Hash = 0x0102030405060708;

    private static readonly GroupId _first = new(1);
    private static readonly GroupId _second = new(2);
    private static readonly GroupId _third = new(3);
    private static readonly GroupId _lastShard = new(GroupId.Highest - 1);
    private static readonly byte[] _cursor = [1, 2];
    private static readonly byte[] _piece = [9];

    private static readonly StartMovesCommand _start = new(7, 5, [new ArcTransfer(_first, _second, [0, 4095]), new ArcTransfer(_third, _first, [8])]);
    private static readonly ImportPieceCommand _import = new(5, _third, 4, _cursor, _piece);
    private static readonly ServeArcsCommand _serve = new(5, _third, 4, _cursor, 1000, Hash, ulong.MaxValue);
    private static readonly CopyArcsQuery _copy = new(5, _first, _second, _cursor);
    private static readonly CopyArcsResult _copied = new(_cursor, _piece, IsFrozen: true, IsWalkOver: false, 3, IsComplete: true, 1000, Hash, ulong.MaxValue);
    private static readonly IncomingMoveState _incoming = new(5, _first, ["a:1", "b:22"], Arcs, CopyState.Pulling, IsEnded: true, 4, 77, _cursor);
    private static readonly OutgoingMoveState _outgoing = new(5, _third, [], 1, GiveState.Frozen);
    private static readonly MovesResult _moves = new(_second, 9, 7, Hash, 5, [_incoming], [_outgoing]);

    [TestCaseSource(nameof(Encodings))]
    public void Bytes_are_as_they_always_were(byte[] bytes, string expected) => Assert.That(Convert.ToHexString(bytes), Is.EqualTo(expected.Replace(" ", "", StringComparison.Ordinal)));

    [TestCaseSource(nameof(Decoders))]
    [TestCaseSource(nameof(EdgeDecoders))]
    public void What_was_written_is_read_and_nothing_shorter_or_longer(byte[] bytes, Func<byte[], byte[]> again) => EncodingChecks.AssertReadWhole(bytes, again);

    [TestCaseSource(nameof(Decoders))]
    [TestCaseSource(nameof(EdgeDecoders))]
    public void Random_bytes_are_read_or_refused(byte[] bytes, Func<byte[], byte[]> again) => EncodingChecks.AssertChangedIsReadOrRefused(bytes, again);

    [Test]
    public void What_is_read_keeps_nothing_of_the_bytes_from_which_it_was_read()
    {
        AssertKeepsNothing(_import.Encode(), static bytes => ImportPieceCommand.Decode(bytes).Encode);
        AssertKeepsNothing(_serve.Encode(), static bytes => ServeArcsCommand.Decode(bytes).Encode);
        AssertKeepsNothing(_copy.Encode(), static bytes => CopyArcsQuery.Decode(bytes).Encode);
        AssertKeepsNothing(_copied.Encode(), static bytes => CopyArcsResult.Decode(bytes).Encode);
        AssertKeepsNothing(_moves.Encode(), static bytes => MovesResult.Decode(bytes).Encode);
    }

    [Test]
    public void The_longest_cursor_and_the_longest_piece_are_read_and_fit_in_a_request_and_in_a_reply()
    {
        byte[] cursor = new byte[MoveLimits.Cursor];
        byte[] piece = new byte[MoveLimits.Piece];
        byte[] import = (_import with { Cursor = cursor, Piece = piece }).Encode();
        byte[] copied = (_copied with { Cursor = cursor, Piece = piece }).Encode();

        Assert.That(ImportPieceCommand.Decode(import).Encode(), Is.EqualTo(import));
        Assert.That(CopyArcsResult.Decode(copied).Encode(), Is.EqualTo(copied));
        Assert.That(import, Has.Length.LessThanOrEqualTo(Limits.Command));
        Assert.That(copied, Has.Length.LessThanOrEqualTo(Limits.Result));
        Assert.That(ServeArcsCommand.Decode((_serve with { Cursor = cursor }).Encode()).Cursor.Length, Is.EqualTo(MoveLimits.Cursor));
        Assert.That(CopyArcsQuery.Decode((_copy with { Cursor = cursor }).Encode()).Cursor.Length, Is.EqualTo(MoveLimits.Cursor));
        Assert.That(MovesResult.Decode((_moves with { Incoming = [_incoming with { Cursor = cursor }] }).Encode()).Incoming[0].Cursor.Length, Is.EqualTo(MoveLimits.Cursor));
    }

    [Test]
    public void All_arcs_may_move_from_one_group_to_another_and_each_between_two_other_groups()
    {
        StartMovesCommand together = _start with { Transfers = [new ArcTransfer(_first, _second, [.. Enumerable.Range(0, Arcs)])] };
        StartMovesCommand apart = _start with { Transfers = [.. Enumerable.Range(0, Arcs).Select(static arc => new ArcTransfer(_third, _first, [arc]))] };

        Assert.That(StartMovesCommand.Decode(together.Encode()).Transfers[0].Arcs, Is.EqualTo(Enumerable.Range(0, Arcs)));
        Assert.That(StartMovesCommand.Decode(apart.Encode()).Transfers.Select(static transfer => transfer.Arcs[0]), Is.EqualTo(Enumerable.Range(0, Arcs)));
        Assert.That(apart.Encode(), Has.Length.LessThanOrEqualTo(Limits.Command));
    }

    private static void AssertKeepsNothing(byte[] bytes, Func<byte[], Func<byte[]>> read)
    {
        string before = Convert.ToHexString(bytes);
        Func<byte[]> again = read(bytes);
        Array.Clear(bytes);

        Assert.That(Convert.ToHexString(again()), Is.EqualTo(before));
    }

    private static IEnumerable<TestCaseData> Encodings() =>
    [
        Bytes(
            "StartMovesCommand", _start.Encode(), "09 00000000 0000000000000007 0000000000000005 00000002 0001 0002 00000002 0000 0FFF 0003 0001 00000001 0008"),
        Bytes("ImportPieceCommand", _import.Encode(), "0A 00000000 0000000000000005 0003 0000000000000004 00000002 0102 00000001 09"),
        Bytes(
            "ServeArcsCommand", _serve.Encode(), "0B 00000000 0000000000000005 0003 0000000000000004 00000002 0102 00000000000003E8 0102030405060708 FFFFFFFFFFFFFFFF"),
        Bytes("DropArcsCommand", new DropArcsCommand(5, _third).Encode(), "0C 00000000 0000000000000005 0003"),
        Bytes("EndMovesCommand", new EndMovesCommand(5).Encode(), "0D 00000000 0000000000000005"),
        Bytes("DiscardCopyCommand", new DiscardCopyCommand(5, _third).Encode(), "0E 00000000 0000000000000005 0003"),
        Bytes("ReadMovesQuery", new ReadMovesQuery().Encode(), "88 00000000"),
        Bytes("CopyArcsQuery", _copy.Encode(), "89 00000000 0000000000000005 0001 0002 00000002 0102"),
        Bytes(
            "MovesResult",
            _moves.Encode(),
            "0002 0000000000000009 0000000000000007 0102030405060708 0000000000000005 "
            + "00000001 0000000000000005 0001 02 00000003 613A31 00000004 623A3232 00001000 02 01 0000000000000004 000000000000004D 00000002 0102 "
            + "00000001 0000000000000005 0003 00 00000001 02"),
        Bytes("CopyArcsResult", _copied.Encode(), "00000002 0102 00000001 09 01 00 0000000000000003 01 00000000000003E8 0102030405060708 FFFFFFFFFFFFFFFF"),
    ];

    private static IEnumerable<TestCaseData> Decoders() =>
    [
        Of("StartMovesCommand", _start.Encode(), static bytes => StartMovesCommand.Decode(bytes).Encode()),
        Of("ImportPieceCommand", _import.Encode(), static bytes => ImportPieceCommand.Decode(bytes).Encode()),
        Of("ServeArcsCommand", _serve.Encode(), static bytes => ServeArcsCommand.Decode(bytes).Encode()),
        Of("DropArcsCommand", new DropArcsCommand(5, _third).Encode(), static bytes => DropArcsCommand.Decode(bytes).Encode()),
        Of("EndMovesCommand", new EndMovesCommand(5).Encode(), static bytes => EndMovesCommand.Decode(bytes).Encode()),
        Of("DiscardCopyCommand", new DiscardCopyCommand(5, _third).Encode(), static bytes => DiscardCopyCommand.Decode(bytes).Encode()),
        Of("ReadMovesQuery", new ReadMovesQuery().Encode(), static bytes => ReadMovesQuery.Decode(bytes).Encode()),
        Of("CopyArcsQuery", _copy.Encode(), static bytes => CopyArcsQuery.Decode(bytes).Encode()),
        Of("MovesResult", _moves.Encode(), static bytes => MovesResult.Decode(bytes).Encode()),
        Of("CopyArcsResult", _copied.Encode(), static bytes => CopyArcsResult.Decode(bytes).Encode()),
    ];

    /// <summary>Everything at its lowest, and everything at its highest.</summary>
    private static IEnumerable<TestCaseData> EdgeDecoders() =>
    [
        Of("StartMovesCommand.lowest", new StartMovesCommand(0, 0, []).Encode(), static bytes => StartMovesCommand.Decode(bytes).Encode()),
        Of(
            "StartMovesCommand.highest",
            new StartMovesCommand(Limits.HighestNumber, Limits.HighestNumber, [new ArcTransfer(_lastShard, _first, [4095])]).Encode(),
            static bytes => StartMovesCommand.Decode(bytes).Encode()),
        Of("ImportPieceCommand.lowest", new ImportPieceCommand(0, _first, 0, default, default).Encode(), static bytes => ImportPieceCommand.Decode(bytes).Encode()),
        Of(
            "ImportPieceCommand.highest",
            new ImportPieceCommand(Limits.HighestNumber, _lastShard, Limits.HighestNumber, _cursor, _piece).Encode(),
            static bytes => ImportPieceCommand.Decode(bytes).Encode()),
        Of("ServeArcsCommand.lowest", new ServeArcsCommand(0, _first, 0, default, 0, 0, 0).Encode(), static bytes => ServeArcsCommand.Decode(bytes).Encode()),
        Of(
            "ServeArcsCommand.highest",
            new ServeArcsCommand(Limits.HighestNumber, _lastShard, Limits.HighestNumber, _cursor, Limits.HighestTime, ulong.MaxValue, ulong.MaxValue).Encode(),
            static bytes => ServeArcsCommand.Decode(bytes).Encode()),
        Of("CopyArcsQuery.lowest", new CopyArcsQuery(0, _first, _second, default).Encode(), static bytes => CopyArcsQuery.Decode(bytes).Encode()),
        Of("MovesResult.lowest", new MovesResult(_first, 0, 0, 0, 0, [], []).Encode(), static bytes => MovesResult.Decode(bytes).Encode()),
        Of("MovesResult.highest", HighestMoves().Encode(), static bytes => MovesResult.Decode(bytes).Encode()),
        Of(
            "CopyArcsResult.lowest",
            new CopyArcsResult(default, default, IsFrozen: false, IsWalkOver: true, 0, IsComplete: false, 0, 0, 0).Encode(),
            static bytes => CopyArcsResult.Decode(bytes).Encode()),
        Of(
            "CopyArcsResult.highest",
            (_copied with { Left = Limits.HighestNumber, LogTime = Limits.HighestTime }).Encode(),
            static bytes => CopyArcsResult.Decode(bytes).Encode()),
    ];

    private static MovesResult HighestMoves()
    {
        const long Most = Limits.HighestNumber;
        string[] addresses = [.. Enumerable.Repeat("ü:1", Limits.Replicas - 1), new string('x', Limits.Address)];
        IncomingMoveState[] incoming =
        [
            new(Most, _first, addresses, Arcs, CopyState.Discarding, IsEnded: true, Most, Most, _cursor),
            new(0, _lastShard, [""], 0, CopyState.Copying, IsEnded: false, 0, 0, default),
        ];
        OutgoingMoveState[] outgoing = [new(Most, _first, [], Arcs, GiveState.Dropping), new(0, _third, ["a:1"], 0, GiveState.Copying)];
        return new MovesResult(_lastShard, Most, Most, ulong.MaxValue, Most, incoming, outgoing);
    }

    private static TestCaseData Bytes(string name, byte[] bytes, string expected) => new TestCaseData(bytes, expected).SetArgDisplayNames(name);

    private static TestCaseData Of(string name, byte[] bytes, Func<byte[], byte[]> again) => new TestCaseData(bytes, again).SetArgDisplayNames(name);
}
