using NUnit.Framework;
using PaxosShard.Replica.Machines;
using PaxosShard.Replica.Machines.Exports;
using PaxosShard.Tests.Unit.Hashing;
using PaxosShard.Tests.Unit.Machines.Exports;
using PaxosShard.Wire;
using PaxosShard.Wire.Identifiers;
using static PaxosShard.Tests.Unit.Machines.Arcs.ShardedLog;

namespace PaxosShard.Tests.Unit.Machines.Arcs;

/// <summary>What a shard has adopted is part of its snapshots: whoever takes one serves the same arcs.</summary>
[TestFixture]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class AdoptedExportTests
{
    private readonly ShardedLog _log = new();

    [Test]
    public void An_import_serves_what_the_export_served()
    {
        _log.Adopt(First);
        _log.Execute(Put(new SessionId(7), 1, Own));
        ShardMachine copy = new(group: new GroupId(1));

        ExportPieces.Import(copy, Export());

        Assert.That(copy.Served.Read().Encode(), Is.EqualTo(_log.Machine.Served.Read().Encode()));
        Assert.That(copy.Hash, Is.EqualTo(_log.Machine.Hash));
        Assert.That(ExportPieces.Of(copy, 1000), Is.EqualTo(Export()));
    }

    [Test]
    public void A_later_configuration_than_the_first_is_imported_and_the_next_one_follows_it()
    {
        _log.Adopt(First);
        _log.Adopt(First.Next(2, First.Shards, []));
        ShardMachine copy = new(group: new GroupId(1));

        ExportPieces.Import(copy, Export());

        Assert.That(copy.Served.Read().Encode(), Is.EqualTo(_log.Machine.Served.Read().Encode()));
        Assert.That(copy.Hash, Is.EqualTo(_log.Machine.Hash));
        Assert.That(ExportPieces.Of(copy, 1000), Is.EqualTo(Export()));
    }

    [Test]
    public void What_is_adopted_meanwhile_does_not_show()
    {
        _log.Adopt(First);
        ShardMachineExport export = _log.Machine.BeginExport(new Slot(1));
        _log.Adopt(First.Next(2, First.Shards, []));
        ShardMachine copy = new(group: new GroupId(1));

        List<byte[]> pieces = [];
        while (ExportPieces.Next(export, 1000) is { } piece)
            pieces.Add(piece);
        ExportPieces.Import(copy, pieces);

        Assert.That(copy.Served.Adopted!.Number, Is.EqualTo(1));
    }

    [Test]
    public void A_shard_that_has_adopted_nothing_imports_nothing_of_it()
    {
        ShardMachine copy = new(group: new GroupId(1));

        ExportPieces.Import(copy, Export());

        Assert.That(copy.Served.Adopted, Is.Null);
    }

    [Test]
    public void A_group_without_masters_takes_no_configuration()
    {
        _log.Adopt(SampleShards.FirstOf(1));
        List<byte[]> pieces = Export();

        Assert.That(() => ExportPieces.Import(new ShardMachine(), pieces), Throws.TypeOf<WireFormatException>());
    }

    [Test]
    public void Any_other_byte_in_the_configuration_is_noticed()
    {
        _log.Adopt(First);
        List<byte[]> pieces = Export();

        for (int place = 0; place < pieces[1].Length; place++)
        {
            List<byte[]> spoiled = [.. pieces];
            spoiled[1] = [.. pieces[1]];
            spoiled[1][place] ^= 1;
            Assert.That(() => ExportPieces.Import(new ShardMachine(group: new GroupId(1)), spoiled), Throws.TypeOf<WireFormatException>(), $"byte {place}");
        }
    }

    private List<byte[]> Export() => ExportPieces.Of(_log.Machine, 1000);
}
