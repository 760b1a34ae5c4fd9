using NUnit.Framework;
using PaxosShard.Replica.Core.Execution;
using PaxosShard.Simulator.Moves.Checks;
using PaxosShard.Tests.Unit.Machines.Moves;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Entries;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;
using static PaxosShard.Tests.Unit.Machines.Moves.TwoShards;
using static PaxosShard.Tests.Unit.Machines.Queues.GatedShard;

namespace PaxosShard.Tests.Unit.Machines.Queues;

/// <summary>The order in which a check of simulated runs takes what an entry has led to: what goes out of a queue and is placed again has its effect at the second place alone.</summary>
[TestFixture]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class QueuedCommandsTests
{
    private static readonly string _x = Staying(1);

    private readonly MovingShard _shard = new TwoShards().Source;
    private readonly QueuedCommands _queued = new();

    [Test]
    public void What_went_in_an_earlier_entry_runs_behind_the_entry_that_has_placed_it_again()
    {
        Assert.That(Run((Place(), FarGate)), Is.EqualTo("placed"));
        PlacementToken first = _shard.State.Queues.Find(Session, 2)!.Token;
        Assert.That(Run((Settle(Session, 2, first, opens: false), null)), Is.EqualTo("settled"));

        Assert.That(Run((Place(), FarGate), (Settle(Session, 2, InNextSlot(first), opens: true), null)), Is.EqualTo("placed ran settled"));
    }

    [Test]
    public void What_an_entry_has_placed_and_taken_out_again_runs_behind_the_next_entry_that_places_it()
    {
        Run((Place(), FarGate));
        PlacementToken first = _shard.State.Queues.Find(Session, 2)!.Token;
        Run((Settle(Session, 2, first, opens: false), null));

        Assert.That(Run((Place(), FarGate), (Settle(Session, 2, InNextSlot(first), opens: false), null)), Is.EqualTo("placed settled"));
        Assert.That(Run((Place(), FarGate), (Settle(Session, 2, InNextSlot(first), opens: true), null)), Is.EqualTo("placed ran settled"));
    }

    private static ClientRequest Place() => Append(Session, 2, _x, previous: 1);

    private PlacementToken InNextSlot(PlacementToken first) => first with { Slot = _shard.State.Executed.Next };

    private string Run(params (ClientRequest Request, Gate? Gate)[] commands)
    {
        Entry entry = EntryOf(_shard.Time++, commands);
        List<ClientReply> replies = [];
        _shard.State.Execute(_shard.State.Executed.Next, entry, replies);
        return string.Join(' ', _queued.InOrder(entry, replies, _shard.State).Select(static executed =>
            executed.IsDrained ? "ran" : SettleGateCommand.Is(executed.Command.Command.Span) ? "settled" : executed.Reply.Status == ReplicatedState.Queued ? "placed" : "refused"));
    }
}
