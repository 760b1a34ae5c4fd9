using NUnit.Framework;
using PaxosShard.Replica.Core.Steps;
using PaxosShard.Replica.Node.Storage;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;
using static PaxosShard.Tests.Unit.Storage.StoreFixture;

namespace PaxosShard.Tests.Unit.Storage.Groups;

/// <summary>A log that groups share is what FORMAT.md says.</summary>
public sealed class SharedFormatTests
{
    [Test]
    public void What_the_headers_say_of_each_group_is_its_own()
    {
        StoreFixture fixture = GroupsOfAFixture.Shared(3);
        fixture.AppendAll([Accepted(0, 1, 11), Accepted(0, 2, 12)], [Accepted(0, 1, 21)], [Accepted(0, 1, 31), Accepted(0, 2, 32), Accepted(0, 3, 33)]);
        fixture.Store.Sync();
        fixture.PublishOf(0, 1);
        fixture.PublishOf(2, 3);
        fixture.Note(2, 1, 3);
        ReadGroup[] groups = [new(3, 2, 2, 1, 2), new(4, 1, 1, 0, 1), new(5, 3, 3, 3, 3)];

        Assert.That(FormatReader.Read(fixture.Disk.Platter(fixture.Segments[^1]), Identity.Identity)[^1].Groups, Is.EqualTo(groups));
        fixture.Restart();
        byte[] file = fixture.Disk.Platter(fixture.Segments[^1]);
        Assert.That(FormatReader.ReadHeader(file)!.Groups, Is.EqualTo(groups));
        Assert.That((FormatReader.U32(file, 32), FormatReader.U32(file, 44)), Is.EqualTo((0u, 0u)), "no group, and not how many");
        for (int group = 0; group < 3; group++)
        {
            byte[] identity = fixture.Disk.Platter($"identity-{3 + group}");
            Assert.That((FormatReader.U32(identity, 40), FormatReader.U32(identity, 52)), Is.EqualTo(((uint)(3 + group), 3u)), "the group, and how many share the directory");
        }
    }

    [Test]
    public void A_reader_written_from_the_description_finds_what_recovery_tells_of_each_group([Range(1, 4)] int groups)
    {
        for (ulong seed = 1; seed <= 25; seed++)
        {
            StoreFixture fixture = new(seed, Small, IdentitiesOf(groups));
            fixture.Disk.Kill();
            StoreDriver driver = new(fixture.Disk, fixture.Options, fixture.Random);
            for (int life = 0; life < 3; life++)
            {
                driver.Open();
                for (int step = 0; step < 40; step++)
                    driver.Step();
                if (life < 2)
                    fixture.Disk.Crash(fixture.Random);
            }

            driver.Sync();
            driver.NoteDecided();
            fixture.Disk.Kill();

            Tables read = new(groups);
            foreach ((byte[] file, ReadBatch batch) in FormatReader.ReadLog([.. fixture.Segments.Select(fixture.Disk.Platter)], Identity.Identity))
                read.Take(file, batch);
            IReadOnlyList<(ReplicaIdentity Identity, RecoveredState State)> told = ReplicaStore.ReadOnly(fixture.Disk.OpenDirectory());
            for (int group = 0; group < groups; group++)
                Assert.That(read.Of(group), Is.EqualTo(told[group].State.Stored().Select(static entry => (entry.Slot.Number, entry.View.Number, Convert.ToHexString(entry.Entry.Bytes.Span)))), $"seed {seed}, group {group}");
        }
    }

    /// <summary>What is in the slots of each group by the words of the description.</summary>
    private sealed class Tables(int groups)
    {
        private readonly SortedDictionary<long, (long View, string Entry)>[] _slots = [.. Enumerable.Range(0, groups).Select(static _ => new SortedDictionary<long, (long View, string Entry)>())];
        private readonly long[] _records = new long[groups];
        private readonly long[] _highest = new long[groups];

        public void Take(byte[] file, ReadBatch batch)
        {
            Assert.That(batch.Groups.Select(static group => group.Group), Is.EqualTo(Enumerable.Range(3, groups)));
            Assert.That(batch.Groups.Select(static group => group.RecordsBefore), Is.EqualTo(_records));
            Assert.That(batch.Groups.Select(static group => group.HighestBefore), Is.EqualTo(_highest));
            foreach (ReadRecord record in batch.Records)
                Take(file, record);
            for (int group = 0; group < groups; group++)
            {
                foreach ((long slot, (_, string entry)) in _slots[group].TakeWhile(line => line.Key <= batch.Groups[group].Decided).ToArray())
                    _slots[group][slot] = (View.None.Number, entry);
            }
        }

        public IEnumerable<(long Slot, long View, string Entry)> Of(int group) => _slots[group].Select(static line => (line.Key, line.Value.View, line.Value.Entry));

        private void Take(byte[] file, ReadRecord record)
        {
            Assert.That(record.IsIntact);
            int group = record.Group - 3;
            _records[group]++;
            _highest[group] = Math.Max(_highest[group], record.Slot);
            bool isKnown = _slots[group].TryGetValue(record.Slot, out (long View, string Entry) stored) && stored.View == View.None.Number;
            if (!isKnown)
                _slots[group][record.Slot] = (record.View, Convert.ToHexString(file.AsSpan(record.Offset + 28, record.Length - 28)));
        }
    }
}
