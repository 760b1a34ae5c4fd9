using System.Text;
using NUnit.Framework;
using PaxosShard.Hashing;
using PaxosShard.Replica.Machines;
using PaxosShard.Replica.Machines.Exports;
using PaxosShard.Replica.Machines.Rooms;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Identifiers;

namespace PaxosShard.Tests.Unit.Machines.Exports;

/// <summary>
/// The walk of an export and everything that may happen to a key or a room during it: behind the walk, where it is, and before it. Each of these meets each place of the walk,
/// once to its end and once to a cancelled one.
/// </summary>
public sealed class ExportAndWritesTests
{
    private const int FirstArc = 3;
    private const int MiddleArc = 5;
    private const int LastArc = Arc.Count - 1;

    /// <summary>Pieces of one record each: the head, a room of two messages and three keys in each of three arcs, and the foot.</summary>
    private const int Pieces = 1 + (3 * (2 + 3)) + 1;

    private static readonly RoomRetention _retention = new(Messages: 2, Bytes: 0, Age: 0);

    private static readonly Dictionary<int, string[]> _names = new[] { FirstArc, MiddleArc, LastArc }
        .ToDictionary(static arc => arc, static arc => RunningShard.NamesIn(arc, 5).Order(StringComparer.Ordinal).ToArray());

    [Test]
    public void Nothing_that_is_written_during_the_walk_is_in_the_export([Range(0, Pieces - 1)] int walked, [Values(FirstArc, MiddleArc, LastArc)] int arc)
    {
        ShardMachine machine = NewMachine();
        List<byte[]> expected = ExportPieces.Of(machine, 1);
        Assert.That(expected, Has.Count.EqualTo(Pieces));
        ShardMachineExport export = machine.BeginExport(new Slot(7));
        List<byte[]> pieces = Walk(export, walked);

        WriteEverything(machine, arc);
        while (ExportPieces.Next(export, 1) is { } piece)
            pieces.Add(piece);

        Assert.That(ExportPieces.Texts(pieces), Is.EqualTo(ExportPieces.Texts(expected)));
        Assert.That(ExportPieces.Import(new ShardMachine(retention: _retention), pieces).IsComplete);
        Assert.That(export.KeptBytes, Is.Zero);
        AssertExportIsOf(machine, arc);
    }

    [Test]
    public void After_a_cancelled_walk_the_next_export_is_of_what_is_there_then([Range(0, Pieces - 1)] int walked, [Values(FirstArc, MiddleArc, LastArc)] int arc)
    {
        ShardMachine machine = NewMachine();
        ShardMachineExport export = machine.BeginExport(new Slot(7));
        Walk(export, walked);

        WriteEverything(machine, arc);
        export.Cancel();

        Assert.That((export.IsOver, export.KeptBytes), Is.EqualTo((true, 0L)));
        AssertExportIsOf(machine, arc);
    }

    private static ShardMachine NewMachine()
    {
        ShardMachine machine = new(retention: _retention);
        foreach (string[] names in _names.Values)
        {
            // One name between the others and the last one are free: what is made later stands there.
            foreach (string name in (string[])[names[0], names[2], names[3]])
                Put(machine, name, "before");
            Say(machine, names[2], "one");
            Say(machine, names[2], "two");
        }

        return machine;
    }

    private static List<byte[]> Walk(ShardMachineExport export, int pieces)
    {
        List<byte[]> walked = [];
        for (; pieces > 0; pieces--)
            walked.Add(ExportPieces.Next(export, 1)!);
        return walked;
    }

    /// <summary>
    /// In one arc: a key is overwritten, one deleted, one deleted and made again, one made, one made and deleted; a room gets messages, so that its first ones are trimmed, and
    /// one is made.
    /// </summary>
    private static void WriteEverything(ShardMachine machine, int arc)
    {
        string[] names = _names[arc];
        Put(machine, names[0], "overwritten");
        Put(machine, names[0], "overwritten again");
        Delete(machine, names[2]);
        Delete(machine, names[3]);
        Put(machine, names[3], "made again");
        Put(machine, names[1], "made");
        Put(machine, names[4], "made");
        Delete(machine, names[4]);
        Say(machine, names[2], "three");
        Say(machine, names[2], "four");
        Say(machine, names[2], "five");
        Say(machine, names[1], "a new room");
    }

    /// <summary>A machine to which the same happened without an export gives the same one.</summary>
    private static void AssertExportIsOf(ShardMachine machine, int arc)
    {
        ShardMachine other = NewMachine();
        WriteEverything(other, arc);
        Assert.That(ExportPieces.Texts(ExportPieces.Of(machine, 1)), Is.EqualTo(ExportPieces.Texts(ExportPieces.Of(other, 1))));
    }

    private static void Put(ShardMachine machine, string key, string value) =>
        machine.Apply(KeyCommand.Put(Encoding.UTF8.GetBytes(key), Encoding.UTF8.GetBytes(value)).Encode(), 1, 1);

    private static void Delete(ShardMachine machine, string key) => machine.Apply(KeyCommand.Delete(Encoding.UTF8.GetBytes(key)).Encode(), 1, 1);

    private static void Say(ShardMachine machine, string room, string text) => machine.Apply(new SendMessageCommand(room, "ann", text).Encode(), 1, 1);
}
