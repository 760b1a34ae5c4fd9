using System.Text;
using NUnit.Framework;
using PaxosShard.Replica.Machines;
using PaxosShard.Replica.Machines.Exports;
using PaxosShard.Replica.Machines.Rooms;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Identifiers;

namespace PaxosShard.Tests.Unit.Machines.Exports;

/// <summary>What an export keeps of old versions and for how long, and how long its pieces are.</summary>
public sealed class ExportBoundsTests
{
    private const int PerKey = 128;
    private const int PerMessage = 3 + 5 + 32;

    private ShardMachine _machine = null!;

    [SetUp]
    public void StartEmpty() => _machine = new ShardMachine();

    [Test]
    public void An_old_value_is_kept_until_the_piece_that_it_stands_in()
    {
        (string first, string second, string later) = ThreeKeys();
        ShardMachineExport export = _machine.BeginExport(new Slot(1));
        long all = (3 * PerKey) + first.Length + second.Length + later.Length + 30;

        ExportPieces.Next(export, 1);
        Assert.That(export.KeptBytes, Is.Zero);
        foreach (string key in new[] { first, second, later, second, later })
            Put(key, "newer");
        Delete(second);
        Assert.That(export.KeptBytes, Is.EqualTo(all));

        Assert.That(ExportPieces.Lines([ExportPieces.Next(export, 1)!])[0], Does.EndWith(Hex("0123456789")));
        Assert.That(export.KeptBytes, Is.EqualTo(all - PerKey - first.Length - 10));
        Assert.That(ExportPieces.Lines([ExportPieces.Next(export, 1)!])[0], Does.EndWith(Hex("0123456789")));
        Assert.That(export.KeptBytes, Is.EqualTo(PerKey + later.Length + 10));
        Assert.That(ExportPieces.Lines([ExportPieces.Next(export, 1)!])[0], Does.EndWith(Hex("0123456789")));
        Assert.That(export.KeptBytes, Is.Zero);
    }

    [Test]
    public void Behind_the_export_nothing_is_kept_whatever_is_overwritten_deleted_or_made()
    {
        (string first, string second, string later) = ThreeKeys();
        ShardMachineExport export = _machine.BeginExport(new Slot(1));
        ExportPieces.Next(export, 1);
        ExportPieces.Next(export, 1);

        Put(first, "newer");
        Delete(first);
        Put(first, "newest");
        Assert.That(export.KeptBytes, Is.Zero, "in the arc that it is in");

        ExportPieces.Next(export, 1);
        ExportPieces.Next(export, 1);
        foreach (string key in new[] { first, second, later })
            Delete(key);
        Put("another", "value");
        Assert.That(ExportPieces.Next(export, 1), Is.Not.Null);
        Assert.That((export.KeptBytes, export.IsOver), Is.EqualTo((0L, true)));
    }

    [Test]
    public void A_key_that_was_not_there_counts_until_the_export_comes_to_its_arc()
    {
        (_, _, string later) = ThreeKeys();
        string made = RunningShard.NamesIn(9, 2).Last();
        ShardMachineExport export = _machine.BeginExport(new Slot(1));

        Put(made, "value");
        Delete(made);
        Put(made, "another");

        Assert.That(export.KeptBytes, Is.EqualTo(PerKey + made.Length));
        string lines = string.Join('\n', ExportPieces.Lines([ExportPieces.Next(export, 1)!, ExportPieces.Next(export, 10_000)!]));
        Assert.That(lines, Does.Contain($"key {Hex(later)} "));
        Assert.That(lines, Does.Not.Contain($"key {Hex(made)} "));
        Assert.That(export.KeptBytes, Is.Zero);
    }

    [Test]
    public void Keys_that_come_and_go_before_the_export_has_come_to_them_leave_nothing_behind()
    {
        (string first, _, _) = ThreeKeys();
        ShardMachineExport export = _machine.BeginExport(new Slot(1));
        ExportPieces.Next(export, 1);

        for (int number = 0; number < 1000; number++)
        {
            Put($"passing {number}", "value");
            Delete($"passing {number}");
        }

        Assert.That(export.KeptBytes, Is.Zero);
        Delete(first);
        Put(first, "newer");
        Delete(first);
        Assert.That(export.KeptBytes, Is.EqualTo(PerKey + first.Length + 10), "what was there is kept, whatever comes in its place");
        Assert.That(ExportPieces.Lines([ExportPieces.Next(export, 1)!])[0], Does.EndWith(Hex("0123456789")));
    }

    [Test]
    public void Trimmed_messages_are_kept_until_the_piece_in_which_their_room_ends()
    {
        _machine = new ShardMachine(retention: new RoomRetention(Messages: 2, Bytes: 0, Age: 0));
        Say(2);
        ShardMachineExport export = _machine.BeginExport(new Slot(1));
        ExportPieces.Next(export, 1);

        Say(3);
        Assert.That(export.KeptBytes, Is.EqualTo(3 * PerMessage));
        Assert.That(ExportPieces.Lines([ExportPieces.Next(export, 1)!])[0], Does.Contain(" 1 1 1 "));
        Say(1);
        Assert.That(export.KeptBytes, Is.EqualTo(4 * PerMessage));
        Assert.That(ExportPieces.Lines([ExportPieces.Next(export, 1)!])[0], Does.Contain(" 2 1 1 "));

        Say(1);
        Assert.That(export.KeptBytes, Is.Zero);
        ExportPieces.Next(export, 1);
        Assert.That(export.IsOver);
        Assert.That(ExportPieces.Lines(ExportPieces.Of(_machine, 1000)).Select(static line => line.Split(' ')[3]), Is.EqualTo(new[] { "6", "7" }));
    }

    [Test]
    public void A_room_that_is_made_or_passed_keeps_nothing_of_what_is_trimmed_and_a_cancelled_export_gives_back_what_was()
    {
        _machine = new ShardMachine(retention: new RoomRetention(Messages: 1, Bytes: 0, Age: 0));
        ShardMachineExport export = _machine.BeginExport(new Slot(1));
        Say(3);
        Assert.That(export.KeptBytes, Is.Zero, "the room was made since");
        export.Cancel();

        export = _machine.BeginExport(new Slot(2));
        Say(3);
        Assert.That(export.KeptBytes, Is.EqualTo(3 * PerMessage));
        export.Cancel();

        Assert.That(export.KeptBytes, Is.Zero);
        Assert.That(ExportPieces.Lines(ExportPieces.Of(_machine, 1000)), Has.Count.EqualTo(1));
    }

    [Test]
    public void The_memory_of_a_large_old_value_is_given_back_when_it_was_written_or_the_export_is_cancelled([Values] bool isCancelled)
    {
        const int Large = 300_000;
        Put("key", new string('x', Large));
        ShardMachineExport export = _machine.BeginExport(new Slot(1));
        ExportPieces.Next(export, 1);
        Put("key", "short");
        long during = _machine.Keys.BlockBytes;

        if (isCancelled)
            export.Cancel();
        else
            Assert.That(ExportPieces.Lines([ExportPieces.Next(export, 1)!])[0], Has.Length.GreaterThan(2 * Large));

        Assert.That(during - _machine.Keys.BlockBytes, Is.EqualTo(Large));
    }

    [Test]
    public void Pieces_are_as_long_as_wanted_or_longer_by_one_record_or_message_at_most()
    {
        const int Wanted = 4000;
        const int LongestRecord = 5100;
        for (int number = 0; number < 500; number++)
            _machine.Apply(new SendMessageCommand("lobby", "ann", new string('t', 100)).Encode(), number, number);
        for (int number = 1; number <= 100; number++)
            Put($"key {number}", new string('v', number * 50));

        List<byte[]> pieces = ExportPieces.Of(_machine, Wanted);

        Assert.That(pieces, Has.Count.GreaterThan(30));
        Assert.That(pieces[1..^2].Select(static piece => piece.Length), Is.All.InRange(Wanted, Wanted + LongestRecord));
        Assert.That(pieces[^2], Has.Length.LessThanOrEqualTo(Wanted + LongestRecord));
        Assert.That(ExportPieces.Import(new ShardMachine(), pieces).IsComplete);
    }

    [Test]
    public void Very_many_small_rooms_and_keys_make_more_pieces_and_not_longer_steps()
    {
        const int Each = ShardMachineExport.RecordsPerPiece;
        for (int number = 0; number < Each; number++)
        {
            _machine.Apply(new SendMessageCommand($"{number}", "ann", "hello").Encode(), number, number);
            Put($"{number}", "v");
        }

        List<byte[]> pieces = ExportPieces.Of(_machine, 1024 * 1024);

        Assert.That(pieces, Has.Count.EqualTo(1 + 2 + 1));
        Assert.That(pieces[1..^1].Select(static piece => ExportPieces.Lines([piece]).Count), Is.All.EqualTo(Each));
        Assert.That(ExportPieces.Import(new ShardMachine(), pieces).IsComplete);
    }

    [Test]
    public void A_machine_in_which_nothing_is_has_a_head_and_a_foot()
    {
        List<byte[]> pieces = ExportPieces.Of(_machine, 1);

        Assert.That(pieces, Has.Count.EqualTo(2));
        Assert.That(ExportPieces.Import(new ShardMachine(), pieces).IsComplete);
    }

    [Test]
    public void There_is_one_export_at_a_time()
    {
        ShardMachineExport export = _machine.BeginExport(new Slot(1));
        Assert.That(() => _machine.BeginExport(new Slot(2)), Throws.InvalidOperationException);

        export.Cancel();
        export.Cancel();

        ShardMachineExport second = _machine.BeginExport(new Slot(2));
        export.Cancel();
        Assert.That(ExportPieces.Next(second, 1), Is.Not.Null, "the second one is not cancelled with the first");
        Assert.That(() => _machine.BeginExport(new Slot(3)), Throws.InvalidOperationException);
    }

    [Test]
    public void A_piece_has_bytes() =>
        Assert.That(() => ExportPieces.Next(_machine.BeginExport(new Slot(1)), 0), Throws.TypeOf<ArgumentOutOfRangeException>());

    private static string Hex(string text) => Convert.ToHexString(Encoding.UTF8.GetBytes(text));

    /// <summary>Three keys with values of 10 bytes: two of the same arc in their order, and one of a later arc.</summary>
    private (string First, string Second, string Later) ThreeKeys()
    {
        string[] keys = [.. RunningShard.NamesIn(5, 2).Order(StringComparer.Ordinal), .. RunningShard.NamesIn(9, 1)];
        foreach (string key in keys)
            Put(key, "0123456789");
        return (keys[0], keys[1], keys[2]);
    }

    private void Say(int count)
    {
        for (; count > 0; count--)
            _machine.Apply(new SendMessageCommand("lobby", "ann", "hello").Encode(), 1, 1);
    }

    private void Put(string key, string value) =>
        _machine.Apply(KeyCommand.Put(Encoding.UTF8.GetBytes(key), Encoding.UTF8.GetBytes(value)).Encode(), 1, 1);

    private void Delete(string key) => _machine.Apply(KeyCommand.Delete(Encoding.UTF8.GetBytes(key)).Encode(), 1, 1);
}
