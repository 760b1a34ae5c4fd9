using System.Text;
using NUnit.Framework;
using PaxosShard.Replica.Core.Steps;
using PaxosShard.Replica.Machines;
using PaxosShard.Replica.Machines.Exports;
using PaxosShard.Wire.Identifiers;

namespace PaxosShard.Tests.Unit.Machines.Exports;

/// <summary>An export is the state at its slot, whatever runs between its pieces, and an import of it goes on from there.</summary>
public sealed class ExportWalkTests
{
    [Test]
    public void An_export_is_the_state_at_its_slot_whatever_runs_between_its_pieces([Range(1, 100)] int seed)
    {
        Random random = new(seed);
        RunningShard shard = new(random);
        for (int round = 0; round < 4; round++)
        {
            shard.Run(random.Next(200));
            AssertExportIsOfNow(shard, random, between: 6, longestPiece: 600);
        }
    }

    [Test]
    public void An_export_in_pieces_of_one_record_is_the_state_at_its_slot_whatever_runs_in_between([Range(1, 40)] int seed)
    {
        Random random = new(seed);
        RunningShard shard = new(random);
        shard.Run(300);

        AssertExportIsOfNow(shard, random, between: 20, longestPiece: 1);
        AssertExportIsOfNow(shard, random, between: 2, longestPiece: 1);
    }

    [Test]
    public void A_cancelled_export_keeps_nothing_and_the_next_one_is_the_state_at_its_own_slot([Range(1, 40)] int seed)
    {
        Random random = new(seed);
        RunningShard shard = new(random);
        for (int round = 0; round < 4; round++)
        {
            shard.Run(random.Next(200));
            ShardMachineExport export = shard.Machine.BeginExport(new Slot(1));
            for (int pieces = random.Next(30); pieces > 0 && ExportPieces.Next(export, random.Next(1, 200)) is not null; pieces--)
                shard.Run(random.Next(10));

            export.Cancel();

            Assert.That((export.KeptBytes, export.IsOver), Is.EqualTo((0L, true)));
            Assert.That(ExportPieces.Next(export, 100), Is.Null);
            shard.Run(random.Next(10));
            Assert.That(export.KeptBytes, Is.Zero);
            AssertExportIsOfNow(shard, random, between: 6, longestPiece: 600);
        }
    }

    private static void AssertExportIsOfNow(RunningShard shard, Random random, int between, int longestPiece)
    {
        List<string> expected = shard.Naive.Lines();
        string[] rooms = [.. shard.Naive.Rooms.Select(static room => Encoding.UTF8.GetString(Convert.FromHexString(room)))];
        List<string> answers = ExportPieces.Answers(shard.Machine, rooms);
        int ran = shard.Ran.Count;
        ShardMachineExport export = shard.Machine.BeginExport(new Slot(7));
        List<int> lengths = [random.Next(1, longestPiece + 1)];
        List<byte[]> pieces = [];
        while (ExportPieces.Next(export, lengths[^1]) is { } piece)
        {
            pieces.Add(piece);
            shard.Run(random.Next(between));
            lengths.Add(random.Next(1, longestPiece + 1));
        }

        Assert.That((export.KeptBytes, export.IsOver), Is.EqualTo((0L, true)));
        Assert.That(ExportPieces.Lines(pieces), Is.EqualTo(expected));
        ShardMachine imported = new(RunningShard.MaximumRooms, RunningShard.MaximumStateBytes, shard.Retention);
        ShardMachineImport import = ExportPieces.Import(imported, pieces);
        Assert.That((import.IsComplete, import.Slot), Is.EqualTo((true, new Slot(7))));
        Assert.That(ExportPieces.Answers(imported, rooms), Is.EqualTo(answers));
        Assert.That(ExportPieces.Texts(ExportPieces.Of(imported, [.. lengths])), Is.EqualTo(ExportPieces.Texts(pieces)), "the export of the import");
        AssertGoesOn(imported, shard, ran);
    }

    private static void AssertGoesOn(ShardMachine imported, RunningShard shard, int from)
    {
        foreach ((byte[] command, long wall, long logTime, CommandResult result) in shard.Ran.Skip(from))
        {
            CommandResult other = imported.Apply(command, wall, logTime);
            Assert.That((other.Status, Convert.ToHexString(other.Payload.ToArray())), Is.EqualTo((result.Status, Convert.ToHexString(result.Payload.ToArray()))));
        }

        string[] rooms = [.. shard.Naive.Rooms.Select(static room => Encoding.UTF8.GetString(Convert.FromHexString(room)))];
        Assert.That(ExportPieces.Answers(imported, rooms), Is.EqualTo(ExportPieces.Answers(shard.Machine, rooms)));
    }
}
