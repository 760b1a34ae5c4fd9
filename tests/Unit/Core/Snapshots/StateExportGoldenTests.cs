using NUnit.Framework;
using PaxosShard.Hashing;
using PaxosShard.Replica.Core.Execution;
using PaxosShard.Replica.Core.Group;
using PaxosShard.Replica.Core.Sessions;
using PaxosShard.Replica.Core.Steps;
using PaxosShard.Tests.Unit.Core.Scenarios;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Tests.Unit.Core.Snapshots;

/// <summary>The bytes of an export must not change: snapshots lie on disks and go between replicas of two builds.</summary>
public sealed class StateExportGoldenTests
{
    private const int Sessions = 10;
    private const int Window = 4;

    // Those of this build are others with every change of a bound: the golden bytes have these in their place.
    private const ulong Rules = 0xC1C2C3C4C5C6C7C8;

    /// <summary>The head, a session with two results, one without, and the words of the machine.</summary>
    private static readonly string[] _golden =
    [
        "0100000000000000000002000000000000002ACAFEF00DCAFEF00D0000018BCFE568000000000000000003000000000000000200000000000002F2C1C2C3C4C5C6C7C87D9E593FC1DA41F2",
        "0200000000000000010123456789ABCDEFFEDCBA98765432100000000000000003000000000000000511223344556677880000018BCFE73CC00000018BCFE65260000000000000002900000004000000020000000000000003A1A2A3A4A5A6A7A8000007000000026F6B0000000000000005B1B2B3B4B5B6B7B8010FFF000000004C0D31350388B048",
        "020000000000000002000000000000000000000000000000070000000000000009000000000000000800000000000000020000000000000005000000000000000400000000000000280000000200000000A665C64BFB381AFF",
        "030000000000000003000000020000000568656C6C6F00000005776F726C64FDDF41DAF337811A",
    ];

    [Test]
    public void The_export_of_a_known_state_has_golden_bytes() =>
        Assert.That(StatePieces.WithRules(Rules, StatePieces.Of(Known(), 1)).ConvertAll(static piece => Convert.ToHexString(piece)), Is.EqualTo(_golden));

    [Test]
    public void The_golden_bytes_are_imported_as_that_state()
    {
        GroupOptions options = StatePieces.Options(Sessions, Window);
        List<byte[]> pieces = StatePieces.WithRules(ExecutionRules.HashOf(options, new WordMachine()), [.. _golden.Select(static piece => Convert.FromHexString(piece))]);

        ReplicatedState imported = StatePieces.Import(options, new WordMachine(), pieces).State;

        Assert.That(RunningState.Describe(imported), Is.EqualTo(RunningState.Describe(Known())));
        Assert.That(((WordMachine)imported.Machine).Ran, Is.EqualTo("hello world"));
    }

    private static ReplicatedState Known()
    {
        WordMachine machine = new();
        machine.Apply("hello"u8.ToArray(), wall: 1, logTime: 1);
        machine.Apply("world"u8.ToArray(), wall: 2, logTime: 2);
        ReplicatedState state = new(Sessions, Window, machine);
        SessionHead first = new(
            new SessionId(new UInt128(0x0123456789ABCDEF, 0xFEDCBA9876543210)),
            AcknowledgedBelow: 3,
            Highest: 5,
            Digest: 0x1122334455667788,
            HighestExpiry: 1_700_000_120_000,
            DueAt: 1_700_000_060_000,
            ChangedAt: new Slot(41),
            Capacity: 4);
        SessionHead second = new(new SessionId(7), AcknowledgedBelow: 9, Highest: 8, Digest: 2, HighestExpiry: 5, DueAt: 4, ChangedAt: new Slot(40), Capacity: 2);
        AddSession(state, first, new StoredResult(3, 0xA1A2A3A4A5A6A7A8, new Arc(7), new CommandResult(ReplyStatus.Ok, "ok"u8.ToArray())), new StoredResult(5, 0xB1B2B3B4B5B6B7B8, new Arc(4095), new CommandResult(ReplyStatus.Rejected, [])));
        AddSession(state, second);
        state.Restore(new Slot(42), hash: 0xCAFEF00DCAFEF00D, logTime: 1_700_000_000_000, new View(3), Members.Founders);
        return state;
    }

    private static void AddSession(ReplicatedState state, SessionHead head, params ReadOnlySpan<StoredResult> results)
    {
        Session session = new(in head, state.Sessions);
        foreach (StoredResult result in results)
            session.Restore(in result);
        state.Sessions.Restore(session);
    }
}
