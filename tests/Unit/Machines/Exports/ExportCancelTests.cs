using System.Text;
using NUnit.Framework;
using PaxosShard.Replica.Machines;
using PaxosShard.Replica.Machines.Exports;
using PaxosShard.Replica.Machines.Rooms;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Identifiers;

namespace PaxosShard.Tests.Unit.Machines.Exports;

/// <summary>A cancelled export gives back what it keeps in parts, so that no step is long, and keeps nothing more meanwhile.</summary>
public sealed class ExportCancelTests
{
    private const int Calls = 3;

    [Test]
    public void Old_versions_of_keys_are_given_back_in_parts()
    {
        const int Keys = (Calls - 1) * ShardMachineExport.KeysGivenBack;
        ShardMachine machine = new();
        Put(machine, Keys, new string('b', 300));
        ShardMachineExport export = machine.BeginExport(new Slot(1));
        ExportPieces.Next(export, 1);
        long before = machine.Keys.BlockBytes;
        Put(machine, Keys, new string('l', 600));
        long kept = export.KeptBytes;

        export.Cancel();

        Assert.That(export.IsOver, Is.False);
        Assert.That(export.KeptBytes, Is.InRange(kept / 4, 3 * kept / 4));
        Assert.That(CallsUntilOver(export), Is.EqualTo(Calls - 1));
        Assert.That(export.KeptBytes, Is.Zero);
        Put(machine, Keys, new string('b', 300));
        Assert.That(machine.Keys.BlockBytes, Is.EqualTo(before), "the places of all names and values that were kept are free");
    }

    [Test]
    public void Trimmed_messages_are_given_back_in_parts()
    {
        const int Rooms = (Calls - 1) * ShardMachineExport.RoomsGivenBack;
        ShardMachine machine = new(retention: new RoomRetention(Messages: 1, Bytes: 0, Age: 0));
        Say(machine, Rooms);
        ShardMachineExport export = machine.BeginExport(new Slot(1));
        Say(machine, Rooms);
        long kept = export.KeptBytes;

        export.Cancel();

        Assert.That((export.IsOver, export.KeptBytes), Is.EqualTo((false, kept / 2)));
        Assert.That(CallsUntilOver(export), Is.EqualTo(Calls - 1));
        Assert.That(export.KeptBytes, Is.Zero);
    }

    [Test]
    public void Trimmed_messages_of_a_room_that_are_very_many_are_given_back_with_the_messages_that_follow()
    {
        // So long that each has a chunk of its own; a message that follows gives back 128 of them.
        const int Messages = ChatRooms.ChunksGivenBack + 200;
        ShardMachine machine = new(retention: new RoomRetention(Messages: 1, Bytes: 0, Age: 0));
        string text = new('t', 17_000);
        machine.Apply(new SendMessageCommand("large", "ann", text).Encode(), 1, 1);
        ShardMachineExport export = machine.BeginExport(new Slot(1));
        for (int number = 0; number < Messages; number++)
            machine.Apply(new SendMessageCommand("large", "ann", text).Encode(), 1, 1);
        long before = machine.Rooms.BlockBytes;

        export.Cancel();

        Assert.That((export.IsOver, export.KeptBytes, machine.Rooms.Releasing), Is.EqualTo((true, 0L, 1)));
        Assert.That(machine.Rooms.BlockBytes, Is.InRange(1L, before / 2));
        Say(machine, 1);
        Assert.That(machine.Rooms.Releasing, Is.EqualTo(1));
        Say(machine, 1);
        Assert.That(machine.Rooms.Releasing, Is.Zero);
        Assert.That(machine.Rooms.BlockBytes, Is.LessThan(4 * 1024 * 1024));
        Assert.That(ExportPieces.Lines(ExportPieces.Of(machine, 1000)), Has.Count.EqualTo(2));
    }

    [Test]
    public void From_the_first_call_on_nothing_more_is_kept_or_written_and_the_next_export_begins_when_all_is_given_back()
    {
        const int Keys = 2 * ShardMachineExport.KeysGivenBack;
        ShardMachine machine = new(retention: new RoomRetention(Messages: 1, Bytes: 0, Age: 0));
        Say(machine, 3);
        Put(machine, Keys, "before");
        ShardMachineExport export = machine.BeginExport(new Slot(1));
        Put(machine, Keys - 1, "after");
        Say(machine, 1);
        export.Cancel();
        long kept = export.KeptBytes;

        Put(machine, Keys + 10, "later");
        Say(machine, 4);

        Assert.That(export.KeptBytes, Is.EqualTo(kept));
        Assert.That(ExportPieces.Next(export, 100), Is.Null);
        Assert.That(() => machine.BeginExport(new Slot(2)), Throws.InvalidOperationException);
        CallsUntilOver(export);
        Assert.That(ExportPieces.Lines(ExportPieces.Of(machine, 1000)), Has.Count.EqualTo(Keys + 10 + 4));
    }

    private static int CallsUntilOver(ShardMachineExport export)
    {
        int calls = 0;
        for (; !export.IsOver && calls < 100; calls++)
            export.Cancel();
        return calls;
    }

    private static void Put(ShardMachine machine, int keys, string value)
    {
        for (int number = 0; number < keys; number++)
            machine.Apply(KeyCommand.Put(Encoding.UTF8.GetBytes($"key {number}"), Encoding.UTF8.GetBytes(value)).Encode(), 1, 1);
    }

    private static void Say(ShardMachine machine, int rooms)
    {
        for (int number = 0; number < rooms; number++)
            machine.Apply(new SendMessageCommand($"room {number}", "ann", "hello").Encode(), 1, 1);
    }
}
