using NUnit.Framework;
using PaxosShard.ChatClient.App.Load.OrderedDrills;

namespace PaxosShard.Tests.Unit.ChatApp.Load.Ordered;

[TestFixture]
internal sealed class BurstAuditTests
{
    private static readonly BurstAudit _clean = new(2, 32, 1, 1, Wrong: null, Undecided: null);
    private static readonly BurstAudit _open = _clean with { Undecided = "given up" };
    private static readonly BurstAudit _wrong = _clean with { Wrong = "a circle" };

    [Test]
    public void What_was_not_decided_is_neither_an_order_nor_none()
    {
        BurstAudit all = BurstAudit.Of([_clean, _open]);

        Assert.That((all.HasOneOrder, all.Wrong, all.Verdict), Is.EqualTo((false, (string?)null, "UNDECIDED")));
        Assert.That((all.Bursts, all.Operations, all.Failed, all.Unknown), Is.EqualTo((4, 64, 2, 2)));
    }

    [Test]
    public void There_is_no_order_when_one_part_has_none()
    {
        BurstAudit all = BurstAudit.Of([_open, _wrong, _clean]);

        Assert.That((all.HasOneOrder, all.Wrong, all.Verdict), Is.EqualTo((false, "a circle", "NO order")));
    }

    [Test]
    public void There_is_one_when_every_part_has_one() => Assert.That(BurstAudit.Of([_clean, _clean]).Verdict, Is.EqualTo("one order"));
}
