using System.Text;
using NUnit.Framework;
using PaxosShard.Hashing;
using PaxosShard.Replica.Machines;
using PaxosShard.Wire.Commands;

namespace PaxosShard.Tests.Unit.Machines.Exports;

/// <summary>The bytes of an export must not change: exports lie on disks and go between replicas of two builds.</summary>
public sealed class ExportGoldenTests
{
    private const ulong Golden = 0x950ea67fe292c47a;

    [Test]
    public void The_export_of_a_known_state_has_a_golden_hash()
    {
        ShardMachine machine = new();
        for (int number = 0; number < 40; number++)
        {
            byte[] name = Encoding.UTF8.GetBytes($"name {number % 15}");
            machine.Apply(new SendMessageCommand($"room {number % 7}", $"author {number % 3}", $"text {number}").Encode(), 1_700_000_000_000 + number, 1_700_000_000_000 + (2 * number));
            machine.Apply(KeyCommand.Append(name, Encoding.UTF8.GetBytes($"value {number}")).Encode(), 1_700_000_000_000 + number, 1_700_000_000_000 + (2 * number));
            if (number % 4 == 0)
                machine.Apply(KeyCommand.Delete(name).Encode(), 1_700_000_000_000 + number, 1_700_000_000_000 + (2 * number));
        }

        byte[] bytes = [.. ExportPieces.Of(machine, 200).SelectMany(static piece => piece)];

        Assert.That($"{StableHash64.Of(bytes):x16}", Is.EqualTo($"{Golden:x16}"));
    }
}
