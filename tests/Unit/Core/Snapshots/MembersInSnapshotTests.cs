using System.Buffers;
using NUnit.Framework;
using PaxosShard.Replica.Core.Execution;
using PaxosShard.Replica.Core.Group;
using PaxosShard.Replica.Core.Snapshots;
using PaxosShard.Replica.Machines;
using PaxosShard.Wire;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Primitives;

namespace PaxosShard.Tests.Unit.Core.Snapshots;

/// <summary>A snapshot has the member list (rule 13), so that a replica that begins with it knows who votes.</summary>
[TestFixture]
internal sealed class MembersInSnapshotTests
{
    private static readonly GroupOptions _options = new() { ReplicaCount = 3, Self = new ReplicaId(0) };

    private static Members Replaced => Members.Founders
        .With(new ReplicaId(2), new Member(17, "10.0.0.7:7002"), new Slot(5))
        .With(new ReplicaId(0), new Member(18, "10.0.0.8:7000"), new Slot(9));

    [Test]
    public void It_comes_back_as_it_was()
    {
        Members members = Import(Export(Replaced)).Members;

        Assert.That(members.Number, Is.EqualTo(2));
        Assert.That(members.Slot, Is.EqualTo(new Slot(9)));
        Assert.That(members.Hash, Is.EqualTo(Replaced.Hash));
        Assert.That(members.InPlaceOf(new ReplicaId(2)), Is.EqualTo(new Member(17, "10.0.0.7:7002")));
        Assert.That(members.InPlaceOf(new ReplicaId(1)), Is.Null);
    }

    [Test]
    public void That_of_the_founders_takes_no_piece()
    {
        Assert.That(Export(Members.Founders), Has.Count.EqualTo(Export(Replaced).Count - 1));
        Assert.That(Import(Export(Members.Founders)).Members.Number, Is.Zero);
    }

    [Test]
    public void A_snapshot_without_its_list_is_refused()
    {
        List<byte[]> pieces = Export(Replaced);
        pieces.RemoveAt(1);

        Assert.Throws<WireFormatException>(() => Import(pieces));
    }

    [TestCase(0UL, "10.0.0.7:7002")]
    [TestCase(17UL, "nowhere")]
    public void A_member_without_an_identity_or_an_address_is_refused(ulong identity, string address)
    {
        byte[] bytes = new byte[256];
        WireWriter writer = new(bytes);
        writer.WriteInt64(1);
        writer.WriteInt64(5);
        writer.WriteInt32(1);
        writer.WriteReplica(new ReplicaId(2));
        writer.WriteUInt64(identity);
        writer.WriteString(address);
        byte[] list = bytes[..writer.Position];

        Assert.Throws<WireFormatException>(() => Read(list));
    }

    [TestCase(0, 5, 1, Description = "the founders are number 0, of no slot")]
    [TestCase(1, 0, 1, Description = "a later list has a slot")]
    [TestCase(1, 5, 2, Description = "there are no more replaced than replacements")]
    public void A_list_that_no_history_leads_to_is_refused(long number, long slot, int replaced)
    {
        byte[] bytes = new byte[256];
        WireWriter writer = new(bytes);
        writer.WriteInt64(number);
        writer.WriteInt64(slot);
        writer.WriteInt32(replaced);
        for (int place = 0; place < replaced; place++)
        {
            writer.WriteReplica(new ReplicaId(place));
            writer.WriteUInt64(17);
            writer.WriteString("10.0.0.7:7002");
        }

        byte[] list = bytes[..writer.Position];

        Assert.Throws<WireFormatException>(() => Read(list));
    }

    private static void Read(byte[] list)
    {
        WireReader reader = new(list);
        Members.Read(ref reader);
    }

    private static List<byte[]> Export(Members members)
    {
        ReplicatedState state = new StateImport(_options, new ShardMachine()).State;
        state.Restore(new Slot(12), 3, 4, new View(1), members);
        StateExport export = new(state);
        List<byte[]> pieces = [];
        while (!export.IsOver)
        {
            ArrayBufferWriter<byte> piece = new();
            export.TryNext(piece, 1024, out _);
            pieces.Add(piece.WrittenSpan.ToArray());
        }

        return pieces;
    }

    private static ReplicatedState Import(List<byte[]> pieces)
    {
        StateImport import = new(_options, new ShardMachine());
        foreach (byte[] piece in pieces)
            import.Add(piece);
        return import.State;
    }
}
