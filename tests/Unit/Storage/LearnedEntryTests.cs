using NUnit.Framework;
using PaxosShard.Replica.Core.Steps;
using PaxosShard.Wire.Entries;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;
using static PaxosShard.Tests.Unit.Storage.StoreFixture;

namespace PaxosShard.Tests.Unit.Storage;

/// <summary>What is known to be decided and what is only a vote are never taken for each other.</summary>
public sealed class LearnedEntryTests
{
    [Test]
    public void A_vote_behind_a_learned_record_is_not_decided()
    {
        StoreFixture fixture = WithSlotTwoLost();
        Assert.That(fixture.Recovered.Decided, Is.EqualTo(new Slot(1)));
        Assert.That(fixture.Recovered.Promised, Is.EqualTo(new View(1)));
        Assert.That(fixture.Recovered.Stored(), Is.EqualTo(new[] { Known(1, 11), Known(3, 99) }), "what was learned is no vote");

        // What a core would write that took it for a vote: the primary of view 1, cut off from the majority, proposes 77 there.
        fixture.Append(2, Learned(2, 12));
        fixture.Append(2, Accepted(1, 3, 77));
        fixture.Sync();
        fixture.Certify(decided: 2);
        fixture.Restart();

        Assert.That(fixture.Recovered.Decided, Is.EqualTo(new Slot(3)));
        Assert.That(fixture.Recovered.Stored(), Is.EqualTo(new[] { Known(1, 11), Known(2, 12), Known(3, 99) }), "77 was never decided; 99 was");
    }

    [Test]
    public void A_learned_record_that_rotted_leaves_no_older_vote()
    {
        StoreFixture fixture = new();
        fixture.AppendAndSync(Record.OfViews(new View(1), View.None), Accepted(1, 1, 11));
        fixture.AppendAndSync(Learned(1, 99));
        fixture.Certify();
        RotNewest(fixture, slot: 1);

        fixture.Restart();

        Assert.That(fixture.Recovered.Stored(), Is.Empty);
        Assert.That(fixture.Recovered.Faulty, Is.EqualTo(new[] { new Slot(1) }));
    }

    [Test]
    public void A_vote_where_a_decided_record_was_lost_is_not_decided_by_what_was_noted_before()
    {
        StoreFixture fixture = new();
        fixture.Append(0, Record.OfViews(new View(1), View.None), Accepted(1, 1, 11));
        fixture.Append(2, Learned(2, 99));
        fixture.Sync();
        fixture.Certify(decided: 2);
        RotNewest(fixture, slot: 2);
        fixture.Restart();
        Assert.That(fixture.Recovered.Faulty, Is.EqualTo(new[] { new Slot(2) }));

        // The primary of view 1, cut off from the majority, proposes in good faith what was never decided.
        fixture.Append(1, Accepted(1, 2, 77));
        fixture.Sync();
        fixture.Certify(decided: 1);
        fixture.Restart();

        Assert.That(fixture.Recovered.Decided, Is.EqualTo(new Slot(1)));
        Assert.That(fixture.Recovered.Stored(), Is.EqualTo(new[] { Known(1, 11), Entry(1, 2, 77) }));
    }

    [Test]
    public void A_vote_where_a_decided_record_was_lost_is_decided_by_what_is_noted_after_it()
    {
        StoreFixture fixture = new();
        fixture.Append(2, Accepted(0, 1, 11), Accepted(0, 2, 12));
        fixture.Sync();
        fixture.Certify();
        RotNewest(fixture, slot: 2);
        fixture.Restart();

        fixture.Append(1, Record.OfViews(new View(1), View.None), Accepted(1, 2, 12));
        fixture.Sync();
        fixture.Certify(decided: 2);
        fixture.Restart();

        Assert.That(fixture.Recovered.Decided, Is.EqualTo(new Slot(2)));
    }

    [Test]
    public void What_was_noted_as_decided_above_a_lost_record_stays_decided()
    {
        StoreFixture fixture = new();
        fixture.Append(3, Accepted(0, 1, 11), Accepted(0, 2, 12), Accepted(0, 3, 13));
        fixture.Sync();
        fixture.Certify();
        RotNewest(fixture, slot: 2);

        for (int restart = 0; restart < 3; restart++)
        {
            fixture.Restart();
            Assert.That(fixture.Recovered.Stored(), Is.EqualTo(new[] { Known(1, 11), Known(3, 13) }));
        }

        fixture.AppendAndSync(Learned(2, 12));
        fixture.Restart();
        Assert.That(fixture.Recovered.Decided, Is.EqualTo(new Slot(3)));
    }

    private static StoreFixture WithSlotTwoLost()
    {
        StoreFixture fixture = new();
        fixture.Append(1, Record.OfViews(new View(1), View.None), Accepted(1, 1, 11), Accepted(1, 2, 12));
        fixture.Append(3, Learned(3, 99));
        fixture.Sync();
        fixture.Certify(decided: 3);
        RotNewest(fixture, slot: 2);
        fixture.Restart();
        return fixture;
    }

    /// <summary>Flips a bit of the newest record of a slot.</summary>
    private static void RotNewest(StoreFixture fixture, long slot)
    {
        foreach (string segment in fixture.Segments.Reverse())
        {
            ReadRecord? rotten = FormatReader.Read(fixture.Disk.Platter(segment), Identity.Identity)
                .SelectMany(batch => batch.Records)
                .LastOrDefault(record => record.Slot == slot);
            if (rotten is null)
                continue;
            fixture.Disk.FlipBit(segment, (rotten.Offset + 30) * 8L);
            return;
        }

        Assert.Fail($"no record of slot {slot}");
    }
}
