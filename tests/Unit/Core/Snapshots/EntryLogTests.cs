using NUnit.Framework;
using PaxosShard.Replica.Core.Log;
using PaxosShard.Replica.Core.Steps;
using PaxosShard.Wire.Entries;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Tests.Unit.Core.Snapshots;

[TestFixture]
internal sealed class EntryLogTests
{
    private const int Slots = 12_000;
    private const int BlockSlots = 4096;

    private static readonly long _slotBytes = Entry.NoOp.Bytes.Length + EntryLog.SlotBytes;

    [TestCase(1)]
    [TestCase(BlockSlots - 2)]
    [TestCase(BlockSlots - 1)]
    [TestCase(BlockSlots)]
    [TestCase((2 * BlockSlots) + 7)]
    [TestCase(Slots)]
    public void What_is_given_back_counts_no_more(int through)
    {
        EntryLog log = new(new RecoveredState { Known = [.. Known(1, Slots)] });
        Assert.That(log.Bytes, Is.EqualTo(Slots * _slotBytes));
        Assert.That(log.BytesAbove(new Slot(through)), Is.EqualTo((Slots - through) * _slotBytes));

        log.Trim(new Slot(through));

        Assert.That(log.Bytes, Is.EqualTo((Slots - through) * _slotBytes));
        Assert.That(log.BytesAbove(new Slot(through)), Is.EqualTo(log.Bytes));
        Assert.That(log.BytesAbove(new Slot(Slots)), Is.Zero);
        Assert.That(log[new Slot(through)], Is.EqualTo(StoredEntry.Nothing));
        for (long slot = through + 1; slot <= Slots; slot++)
            Assert.That(log[new Slot(slot)].IsKnown, $"s{slot} stays");
    }

    [TestCase(Slots + 1)]
    [TestCase(Slots + BlockSlots)]
    [TestCase(1_000_000)]
    public void Behind_a_base_above_all_slots_the_log_is_empty_and_goes_on(int through)
    {
        EntryLog log = new(new RecoveredState { Known = [.. Known(1, Slots)] });

        log.TakeBase(new Slot(through));

        Assert.That(log.Bytes, Is.Zero);
        Assert.That(log.Last, Is.EqualTo(new Slot(through)));
        log.Learn(new Slot(through + 1), Entry.NoOp);
        Assert.That(log.Bytes, Is.EqualTo(_slotBytes));
        Assert.That(log[new Slot(through + 1)].IsKnown);
    }

    [Test]
    public void Votes_above_a_base_stay_and_count()
    {
        EntryLog log = new(new RecoveredState { Known = [.. Known(1, 10)], Votes = [new AcceptedEntry(new Slot(8000), View.First, Entry.NoOp)] });

        log.TakeBase(new Slot(1999));

        Assert.That(log.Bytes, Is.EqualTo(_slotBytes));
        Assert.That(log[new Slot(8000)].View, Is.EqualTo(View.First));
    }

    [Test]
    public void A_base_heals_lost_slots_up_to_it_alone()
    {
        EntryLog log = new(new RecoveredState { Faulty = [new Slot(3), new Slot(7), new Slot(9)] });

        log.TakeBase(new Slot(7));
        Assert.That(log.Faulty.Between(new Slot(1), new Slot(20)), Is.EqualTo(new[] { new Slot(9) }));

        log.TakeBase(new Slot(9));
        Assert.That(log.Faulty.IsEmpty);
    }

    private static IEnumerable<DecidedEntry> Known(int first, int count) =>
        Enumerable.Range(first, count).Select(static slot => new DecidedEntry(new Slot(slot), Entry.NoOp));
}
