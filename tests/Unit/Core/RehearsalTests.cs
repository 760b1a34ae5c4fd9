using NUnit.Framework;
using PaxosShard.Master.Core;
using PaxosShard.Replica.Core;
using PaxosShard.Replica.Core.Execution;
using PaxosShard.Replica.Machines;
using PaxosShard.Wire.Commands;

namespace PaxosShard.Tests.Unit.Core;

/// <summary>A rehearsal goes through everything that it is for, whatever the machine is.</summary>
[TestFixture]
internal sealed class RehearsalTests
{
    private static readonly ReadOnlyMemory<byte>[] _commands = [KeyCommand.Put("key"u8.ToArray(), "value"u8.ToArray()).Encode(), KeyCommand.Get("key"u8.ToArray()).Encode()];

    private static IEnumerable<TestCaseData> Machines =>
    [
        new TestCaseData((Func<IStateMachine>)(static () => new ShardMachine())).SetArgDisplayNames("shard"),
        new TestCaseData((Func<IStateMachine>)(static () => new PlacementMachine())).SetArgDisplayNames("placement"),
    ];

    [TestCaseSource(nameof(Machines))]
    public void It_comes_to_its_end(Func<IStateMachine> machine)
    {
        List<IStateMachine> made = [];

        bool isWhole = Rehearsal.Run(Make, static _ => _commands);

        Assert.That(isWhole, Is.True);
        Assert.That(made, Has.Count.EqualTo(3));

        IStateMachine Make()
        {
            made.Add(machine());
            return made[^1];
        }
    }

    [Test]
    public void Its_commands_are_executed()
    {
        List<ShardMachine> made = [];

        Rehearsal.Run(Make, static _ => _commands);

        Assert.That(made.Select(static machine => machine.Keys.Count), Is.All.EqualTo(1));

        ShardMachine Make()
        {
            made.Add(new ShardMachine());
            return made[^1];
        }
    }
}
