using System.Text;
using NUnit.Framework;
using PaxosShard.Replica.Core.Execution;
using PaxosShard.Replica.Core.Steps;
using PaxosShard.Replica.Machines;
using PaxosShard.Replica.Node.Storage;
using PaxosShard.Tests.Unit.Core.Snapshots;
using PaxosShard.Tests.Unit.Machines;
using PaxosShard.Tests.Unit.Storage;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;
using static PaxosShard.Tests.Unit.Storage.StoreFixture;

namespace PaxosShard.Tests.Unit.Golden;

/// <summary>A data directory that an earlier build has written is read by this one; see <see cref="GoldenDirectory"/> for how the files were made.</summary>
public sealed class DataDirectoryTests
{
    [OneTimeSetUp]
    public static void WriteTheFilesIfWanted()
    {
        if (Environment.GetEnvironmentVariable("REWRITE_GOLDEN") is "1")
            GoldenDirectory.Write();
    }

    [Test]
    public void A_directory_of_format_4_says_whose_it_is()
    {
        ReplicaIdentity identity = ReplicaStore.ReadIdentities(GoldenDirectory.Copy().OpenDirectory())[0];

        Assert.That(identity with { Peers = [] }, Is.EqualTo(Identity with { Incarnation = 1, StartId = GoldenDirectory.Start, Peers = [] }));
        Assert.That(identity.Peer(new ReplicaId(2)), Is.EqualTo(Memory));
        Assert.That(GoldenDirectory.Length, Is.AtMost(64 * 1024), "the source tree stays small");
    }

    [Test]
    public void A_directory_of_format_4_is_opened_with_everything_that_it_remembers()
    {
        using ReplicaStore store = ReplicaStore.Open(GoldenDirectory.Copy().OpenDirectory(), Small, Guid.NewGuid());

        RecoveredState state = store.Recovered;
        Assert.That((state.Promised, state.Owned, state.ViewRecordLost), Is.EqualTo((new View(5), new View(4), false)));
        Assert.That(state.Snapshot.Slot, Is.EqualTo(new Slot(3)));
        Assert.That(state.Known, Is.EqualTo(new[] { Decided(4, 14), Decided(5, 15), Decided(6, 16) }));
        Assert.That(state.Decided, Is.EqualTo(new Slot(6)));
        Assert.That(state.Votes, Is.EqualTo(new[] { Entry(5, 7, 17), Entry(5, 9, 19) }));
        Assert.That(state.Faulty, Is.EqualTo(new[] { new Slot(8) }));
        Assert.That(state.FaultyFrom, Is.EqualTo(Slot.Zero));
        Assert.That((store.Identity.Incarnation, store.Identity.LossStart), Is.EqualTo((2ul, 2ul)));
        Assert.That(store.IsSnapshotRotten, Is.False);
        Assert.That(store.ForeignFiles, Is.Empty);
    }

    [Test]
    public void The_snapshot_of_a_directory_of_format_4_is_the_state_that_was_written()
    {
        RecoveredState recovered = ReplicaStore.ReadOnly(GoldenDirectory.Copy().OpenDirectory())[0].State;
        ulong rules = ExecutionRules.HashOf(StatePieces.Options(), new ShardMachine());
        List<byte[]> pieces = StatePieces.WithRules(rules, [.. recovered.SnapshotPieces.Select(static piece => piece.ToArray())]);

        ReplicatedState state = StatePieces.Import(StatePieces.Options(), new ShardMachine(), pieces).State;

        HistoryResult history = HistoryResult.Decode(Read(state, new ReadHistoryQuery("lobby", 1, 10).Encode()).Span);
        KeyResult colour = KeyResult.Decode(Read(state, KeyCommand.Get("colour"u8.ToArray()).Encode()).Span);
        Assert.That(history.Messages.Select(static message => message.Text), Is.EqualTo(new[] { "hello", "world" }));
        Assert.That(Encoding.UTF8.GetString(colour.Value.Span), Is.EqualTo("blue"));
        Assert.That((state.Executed, state.LogTime, state.Sessions.Count), Is.EqualTo((new Slot(3), 1002L, 1)));
        List<ClientReply> replies = [];
        state.Execute(new Slot(4), ExecutedLog.EntryOf(1003, GoldenDirectory.SecondMessage), replies);
        Assert.That(ExecutedLog.Number(replies[0]), Is.EqualTo(2), "it ran before, and its result is kept");
    }

    private static DecidedEntry Decided(long slot, long value) => new(new Slot(slot), Value(value));

    private static ReadOnlyMemory<byte> Read(ReplicatedState state, byte[] query)
    {
        ClientReply reply = state.Read(ExecutedLog.Query(query));
        Assert.That(reply.Status, Is.EqualTo(ReplyStatus.Ok));
        return reply.Payload;
    }
}
