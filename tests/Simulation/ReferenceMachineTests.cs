using NUnit.Framework;
using PaxosShard.Replica.Core.Steps;
using PaxosShard.Replica.Machines;
using PaxosShard.Replica.Machines.Rooms;
using PaxosShard.Simulator.Checks;
using PaxosShard.Simulator.Randomness;
using PaxosShard.Wire.Commands;

namespace PaxosShard.Tests.Simulation;

/// <summary>The machine of the checkers and that of the product, run side by side: what differs is a mistake in one of them.</summary>
[TestFixture]
public sealed class ReferenceMachineTests
{
    [Test]
    public void Random_commands_give_the_same_results_hashes_and_messages(
        [Values(0L, 1_000L, 5_000L, ShardMachine.DefaultStateBytes)] long stateBytes, [Values(0, 5)] int messages, [Values(0, 200)] int bytes, [Values(0, 60)] int age)
    {
        RandomStream random = RandomStream.Named(7, "commands");
        List<SentMessage> sent = [];
        List<SentMessage> expected = [];
        RoomRetention retention = new(messages, bytes, age);
        ShardMachine machine = new(stateBytes: stateBytes, retention: retention, onSent: sent.Add);
        ReferenceMachine reference = new(stateBytes, retention, expected.Add);
        for (int index = 0; index < 1_000; index++)
        {
            byte[] command = Draw(random);

            CommandResult result = machine.Apply(command, index, index);
            CommandResult other = reference.Apply(command, index, index);

            Assert.That((result.Status, Convert.ToHexString(result.Payload.ToArray())), Is.EqualTo((other.Status, Convert.ToHexString(other.Payload.ToArray()))), $"command {index}");
            Assert.That(machine.Hash, Is.EqualTo(reference.Hash), $"after command {index}");
            Assert.That(machine.Occupancy, Is.EqualTo(reference.Occupancy), $"after command {index}");
        }

        Assert.That(sent.ConvertAll(Describe), Is.EqualTo(expected.ConvertAll(Describe)));
    }

    private static byte[] Draw(RandomStream random)
    {
        byte[] key = new byte[random.Below(4) % 3];
        key.AsSpan().Fill((byte)random.Between('a', 'c'));
        byte[] value = new byte[random.Below(40)];
        value.AsSpan().Fill((byte)random.Between('a', 'c'));
        byte[] expected = new byte[random.Below(3)];
        expected.AsSpan().Fill((byte)random.Between('a', 'c'));
        string room = new((char)random.Between('a', 'c'), random.Below(3));
        byte[] command = random.Below(7) switch
        {
            0 or 1 => KeyCommand.Put(key, value).Encode(),
            2 => KeyCommand.Append(key, value).Encode(),
            3 => KeyCommand.Delete(key).Encode(),
            4 => KeyCommand.CompareAndSet(key, expected, value.AsMemory(0, Math.Min(2, value.Length))).Encode(),
            5 => KeyCommand.CompareAndSet(key, expected: null, value).Encode(),
            _ => new SendMessageCommand(room, "author", random.Chance(1, 8) ? "" : "text").Encode(),
        };
        return random.Chance(1, 30) ? command[..random.Below(command.Length)] : command;
    }

    private static string Describe(SentMessage sent) =>
        $"{sent.Room} {sent.Number} {sent.Timestamp} {Convert.ToHexString(sent.Author.Span)} {Convert.ToHexString(sent.Text.Span)}";
}
