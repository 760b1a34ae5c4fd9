using NUnit.Framework;
using PaxosShard.Replica.Core.Steps;
using PaxosShard.Replica.Engine;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Tests.Unit.Node;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class SyncGateTests
{
    private readonly SyncGate _gate = new();
    private readonly List<Outgoing> _ready = [];

    [Test]
    public void A_message_waits_until_its_record_is_durable()
    {
        _gate.Hold(new(3), [To(1)], _ready);
        _gate.Release(new(2), _ready);
        Assert.That(_ready, Is.Empty);

        _gate.Release(new(3), _ready);

        Assert.That(_ready, Is.EqualTo(new[] { To(1) }));
        Assert.That(_gate.Count, Is.Zero);
    }

    [Test]
    public void Messages_leave_in_the_order_they_came()
    {
        _gate.Hold(new(1), [To(1), To(2)], _ready);
        _gate.Hold(new(1), [To(3)], _ready);
        _gate.Hold(new(2), [To(4)], _ready);
        _gate.Hold(new(5), [To(5)], _ready);

        _gate.Release(new(4), _ready);

        Assert.That(_ready, Is.EqualTo(new[] { To(1), To(2), To(3), To(4) }));
        Assert.That(_gate.Count, Is.EqualTo(1));
    }

    [Test]
    public void What_rests_on_durable_records_leaves_at_once()
    {
        _gate.Release(new(7), _ready);

        _gate.Hold(new(7), [To(1)], _ready);

        Assert.That(_ready, Is.EqualTo(new[] { To(1) }));
    }

    [Test]
    public void What_rests_on_no_record_at_all_leaves_at_once()
    {
        _gate.Hold(new(0), [To(1)], _ready);

        Assert.That(_ready, Is.EqualTo(new[] { To(1) }));
    }

    [Test]
    public void An_older_report_of_the_log_changes_nothing()
    {
        _gate.Release(new(5), _ready);
        _gate.Release(new(4), _ready);
        _gate.Hold(new(6), [To(1)], _ready);

        Assert.That(_gate.DurableThrough, Is.EqualTo(new RecordNumber(5)));
        Assert.That(_ready, Is.Empty);
    }

    [Test]
    public void Records_never_go_back()
    {
        _gate.Hold(new(5), [To(1)], _ready);

        Assert.That(() => _gate.Hold(new(4), [To(2)], _ready), Throws.InstanceOf<ArgumentOutOfRangeException>());
    }

    private static Outgoing To(int view) => new(new ReplicaId(1), new LeaveView(new View(view)));
}
