using NUnit.Framework;
using PaxosShard.Replica.Core.Steps;
using PaxosShard.Replica.Node.Faults;
using PaxosShard.Wire;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Entries;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;
using PaxosShard.Wire.Moves;

namespace PaxosShard.Tests.Unit.Node;

/// <summary>A replica dies where a drill says so, and nowhere else.</summary>
public sealed class KillSwitchTests
{
    private static readonly byte[] _put = KeyCommand.Put("key"u8.ToArray(), "value"u8.ToArray()).Encode();
    private static readonly byte[] _drop = new DropArcsCommand(1, new GroupId(2)).Encode();

    private static readonly Dictionary<byte, string> _atDrop = new() { [(byte)CommandKind.DropArcs] = "drop-arcs" };

    private int _kills;

    [SetUp]
    public void Forget() => _kills = 0;

    [Test]
    public void The_primary_dies_at_a_command_of_the_kind_wherever_it_stands_in_its_entry()
    {
        KillSwitch killSwitch = Switch(new FaultOptions { CrashAt = _atDrop });

        killSwitch.OnStep([Executed(_put), Executed()], isPrimary: true);
        Assert.That(_kills, Is.Zero, "another command, and a no-op");
        killSwitch.OnStep([Executed(_drop)], isPrimary: false);
        Assert.That(_kills, Is.Zero, "no primary");
        killSwitch.OnStep([Executed(_put), Executed(_put, _drop)], isPrimary: true);
        Assert.That(_kills, Is.EqualTo(1));
    }

    [Test]
    public void Nobody_dies_who_was_not_told_to()
    {
        Switch(new FaultOptions()).OnStep([Executed(_drop)], isPrimary: true);

        Assert.That(_kills, Is.Zero);
    }

    [Test]
    public void Of_all_that_look_at_the_same_file_one_dies_and_only_while_it_is_there()
    {
        string folder = Directory.CreateTempSubdirectory("px-kill-").FullName;
        try
        {
            string file = Path.Combine(folder, "drop-arcs");
            FaultOptions options = new() { CrashAt = _atDrop, CrashDirectory = folder };
            KillSwitch one = Switch(options);
            KillSwitch other = Switch(options);

            one.OnStep([Executed(_drop)], isPrimary: true);
            Assert.That(_kills, Is.Zero, "no file");
            File.WriteAllText(file, "");
            one.OnStep([Executed(_put)], isPrimary: true);
            Assert.That(File.Exists(file), Is.True, "another command takes nothing away");
            one.OnStep([Executed(_drop)], isPrimary: true);
            other.OnStep([Executed(_drop)], isPrimary: true);

            Assert.That(_kills, Is.EqualTo(1));
            Assert.That(Directory.EnumerateFileSystemEntries(folder), Is.Empty);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Test]
    public void It_dies_once_enough_slots_are_executed()
    {
        KillSwitch killSwitch = Switch(new FaultOptions { KillAfterSlots = 3 });

        killSwitch.OnExecuted(2);
        Assert.That(_kills, Is.Zero);
        killSwitch.OnExecuted(1);
        Assert.That(_kills, Is.EqualTo(1));
    }

    [Test]
    public void A_directory_without_a_command_says_nothing() =>
        Assert.That(new FaultOptions { CrashDirectory = "/tmp" }.Validate, Throws.InstanceOf<InvalidOptionsException>());

    private static Decision Executed(params byte[][] commands)
    {
        EntryBuilder builder = new(Limits.Entry, Limits.CommandsPerEntry);
        long sequence = 0;
        foreach (byte[] command in commands)
            builder.TryAdd(new ClientRequest(new SessionId(1), new SequenceNumber(++sequence), SequenceNumber.None, SequenceNumber.None, command));
        return new Decision(new Slot(1), commands.Length == 0 ? Entry.NoOp : builder.Build(default), 0);
    }

    private KillSwitch Switch(FaultOptions options) => new(options, () => _kills++);
}
