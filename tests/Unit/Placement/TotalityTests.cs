using NUnit.Framework;
using PaxosShard.Hashing;
using PaxosShard.Replica.Core.Execution;
using PaxosShard.Replica.Core.Steps;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;
using PaxosShard.Wire.Placement;
using static PaxosShard.Tests.Unit.Placement.PlacementGroup;

namespace PaxosShard.Tests.Unit.Placement;

/// <summary>Whatever the bytes are, there is an answer, and what is malformed changes nothing.</summary>
public sealed class TotalityTests
{
    private static readonly byte[][] _wellFormed =
    [
        Add(3), Add(1, 2), Remove(1), Move(1, 1, 2, 3), Cancel(2), Advance(2, JobStep.Copying, JobStep.Draining), Finish(2, new GroupId(1)),
        new ReadConfigurationQuery(1).Encode(), new ReadJobsQuery(1, 5).Encode(), new WatchConfigurationQuery(1, 1000).Encode(),
    ];

    [Test]
    public void Random_bytes_are_answered([Range(1, 5)] int seed)
    {
        Random random = new(seed);
        PlacementGroup group = Of(1, 2);
        group.Accept(Add(3));
        for (int count = 0; count < 2000; count++)
        {
            byte[] bytes = new byte[random.Next(40)];
            random.NextBytes(bytes);
            if (bytes.Length > 5 && random.Next(2) == 0)
            {
                bytes[0] = (byte)(random.Next(2) == 0 ? random.Next(0x20, 0x26) : random.Next(0xA0, 0xA3));
                bytes.AsSpan(1, 4).Clear();
            }

            AssertAnswered(group, bytes);
        }
    }

    [Test]
    public void Well_formed_commands_with_a_byte_changed_are_answered()
    {
        Random random = new(2);
        PlacementGroup group = Of(1, 2);
        foreach (byte[] bytes in _wellFormed)
        {
            for (int place = 0; place < bytes.Length; place++)
            {
                byte[] changed = [.. bytes];
                changed[place] ^= (byte)(1 << random.Next(8));
                AssertAnswered(group, changed);
            }
        }
    }

    [Test]
    public void Every_truncation_and_every_byte_too_much_is_malformed()
    {
        PlacementGroup group = Of(1, 2);
        ulong hash = group.Machine.Hash;
        foreach (byte[] bytes in _wellFormed)
        {
            for (int length = 0; length < bytes.Length; length++)
                AssertMalformed(group, bytes[..length]);
            AssertMalformed(group, [.. bytes, 0]);
        }

        Assert.That(group.Machine.Hash, Is.EqualTo(hash));
    }

    [Test]
    public void Commands_with_a_name_are_malformed()
    {
        PlacementGroup group = Of(1, 2);
        foreach (byte[] bytes in _wellFormed)
            AssertMalformed(group, [bytes[0], 0, 0, 0, 1, (byte)'a', .. bytes[5..]]);
    }

    [Test]
    public void Steps_and_numbers_that_there_are_not_are_malformed()
    {
        PlacementGroup group = Of(1, 2);

        AssertMalformed(group, Advance(2, (JobStep)9, JobStep.Draining));
        AssertMalformed(group, Cancel(-1));
        AssertMalformed(group, new ReadConfigurationQuery(-2).Encode());
        AssertMalformed(group, new ReadJobsQuery(-1, 1).Encode());
        AssertMalformed(group, new WatchConfigurationQuery(-2, 1).Encode());
    }

    [Test]
    public void Commands_of_rooms_and_keys_are_malformed()
    {
        PlacementGroup group = Of(1, 2);

        AssertMalformed(group, new SendMessageCommand("lobby", "ann", "hello").Encode());
        AssertMalformed(group, KeyCommand.Put("key"u8.ToArray(), "value"u8.ToArray()).Encode());
        AssertMalformed(group, new ListRoomsQuery("", 5).Encode());
        AssertMalformed(group, new FollowRoomQuery("lobby", 1, 1000).Encode());
    }

    [Test]
    public void What_writes_reads_or_waits_is_known_by_its_first_byte()
    {
        PlacementGroup group = new();
        foreach (PlacementCommandKind kind in Enum.GetValues<PlacementCommandKind>())
        {
            CommandClass expected = kind switch
            {
                PlacementCommandKind.WatchConfiguration or PlacementCommandKind.WatchJob => CommandClass.Wait,
                PlacementCommandKind.ReadConfiguration or PlacementCommandKind.ReadJobs => CommandClass.Read,
                _ => CommandClass.Write,
            };
            Assert.That(group.Machine.Classify([(byte)kind]), Is.EqualTo(expected));
        }

        Assert.That(group.Machine.Classify([0x81]), Is.EqualTo(CommandClass.Read), "it is for another group");
        Assert.That(Enum.GetValues<PlacementCommandKind>().Select(static kind => (byte)kind).Intersect(Enum.GetValues<CommandKind>().Select(static kind => (byte)kind)), Is.Empty);
    }

    [Test]
    public void All_commands_are_of_the_same_arc()
    {
        Assert.That(_wellFormed.Select(static bytes => Arc.Of(CommandPart.NameIn(bytes))), Is.All.EqualTo(Arc.Of([])));
    }

    private static void AssertAnswered(PlacementGroup group, byte[] bytes)
    {
        Assert.DoesNotThrow(() => group.Apply(bytes));
        Assert.DoesNotThrow(() => group.Machine.Read(bytes));
        Assert.DoesNotThrow(() => group.Machine.TryAnswer(bytes, out _));
    }

    private static void AssertMalformed(PlacementGroup group, byte[] bytes)
    {
        CommandResult? waited = group.Machine.TryAnswer(bytes, out _);
        Assert.That(new[] { group.Apply(bytes).Status, group.Machine.Read(bytes).Status, waited!.Value.Status }, Is.All.EqualTo(ReplyStatus.Malformed));
    }
}
