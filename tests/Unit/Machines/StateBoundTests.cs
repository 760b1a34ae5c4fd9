using System.Text;
using NUnit.Framework;
using PaxosShard.Replica.Core.Steps;
using PaxosShard.Replica.Machines;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Tests.Unit.Machines;

/// <summary>One bound for all that the machine holds: keys, values, rooms and messages.</summary>
public sealed class StateBoundTests
{
    private const string Full = "Rejected: the state is full: nothing that makes it larger is taken; deletes and shorter values go on";

    // The room "lobby", and a message of "ann" with 5 bytes of text.
    private const long Room = 512 + (3 * 5);
    private const long Message = 3 + 5 + 32;

    [Test]
    public void A_message_counts_its_author_and_text_and_32_and_a_room_three_times_its_name_and_512()
    {
        ShardMachine machine = new(stateBytes: Room + (2 * Message));

        Assert.That(Say(machine, "lobby", "hello"), Is.EqualTo("1"));
        Assert.That(machine.StateBytes, Is.EqualTo(Room + Message));
        Assert.That(Say(machine, "lobby", "longer"), Is.EqualTo(Full));
        Assert.That(Say(machine, "lobby", "world"), Is.EqualTo("2"), "a rejected message takes no number");
        Assert.That(machine.StateBytes, Is.EqualTo(Room + (2 * Message)));
        Assert.That(Say(machine, "lobby", "x"), Is.EqualTo(Full));
        Assert.That(machine.Occupancy, Is.EqualTo(new Occupancy(Room + (2 * Message), Room + (2 * Message))));
    }

    [Test]
    public void A_full_state_takes_no_new_room_and_one_that_was_rejected_is_not_there()
    {
        ShardMachine machine = new(stateBytes: Room + Message - 1);

        Assert.That(Say(machine, "lobby", "hello"), Is.EqualTo(Full));

        Assert.That(machine.StateBytes, Is.Zero);
        Assert.That(ListRoomsResult.Decode(machine.Read(new ListRoomsQuery("", 10).Encode()).Payload.Span).Total, Is.Zero);
        Assert.That(Say(machine, "lobby", "hell"), Is.EqualTo("1"));
    }

    [Test]
    public void Keys_and_rooms_share_the_bound()
    {
        ShardMachine machine = new(stateBytes: Room + Message + 128 + 4);

        Assert.That(Say(machine, "lobby", "hello"), Is.EqualTo("1"));
        Assert.That(Run(machine, KeyCommand.Put("key"u8.ToArray(), "12"u8.ToArray())), Is.EqualTo(Full));
        Assert.That(Run(machine, KeyCommand.Put("key"u8.ToArray(), "1"u8.ToArray())), Is.EqualTo("Ok"));
        Assert.That(Say(machine, "lobby", "x"), Is.EqualTo(Full));
        Assert.That(Run(machine, KeyCommand.Delete("key"u8.ToArray())), Is.EqualTo("Ok"));
        Assert.That(Say(machine, "lobby", "hello"), Is.EqualTo("2"));
    }

    [Test]
    public void Memory_of_keys_and_messages_is_less_than_they_count_for_and_a_third([Values(10, 100, 1000, 20_000)] int length)
    {
        ShardMachine machine = new();
        byte[] value = new byte[length];
        string text = new('t', length);
        for (int number = 0; machine.StateBytes < 40_000_000; number++)
        {
            machine.Apply(KeyCommand.Put(Encoding.UTF8.GetBytes($"key {number}"), value).Encode(), 1, 1);
            machine.Apply(new SendMessageCommand("lobby", "ann", text).Encode(), 1, 1);
        }

        Assert.That(machine.Keys.BlockBytes + machine.Rooms.BlockBytes, Is.LessThan(machine.StateBytes * 4 / 3));
    }

    private static string Run(ShardMachine machine, KeyCommand command) => Answer(machine.Apply(command.Encode(), 1, 1));

    private static string Say(ShardMachine machine, string room, string text) =>
        Answer(machine.Apply(new SendMessageCommand(room, "ann", text).Encode(), 1, 1));

    private static string Answer(CommandResult result) => result.Status switch
    {
        ReplyStatus.Ok when result.Payload.Length == sizeof(long) => $"{SendMessageResult.Decode(result.Payload.Span).Number}",
        ReplyStatus.Ok => "Ok",
        _ => $"{result.Status}: {Encoding.UTF8.GetString(result.Payload.Span)}",
    };
}
