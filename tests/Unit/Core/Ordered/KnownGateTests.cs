using NUnit.Framework;
using PaxosShard.Hashing;
using PaxosShard.Replica.Core.Ordered;
using PaxosShard.Replica.Core.Queues;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Tests.Unit.Core.Ordered;

/// <summary>What a note says of a gate: only its own placement opens it, and only a newer one kills it (ordered rule M8).</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class KnownGateTests
{
    private static readonly PlacementToken _own = new(3, new View(5), new Slot(7));
    private static readonly PlacementToken _older = new(3, new View(4), new Slot(9));
    private static readonly PlacementToken _newer = new(3, new View(6), new Slot(2));

    private readonly KnownGate _gate = new(new QueueGate(1, new Arc(2), _own));

    [Test]
    public void What_is_firm_opens_its_own_gate_and_kills_every_other_one()
    {
        Assert.That(After(OperationState.Firm, _own), Is.EqualTo((true, false)));
        Assert.That(After(OperationState.Firm, _older), Is.EqualTo((false, true)), "it stays at that place, so that it is at no other one");
        Assert.That(After(OperationState.Firm, _newer), Is.EqualTo((false, true)));
    }

    [TestCase(OperationState.Placed)]
    [TestCase(OperationState.Absent)]
    public void Only_what_is_newer_says_that_a_place_is_dead(OperationState state)
    {
        Assert.That(After(state, _own), Is.EqualTo((false, false)));
        Assert.That(After(state, _older), Is.EqualTo((false, false)), "a primary of the past may say so");
        Assert.That(After(state, PlacementToken.None), Is.EqualTo((false, false)));
        Assert.That(After(state, _newer), Is.EqualTo((false, true)));
    }

    [Test]
    public void What_was_cancelled_takes_effect_at_no_place()
    {
        Assert.That(After(OperationState.Cancelled, _own), Is.EqualTo((false, true)));
    }

    [Test]
    public void What_is_over_opens_the_gate_and_is_no_news_for_others()
    {
        _gate.OnTold(OperationState.Over, PlacementToken.None);

        Assert.That((_gate.IsFirm, _gate.IsDead, _gate.IsOver), Is.EqualTo((false, false, true)));
    }

    private static (bool IsFirm, bool IsDead) After(OperationState state, PlacementToken token)
    {
        KnownGate gate = new(new QueueGate(1, new Arc(2), _own));
        gate.OnTold(state, token);
        return (gate.IsFirm, gate.IsDead);
    }
}
