using NUnit.Framework;
using PaxosShard.Replica.Core.Steps;
using PaxosShard.Replica.Node.Storage;
using PaxosShard.Wire.Entries;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;
using static PaxosShard.Tests.Unit.Storage.StoreFixture;

namespace PaxosShard.Tests.Unit.Storage;

/// <summary>Whole blocks of a certified log go bad: every record is still there, or is told as faulty. None is forgotten.</summary>
public sealed class BadBlockTests
{
    private const int Block = FormatReader.Block;

    [Test]
    public void Nothing_is_lost_when_the_head_of_the_segment_in_use_rots([Values] Fault fault)
    {
        StoreFixture fixture = WithSegments(3, out long last);
        string tail = fixture.Segments[^1];
        Spoil(fixture, tail, 0, fault);

        fixture.Restart();

        Assert.That(Forgotten(fixture.Recovered, last), Is.Empty);
        Assert.That(fixture.Recovered.Stored(), Has.Count.EqualTo(last), "all batches stand in other blocks");
        Assert.That(fixture.Recovered.Faulty, Is.Empty);
        Assert.That(fixture.Store.ForeignFiles, Is.Empty);
    }

    [Test]
    public void Every_record_is_told_however_much_of_the_beginning_of_the_segment_in_use_rots([Values] Fault fault, [Range(2, 4)] int blocks)
    {
        StoreFixture fixture = WithSegments(3, out long last);
        string tail = fixture.Segments[^1];
        for (int block = 0; block < blocks; block++)
            Spoil(fixture, tail, block, fault);
        byte[] rest = fixture.Disk.Platter(tail)[(blocks * Block)..];

        fixture.Restart();

        Assert.That(Forgotten(fixture.Recovered, last), Is.Empty);
        Assert.That(fixture.Recovered.Faulty, Is.Not.Empty);
        Assert.That(fixture.Recovered.FaultyFrom, Is.EqualTo(Slot.Zero), "what is left of it names the highest slot");
        byte[] kept = fixture.Disk.Platter(tail)[(blocks * Block)..];
        Assert.That(rest.AsSpan(0, kept.Length).SequenceEqual(kept), "the file stays under its name, with what can be read of it");
        Assert.That(rest.AsSpan(kept.Length).ContainsAnyExcept((byte)0), Is.False, "only what was never written is cut");
    }

    [Test]
    public void A_log_goes_on_behind_a_segment_whose_head_is_bad([Values] Fault fault)
    {
        StoreFixture fixture = WithSegments(3, out long last);
        Spoil(fixture, fixture.Segments[^1], 0, fault);
        fixture.Restart();
        for (int start = 0; start < 3; start++)
        {
            fixture.AppendAndSync(Accepted(0, ++last, last));
            fixture.PowerFailureThatLosesAll();

            Assert.That(fixture.Recovered.Stored(), Has.Count.EqualTo(last));
            Assert.That(fixture.Recovered.Faulty, Is.Empty);
        }

        Assert.That(fixture.AllSegments, Has.Count.LessThan(9), "nothing of it prevents that files are used again");
    }

    [TestCase(0)]
    [TestCase(1)]
    public void A_batch_stands_in_for_the_header_of_a_segment_and_its_first_batch(int segment)
    {
        StoreFixture fixture = WithSegments(3, out long last);
        string name = fixture.Segments[segment];
        List<long> inSegment = [.. FormatReader.Read(fixture.Disk.Platter(name), Identity.Identity)
            .SelectMany(batch => batch.Records).Select(record => record.Slot)];
        Spoil(fixture, name, 0, Fault.Zeros);
        Spoil(fixture, name, 1, Fault.Zeros);
        int before = fixture.AllSegments.Count;

        fixture.Restart();
        fixture.Restart();
        fixture.Restart();

        Assert.That(Forgotten(fixture.Recovered, last), Is.Empty);
        Assert.That(fixture.Recovered.Faulty, Has.Count.LessThan(inSegment.Count), "what is left of the segment is read");
        Assert.That(fixture.Recovered.Faulty.Count(slot => slot.Number < inSegment[0] - 1 || slot.Number > inSegment[^1]), Is.Zero);
        Assert.That(fixture.AllSegments, Has.Count.LessThan(before + 4), "the chain is not broken: files are used again");
    }

    [Test]
    public void Any_one_block_of_a_certified_log_may_go_bad_and_no_record_is_forgotten([Values] Fault fault)
    {
        StoreFixture fixture = WithSegments(3, out long last);
        fixture.Disk.Kill();
        foreach ((string name, int block) in BlocksInUse(fixture))
            AssertNothingIsForgotten(fixture, last, fault, (name, block));
    }

    [Test]
    public void Any_two_blocks_may_go_bad_and_no_record_is_forgotten_unless_they_are_the_last_one_and_what_certifies_it([Values] Fault fault)
    {
        StoreFixture fixture = WithSegments(3, out long last);
        fixture.Disk.Kill();
        List<(string Name, int Block)> blocks = [.. BlocksInUse(fixture)];
        for (int first = 0; first < blocks.Count; first++)
        {
            for (int second = first + 1; second < blocks.Count; second++)
            {
                if (second < blocks.Count - 1 || first < second - 1)
                    AssertNothingIsForgotten(fixture, last, fault, blocks[first], blocks[second]);
            }
        }
    }

    [Test]
    public void The_view_record_certifies_a_segment_of_which_nothing_else_is_left()
    {
        StoreFixture fixture = WithSegments(2, out long last);
        fixture.Store.RememberPeer(new ReplicaId(0), Memory);
        string tail = fixture.Segments[^1];
        fixture.Disk.Damage(tail, 0, new byte[fixture.Disk.Platter(tail).Length]);

        fixture.Restart();

        Assert.That(Forgotten(fixture.Recovered, last), Is.Empty);
        Assert.That(fixture.Recovered.FaultyFrom, Is.Not.EqualTo(Slot.Zero), "nobody can say what was lost");
        Assert.That(fixture.Disk.Names, Does.Contain(tail), "and nobody can say that it is dead");
    }

    [Test]
    public void A_torn_block_at_the_live_end_takes_nothing_with_it_that_was_synced()
    {
        for (ulong fate = 1; fate <= 7; fate++)
        {
            StoreFixture fixture = new();
            fixture.AppendAndSync(Accepted(0, 1, 11));
            fixture.AppendAndSync(Accepted(0, 2, 12));
            fixture.Append(Accepted(0, 3, 13));
            fixture.Disk.Crash(() => fate);

            fixture.Reopen();

            Assert.That(fixture.Recovered.Stored().Take(2), Is.EqualTo(new[] { Entry(0, 1, 11), Entry(0, 2, 12) }), $"fate {fate}");
            Assert.That(fixture.Recovered.Faulty, Is.Empty);
            Assert.That(fixture.Recovered.FaultyFrom, Is.EqualTo(Slot.Zero));
        }
    }

    /// <summary>How a block goes bad.</summary>
    public enum Fault
    {
        Zeros,
        Garbage,
        Unreadable,
    }

    private static void AssertNothingIsForgotten(StoreFixture fixture, long last, Fault fault, params (string Name, int Block)[] blocks)
    {
        StoreFixture bad = fixture.OnCloneOfItsDisk();
        foreach ((string name, int block) in blocks)
            Spoil(bad, name, block, fault);
        string where = string.Join(" and ", blocks.Select(block => $"block {block.Block} of {block.Name}"));

        RecoveredState read = ReplicaStore.ReadOnly(bad.Disk.OpenDirectory())[0].State;
        bad.Reopen();

        Assert.That(Forgotten(bad.Recovered, last), Is.Empty, where);
        Assert.That(bad.Recovered.Faulty, Is.EqualTo(read.Faulty), where);
        bad.Restart();
        Assert.That(Forgotten(bad.Recovered, last), Is.Empty, $"{where}, at the start after that");
    }

    /// <summary>So many segments with a record in each batch, all certified, the last one with many batches.</summary>
    private static StoreFixture WithSegments(int count, out long last)
    {
        StoreFixture fixture = new();
        last = 0;
        for (int more = 0; more < 3; more += fixture.Segments.Count < count ? 0 : 1)
        {
            last++;
            fixture.Append(last - 1, Accepted(0, last, last));
            fixture.Sync();
        }

        fixture.Certify();
        Assert.That(fixture.Segments, Has.Count.EqualTo(count));
        return fixture;
    }

    private static IEnumerable<(string Name, int Block)> BlocksInUse(StoreFixture fixture)
    {
        foreach (string name in fixture.Segments)
        {
            byte[] file = fixture.Disk.Platter(name);
            for (int block = 0; block < file.Length / Block; block++)
            {
                if (file.AsSpan(block * Block, Block).ContainsAnyExcept((byte)0))
                    yield return (name, block);
            }
        }
    }

    private static void Spoil(StoreFixture fixture, string name, int block, Fault fault)
    {
        byte[] bytes = new byte[Block];
        if (fault == Fault.Garbage)
            bytes.AsSpan().Fill(0xA5);
        if (fault == Fault.Unreadable)
            fixture.Disk.MakeUnreadable(name, block * Block, Block);
        else
            fixture.Disk.Damage(name, block * Block, bytes);
    }

    private static List<long> Forgotten(RecoveredState state, long last)
    {
        HashSet<long> told = [.. state.Stored().Select(entry => entry.Slot.Number), .. state.Faulty.Select(slot => slot.Number)];
        long from = state.FaultyFrom == Slot.Zero ? long.MaxValue : state.FaultyFrom.Number;
        return [.. Enumerable.Range(1, (int)last).Select(slot => (long)slot).Where(slot => !told.Contains(slot) && slot < from)];
    }
}
