using NUnit.Framework;
using PaxosShard.Replica.Core.Steps;
using PaxosShard.Replica.Engine;
using PaxosShard.Replica.Node.Storage;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;
using static PaxosShard.Tests.Unit.Storage.StoreFixture;

namespace PaxosShard.Tests.Unit.Durability;

/// <summary>
/// What holds "durable before sent" (rule 1) and "a failed sync stops for good" (rule 12) in production: driver, log thread, store and
/// system calls, together, with each single system call failing in turn.
/// </summary>
public sealed class NothingUnsyncedIsSaidTests
{
    private const int Interrupted = -4;
    private const int InputOutput = -5;
    private const int InvalidArgument = -22;
    private const int NoSpace = -28;

    /// <summary>At the end of a story: the driver syncs by itself where it may.</summary>
    private const string SyncsHere = ", synced by the driver";

    private static readonly Dictionary<string, (int Self, Action<RecordedNode> Tell)> _stories = new(StringComparer.Ordinal)
    {
        ["follow"] = (1, Stories.Follow),
        ["follow again"] = (1, Stories.FollowAgain),
        ["lead"] = (0, Stories.Lead),
        [$"follow{SyncsHere}"] = (1, Stories.Follow),
        [$"follow again{SyncsHere}"] = (1, Stories.FollowAgain),
        [$"lead{SyncsHere}"] = (0, Stories.Lead),
    };

    private static string[] AllStories => [.. _stories.Keys];

    [TestCaseSource(nameof(AllStories))]
    public void Nothing_leaves_before_the_sync_that_it_rests_on(string story)
    {
        using RecordedNode node = Play(story);

        node.Left.AssertTrue("no call failed");
        Assert.That(node.Failure, Is.Null);
        Assert.That(node.Halt, Is.Null);
    }

    [Test]
    public void The_stories_say_everything_that_rests_on_the_disk()
    {
        using RecordedNode follower = Play("follow");
        using RecordedNode primary = Play("lead");

        Assert.That(follower.Left.Count<LeaderPromise>(), Is.EqualTo(2));
        Assert.That(follower.Left.Count<Accepted>(), Is.EqualTo(21));
        Assert.That(follower.Left.Count<Refusal>(), Is.EqualTo(1));
        Assert.That(follower.Left.Count<HeartbeatAnswer>(), Is.EqualTo(2));
        Assert.That(primary.Left.Count<LeaderClaim>(), Is.GreaterThan(1));
        Assert.That(primary.Left.Frames.Count(frame => frame.Kind == MessageKind.ClientReply), Is.EqualTo(10));
        Assert.That(follower.Disk.Calls.Select(call => call.Name).Distinct(StringComparer.Ordinal).Count(name => name.StartsWith("log-", StringComparison.Ordinal)), Is.GreaterThan(2));
    }

    [Test]
    public void A_follower_that_has_nothing_else_to_do_syncs_by_itself_and_a_primary_does_not()
    {
        using RecordedNode follower = Play($"follow{SyncsHere}");
        using RecordedNode primary = Play($"lead{SyncsHere}");

        Assert.That(follower.SyncsHere, Is.GreaterThan(10));
        Assert.That(primary.SyncsHere, Is.LessThan(3), "only before it leads");
        Assert.That(follower.Left.Count<Accepted>(), Is.EqualTo(21));
    }

    [Test]
    public void A_disk_that_is_slow_does_not_hold_the_driver_up_again()
    {
        using RecordedNode follower = New($"follow{SyncsHere}");
        follower.Disk.Interfere = call =>
        {
            if (call.Kind == DiskCallKind.SyncData)
                follower.Pass(TimeSpan.FromMilliseconds(3));
            return null;
        };

        Stories.Follow(follower);

        follower.Left.AssertTrue("each sync takes 3 ms");
        Assert.That(follower.SyncsHere, Is.LessThanOrEqualTo(1), "the same story has more than ten when the disk is quick");
    }

    [Test]
    public void The_stories_make_every_system_call_that_the_store_makes()
    {
        IEnumerable<DiskCallKind> made = AllStories.SelectMany(CallsOf).Select(call => call.Kind).Distinct();

        // A dead segment is deleted only where a cut leaves more than one; the directory is there.
        Assert.That(made, Is.EquivalentTo(Enum.GetValues<DiskCallKind>().Except([DiskCallKind.Delete, DiskCallKind.MakeDirectory])));
    }

    [TestCaseSource(nameof(AllStories))]
    public void A_call_that_fails_stops_the_replica_whichever_it_is(string story)
    {
        foreach (DiskCall failing in CallsOf(story))
        {
            using RecordedNode node = Play(story, call => call.Number == failing.Number ? InputOutput : null);

            node.Left.AssertTrue($"{failing} failed");
            if (failing.Kind is not (DiskCallKind.Read or DiskCallKind.SetDirect))
                Assert.That(node.Failure, Is.InstanceOf<StorageFailedException>(), $"{failing} failed");
        }
    }

    [TestCaseSource(nameof(AllStories))]
    public void After_a_failed_sync_nothing_ever_leaves(string story)
    {
        foreach (DiskCall failing in CallsOf(story).Where(call => call.Kind is DiskCallKind.SyncData or DiskCallKind.SyncDirectory))
        {
            int before = int.MaxValue;
            using RecordedNode node = New(story);
            node.Disk.Interfere = call =>
            {
                if (call.Number != failing.Number)
                    return null;
                before = node.Left.Frames.Count;
                return InputOutput;
            };
            _stories[story].Tell(node);
            Stories.Provoke(node);

            Assert.That(node.Left.Frames, Has.Count.EqualTo(before), $"{failing} failed");
        }
    }

    [TestCaseSource(nameof(AllStories))]
    public void A_write_that_is_cut_short_is_completed(string story)
    {
        foreach (DiskCall cut in CallsOf(story).Where(call => call.Kind == DiskCallKind.Write))
            AssertGoesOn(story, cut, 5);
    }

    [TestCaseSource(nameof(AllStories))]
    public void A_file_system_that_takes_no_direct_writes_is_written_through_its_cache(string story)
    {
        foreach (DiskCall refused in CallsOf(story).Where(call => call.Kind == DiskCallKind.SetDirect))
            AssertGoesOn(story, refused, InvalidArgument);
    }

    [TestCaseSource(nameof(AllStories))]
    public void Every_direct_write_is_as_the_disk_wants_it(string story)
    {
        using RecordedNode node = Play(story, static _ => null);

        Assert.That(node.Disk.Refused, Is.Zero);
        Assert.That(node.Disk.DirectWrites, Is.Positive);
    }

    [TestCaseSource(nameof(AllStories))]
    public void A_call_that_is_interrupted_is_made_again_unless_it_is_a_sync(string story)
    {
        DiskCallKind[] kinds = [DiskCallKind.Open, DiskCallKind.Create, DiskCallKind.Read, DiskCallKind.Write, DiskCallKind.SetLength, DiskCallKind.Lock];
        foreach (DiskCall interrupted in CallsOf(story).Where(call => kinds.Contains(call.Kind)))
            AssertGoesOn(story, interrupted, Interrupted);
    }

    [TestCaseSource(nameof(AllStories))]
    public void A_write_without_space_is_made_again_or_prevents_the_start_and_nothing_untrue_is_said(string story)
    {
        foreach (DiskCall full in CallsOf(story).Where(call => call.Kind is DiskCallKind.Write or DiskCallKind.Create))
        {
            using RecordedNode node = Play(story, call => call.Number == full.Number ? NoSpace : null);

            node.Left.AssertTrue($"no space for {full}");
            Assert.That(node.Failure, Is.Null.Or.InstanceOf<DiskFullException>(), $"no space for {full}");
        }
    }

    [Test]
    public void A_sync_that_finds_no_space_is_a_failed_sync()
    {
        foreach (DiskCall failing in CallsOf("follow").Where(call => call.Kind == DiskCallKind.SyncData))
        {
            using RecordedNode node = Play("follow", call => call.Number == failing.Number ? NoSpace : null);

            node.Left.AssertTrue($"no space for {failing}");
            Assert.That(node.Failure, Is.InstanceOf<StorageFailedException>(), $"no space for {failing}");
        }
    }

    [Test]
    public void A_peer_counts_as_remembered_only_when_it_is_durable()
    {
        using RecordedNode node = New("follow");
        node.Create();

        List<bool> kept = [];
        List<bool> lost = [];
        node.Remember(0, start: 8, kept.Add);
        node.Disk.Interfere = call => call.Kind == DiskCallKind.SyncData ? InputOutput : null;
        node.Remember(2, start: 9, lost.Add);

        Assert.That(kept, Is.EqualTo(new[] { true }));
        Assert.That(lost, Is.EqualTo(new[] { false }));
        Assert.That(node.Failure, Is.InstanceOf<StorageFailedException>());
    }

    /// <summary>At each single call of the disk: neither a power failure nor kill -9 brings back something else as decided than what was.</summary>
    [Test]
    public void A_decided_slot_is_never_noted_before_its_value_is_written()
    {
        using RecordedNode node = New("follow");
        node.Disk.Interfere = _ =>
        {
            AssertDecidedValues(node.Disk.AfterPowerFailure());
            AssertDecidedValues(node.Disk.AfterKill());
            return null;
        };

        Stories.Follow(node);

        AssertDecidedValues(node.Disk.AfterPowerFailure());
        Assert.That(node.Disk.AfterPowerFailure().Decided, Is.EqualTo(new Slot(22)), "the log that was ended in good order knows all of it");
    }

    private static void AssertDecidedValues(RecoveredState recovered)
    {
        foreach (DecidedEntry entry in recovered.Known)
        {
            long value = entry.Slot.Number <= 20 ? entry.Slot.Number : entry.Slot.Number + 80;
            Assert.That(entry.Entry, Is.EqualTo(Value(value)), $"{entry.Slot} was decided with another value");
        }
    }

    private static void AssertGoesOn(string story, DiskCall affected, int answer)
    {
        using RecordedNode node = Play(story, call => call.Number == affected.Number ? answer : null);

        node.Left.AssertTrue($"{affected} returned {answer}");
        Assert.That(node.Failure, Is.Null, $"{affected} returned {answer}");
        Assert.That(node.Disk.AfterPowerFailure().Decided, Is.EqualTo(node.Decided), $"{affected} returned {answer}");
    }

    private static List<DiskCall> CallsOf(string story)
    {
        using RecordedNode node = Play(story);
        return node.Disk.Calls;
    }

    private static RecordedNode Play(string story, Func<DiskCall, int?>? interfere = null)
    {
        RecordedNode node = New(story);
        node.Disk.Interfere = interfere;
        _stories[story].Tell(node);
        return node;
    }

    private static RecordedNode New(string story) =>
        new(Path.Combine(TestContext.CurrentContext.WorkDirectory, $"durability-{Guid.NewGuid():N}"), _stories[story].Self, story.EndsWith(SyncsHere, StringComparison.Ordinal));
}
