using NUnit.Framework;
using PaxosShard.Replica.Core.Execution;
using PaxosShard.Replica.Core.Group;
using PaxosShard.Replica.Core.Snapshots;
using PaxosShard.Replica.Core.Steps;
using PaxosShard.Replica.Machines;
using PaxosShard.Replica.Machines.Rooms;
using PaxosShard.Tests.Unit.Machines;
using PaxosShard.Wire;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Identifiers;
using static PaxosShard.Tests.Unit.Machines.ExecutedLog;

namespace PaxosShard.Tests.Unit.Core.Snapshots;

/// <summary>An import takes the pieces of an export in their order and refuses everything else.</summary>
public sealed class StateImportTests
{
    private const int Wanted = 60;

    [Test]
    public void A_flipped_byte_is_refused_at_once([Values(1, 0x80, 0xFF)] int mask)
    {
        List<byte[]> pieces = StatePieces.Of(Small(), Wanted);
        for (int index = 0; index < pieces.Count; index++)
        {
            for (int place = 0; place < pieces[index].Length; place++)
                AssertRefused(pieces[..index], Flipped(pieces[index], place, mask));
        }
    }

    [Test]
    public void A_flipped_byte_under_a_checksum_that_fits_is_refused_or_taken_as_it_is([Values(1, 2, 4, 0x80, 0xFF)] int mask)
    {
        List<byte[]> pieces = StatePieces.Of(Small(), Wanted);
        int taken = 0;
        for (int index = 0; index < pieces.Count; index++)
        {
            for (int place = 0; place < pieces[index].Length - StateFormat.ChecksumSize; place++)
            {
                List<byte[]> forged = StatePieces.Sealed([.. pieces[..index], Flipped(pieces[index], place, mask), .. pieces[(index + 1)..]]);
                if (TryImport(forged) is not { } state)
                    continue;
                taken++;
                Assert.That(OfSessions(StatePieces.Of(state, Wanted)), Is.EqualTo(OfSessions(forged)), $"byte {place} of piece {index}");
            }
        }

        Assert.That(taken, Is.GreaterThan(20), "of digests and hashes nobody can tell");
        Assert.That(TryImport(StatePieces.Sealed(pieces)), Is.Not.Null);
    }

    [Test]
    public void A_piece_that_was_cut_or_is_too_long_is_refused_at_once()
    {
        List<byte[]> pieces = StatePieces.Of(Small(), Wanted);
        for (int index = 0; index < pieces.Count; index++)
        {
            for (int length = 0; length < pieces[index].Length; length++)
                AssertRefused(pieces[..index], pieces[index][..length]);
            AssertRefused(pieces[..index], [.. pieces[index], 0]);
        }
    }

    [Test]
    public void A_piece_that_is_not_the_next_one_is_refused_at_once()
    {
        List<byte[]> pieces = StatePieces.Of(Small(), Wanted);
        Assert.That(pieces, Has.Count.GreaterThan(6));
        for (int index = 0; index < pieces.Count; index++)
        {
            for (int other = 0; other < pieces.Count; other++)
            {
                if (other != index)
                    AssertRefused(pieces[..index], pieces[other]);
            }
        }
    }

    [Test]
    public void A_piece_of_another_export_is_refused_at_once_though_it_has_the_right_number()
    {
        List<byte[]> pieces = StatePieces.Of(Small(), Wanted);
        List<byte[]> later = StatePieces.Of(Small(moreSlots: 1), Wanted);
        Assert.That(later, Has.Count.EqualTo(pieces.Count));
        for (int index = 1; index < pieces.Count; index++)
            AssertRefused(pieces[..index], later[index]);
    }

    [Test]
    public void Pieces_of_a_kind_that_cannot_stand_there_are_refused()
    {
        List<byte[]> pieces = StatePieces.Of(Small(), Wanted);
        foreach (int index in Enumerable.Range(0, pieces.Count))
        {
            foreach (byte kind in (ReadOnlySpan<byte>)[0, 1, 2, 3, 4])
            {
                byte[] other = [kind, .. pieces[index][1..]];
                if (kind != pieces[index][0])
                    AssertRefused(pieces[..index], StatePieces.Sealed([.. pieces[..index], other])[index]);
            }
        }
    }

    [Test]
    public void Nothing_is_taken_after_the_last_piece_or_after_a_refusal()
    {
        List<byte[]> pieces = StatePieces.Of(Small(), Wanted);
        AssertRefused(pieces, pieces[^1]);

        StateImport import = new(StatePieces.Options(), RunningState.NewMachine());
        Assert.That(() => import.Add(pieces[1]), Throws.TypeOf<WireFormatException>());
        foreach (byte[] piece in pieces)
            Assert.That(() => import.Add(piece), Throws.TypeOf<WireFormatException>());
        Assert.That((import.IsComplete, import.State.Executed), Is.EqualTo((false, Slot.Zero)));
    }

    [Test]
    public void Random_bytes_are_refused([Range(1, 5)] int seed)
    {
        Random random = new(seed);
        List<byte[]> pieces = StatePieces.Of(Small(), Wanted);
        for (int count = 0; count < 200; count++)
        {
            int index = random.Next(pieces.Count);
            byte[] bytes = new byte[random.Next(20, 200)];
            random.NextBytes(bytes);
            AssertRefused(pieces[..index], bytes);
            byte[] sealedPiece = StatePieces.Sealed([.. pieces[..index], [.. pieces[index][..StateFormat.PieceHeaderSize], .. bytes]])[index];
            AssertRefused(pieces[..index], sealedPiece);
        }
    }

    [Test]
    public void A_refusal_says_which_piece_it_is_and_where()
    {
        List<byte[]> pieces = StatePieces.Of(Small(), Wanted);
        byte[] withoutSession = [.. pieces[1][..StateFormat.PieceHeaderSize], .. new byte[16], .. pieces[1][(StateFormat.PieceHeaderSize + 16)..]];
        StateImport import = StatePieces.Import(StatePieces.Options(), RunningState.NewMachine(), pieces[..1]);

        Assert.That(
            () => import.Add(StatePieces.Sealed([pieces[0], withoutSession])[1]),
            Throws.TypeOf<WireFormatException>().With.Message.EqualTo("piece 1 of the snapshot: the session at 9 is none"));
    }

    [TestCaseSource(nameof(OtherRules))]
    public void An_export_of_other_rules_is_refused_with_its_first_piece_whether_they_allow_more_or_less(GroupOptions options, ShardMachine machine)
    {
        List<byte[]> pieces = StatePieces.Of(Small(), Wanted);
        StateImport import = new(options, machine);

        Assert.That(
            () => import.Add(pieces[0]),
            Throws.TypeOf<WireFormatException>().With.Message.Contains("piece 0 of the snapshot: it was made under other rules"));
        Assert.That(import.IsOfOtherRules);
        Assert.That(
            () => StateImport.Restore(options, Recovered(Small().Executed, pieces), machine),
            Throws.TypeOf<OtherRulesException>().With.Message.Contains("made with other bounds"));
    }

    [Test]
    public void What_does_not_matter_to_execution_may_be_another_one_than_before()
    {
        List<byte[]> pieces = StatePieces.Of(Small(), Wanted);
        GroupOptions options = StatePieces.Options() with { Self = new ReplicaId(2), TimeoutTicks = 90, SnapshotBytes = 1 };

        Assert.That(StatePieces.Import(options, RunningState.NewMachine(), pieces).IsComplete);
    }

    [Test]
    public void A_replica_begins_with_the_state_of_its_snapshot()
    {
        ReplicatedState small = Small();
        List<byte[]> pieces = StatePieces.Of(small, Wanted);

        ReplicatedState state = StateImport.Restore(StatePieces.Options(), Recovered(small.Executed, pieces), RunningState.NewMachine());

        Assert.That(RunningState.Describe(state), Is.EqualTo(RunningState.Describe(small)));
        Assert.That(StateImport.Restore(StatePieces.Options(), RecoveredState.Fresh, RunningState.NewMachine()).Executed, Is.EqualTo(Slot.Zero));
    }

    [Test]
    public void A_snapshot_that_ends_too_early_or_is_of_another_slot_is_no_beginning()
    {
        ReplicatedState small = Small();
        List<byte[]> pieces = StatePieces.Of(small, Wanted);

        for (int count = 1; count < pieces.Count; count++)
        {
            RecoveredState cut = Recovered(small.Executed, pieces[..count]);
            Assert.That(() => StateImport.Restore(StatePieces.Options(), cut, RunningState.NewMachine()), Throws.TypeOf<WireFormatException>());
        }

        foreach (RecoveredState other in new[] { Recovered(small.Executed.Next, pieces), Recovered(small.Executed, []), Recovered(Slot.Zero, pieces) })
            Assert.That(() => StateImport.Restore(StatePieces.Options(), other, RunningState.NewMachine()), Throws.TypeOf<InvariantBrokenException>());
    }

    /// <summary>A state with three sessions: one with a gap in its window, one without results, one with a rejection.</summary>
    private static ReplicatedState Small(int moreSlots = 0)
    {
        ExecutedLog log = new();
        log.ExecuteAll(Send(new SessionId(1), 1), Send(new SessionId(1), 4, previous: 0, acknowledgedBelow: 2), Send(new SessionId(1), 6, "a bird", "garden", previous: 4));
        log.ExecuteAll(Send(new SessionId(new UInt128(2, 2)), 1, expiry: 5000), Send(new SessionId(new UInt128(2, 2)), 1, acknowledgedBelow: 9, expiry: 5000));
        log.ExecuteAll(Send(new SessionId(3), 1, ""), Request(new SessionId(3), 2, KeyCommand.Put("key"u8.ToArray(), "value"u8.ToArray()).Encode()));
        for (; moreSlots > 0; moreSlots--)
            log.ExecuteAll();
        return log.State;
    }

    private static IEnumerable<object[]> OtherRules() =>
    [
        [StatePieces.Options(sessions: 99), RunningState.NewMachine()],
        [StatePieces.Options(sessions: 101), RunningState.NewMachine()],
        [StatePieces.Options(window: 15), RunningState.NewMachine()],
        [StatePieces.Options(window: 17), RunningState.NewMachine()],
        [StatePieces.Options(), new ShardMachine(rooms: 99_999)],
        [StatePieces.Options(), new ShardMachine(rooms: 100_001)],
        [StatePieces.Options(), new ShardMachine(100_000, ShardMachine.DefaultStateBytes + 1)],
        [StatePieces.Options(), new ShardMachine(100_000, retention: new RoomRetention(Messages: 1_000_000, Bytes: 0, Age: 0))],
        [StatePieces.Options(), new ShardMachine(100_000, retention: new RoomRetention(Messages: 0, Bytes: 0, Age: 1_000_000))],
    ];

    private static RecoveredState Recovered(Slot slot, List<byte[]> pieces) => new()
    {
        Snapshot = new SnapshotMark(slot, 0),
        SnapshotPieces = [.. pieces.Select(static piece => new ReadOnlyMemory<byte>(piece))],
    };

    private static byte[] Flipped(byte[] piece, int place, int mask)
    {
        byte[] flipped = [.. piece];
        flipped[place] ^= (byte)mask;
        return flipped;
    }

    /// <summary>The pieces before those of the machine, as hexadecimal digits.</summary>
    private static List<string> OfSessions(List<byte[]> pieces) =>
        [.. pieces.TakeWhile(static piece => piece[0] != (byte)StatePieceKind.Machine).Select(static piece => Convert.ToHexString(piece))];

    /// <summary>The state that these pieces make; null when one of them is refused.</summary>
    private static ReplicatedState? TryImport(List<byte[]> pieces)
    {
        StateImport import = new(StatePieces.Options(), RunningState.NewMachine());
        try
        {
            foreach (byte[] piece in pieces)
                import.Add(piece);
        }
        catch (WireFormatException)
        {
            Assert.That(import.IsComplete, Is.False);
        }

        return import.IsComplete ? import.State : null;
    }

    private static void AssertRefused(List<byte[]> before, byte[] piece)
    {
        StateImport import = StatePieces.Import(StatePieces.Options(), RunningState.NewMachine(), before);
        Assert.That(() => import.Add(piece), Throws.TypeOf<WireFormatException>());
    }
}
