using NUnit.Framework;
using PaxosShard.Wire;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Identifiers;

namespace PaxosShard.Tests.Unit.Wire;

/// <summary>The bytes of what operators ask of closed gates: they are what they were, and nothing else is read.</summary>
public sealed class GateCommandTests
{
    private static readonly SessionId _session = new SessionId(3).AsOrdered();
    private static readonly PlacementToken _token = new(1, new View(2), new Slot(3));
    private static readonly PlacementToken _awaited = new(4, new View(5), new Slot(6));
    private static readonly ClosedGate _gate = new(1, "k"u8.ToArray(), _session, new SequenceNumber(8), _token, new SequenceNumber(7), 4095, _awaited, 1000, 9, IsToOpen: true);
    private static readonly ReadGatesQuery _read = new("k"u8.ToArray());
    private static readonly GatesResult _found = new(10, [_gate]);
    private static readonly SettleByHandCommand _settle = new("k"u8.ToArray(), Opens: true, _session, new SequenceNumber(8), _token);

    [TestCaseSource(nameof(Encodings))]
    public void Bytes_are_as_they_always_were(byte[] bytes, string expected) => Assert.That(Convert.ToHexString(bytes), Is.EqualTo(expected.Replace(" ", "", StringComparison.Ordinal)));

    [TestCaseSource(nameof(Decoders))]
    public void What_was_written_is_read_and_nothing_shorter_or_longer(byte[] bytes, Func<byte[], byte[]> again) => EncodingChecks.AssertReadWhole(bytes, again);

    [TestCaseSource(nameof(Decoders))]
    public void Random_bytes_are_read_or_refused(byte[] bytes, Func<byte[], byte[]> again) => EncodingChecks.AssertChangedIsReadOrRefused(bytes, again);

    [Test]
    public void Of_a_gate_nothing_is_believed_that_cannot_be()
    {
        foreach (ClosedGate impossible in new[] { _gate with { Space = 2 }, _gate with { Behind = -1 }, _gate with { PredecessorArc = 4096 }, _gate with { Since = Limits.HighestTime + 1 } })
            Assert.That(() => GatesResult.Decode(new GatesResult(1, [impossible]).Encode()), Throws.TypeOf<WireFormatException>(), $"{impossible}");
        Assert.That(() => GatesResult.Decode(new GatesResult(0, [_gate]).Encode()), Throws.TypeOf<WireFormatException>(), "more than there are");
        Assert.That(() => GatesResult.Decode(new GatesResult(300, [.. Enumerable.Repeat(_gate, 257)]).Encode()), Throws.TypeOf<WireFormatException>(), "more than an answer has");
    }

    [Test]
    public void The_longest_answer_fits_in_a_reply()
    {
        GatesResult longest = new(int.MaxValue, [.. Enumerable.Repeat(_gate with { Name = new byte[Limits.KeyName] }, GatesResult.MostGates)]);

        Assert.That(longest.Encode(), Has.Length.LessThanOrEqualTo(Limits.Result));
        Assert.That(GatesResult.Decode(longest.Encode()).Gates, Has.Count.EqualTo(GatesResult.MostGates));
    }

    [Test]
    public void What_became_of_a_gate_is_one_byte_that_is_known()
    {
        foreach (SettledByHand outcome in Enum.GetValues<SettledByHand>())
            Assert.That(SettleByHandCommand.DecodeResult([(byte)outcome]), Is.EqualTo(outcome));
        foreach (byte[] none in new byte[][] { [], [4], [0, 0] })
            Assert.That(() => SettleByHandCommand.DecodeResult(none), Throws.TypeOf<WireFormatException>());
    }

    private static IEnumerable<TestCaseData> Encodings() =>
    [
        new TestCaseData(_read.Encode(), "8B 00000001 6B").SetArgDisplayNames("ReadGatesQuery"),
        new TestCaseData(
            _found.Encode(),
            "0000000A 00000001 01 00000001 6B 4F524452000000000000000000000003 0000000000000008 000000000000000100000000000000020000000000000003 "
            + "0000000000000007 0FFF 000000000000000400000000000000050000000000000006 00000000000003E8 00000009 01").SetArgDisplayNames("GatesResult"),
        new TestCaseData(_settle.Encode(), "8C 00000001 6B 01 4F524452000000000000000000000003 0000000000000008 000000000000000100000000000000020000000000000003").SetArgDisplayNames("SettleByHandCommand"),
    ];

    private static IEnumerable<TestCaseData> Decoders() =>
    [
        new TestCaseData(_read.Encode(), (Func<byte[], byte[]>)(static bytes => ReadGatesQuery.Decode(bytes).Encode())).SetArgDisplayNames("ReadGatesQuery"),
        new TestCaseData(_found.Encode(), (Func<byte[], byte[]>)(static bytes => GatesResult.Decode(bytes).Encode())).SetArgDisplayNames("GatesResult"),
        new TestCaseData(_settle.Encode(), (Func<byte[], byte[]>)(static bytes => SettleByHandCommand.Decode(bytes).Encode())).SetArgDisplayNames("SettleByHandCommand"),
    ];
}
