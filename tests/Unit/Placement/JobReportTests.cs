using System.Buffers;
using NUnit.Framework;
using PaxosShard.Master.Core;
using PaxosShard.Replica.Core.Execution;
using PaxosShard.Replica.Core.Steps;
using PaxosShard.Wire;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Moves;
using PaxosShard.Wire.Placement;
using static PaxosShard.Tests.Unit.Placement.PlacementGroup;

namespace PaxosShard.Tests.Unit.Placement;

/// <summary>What groups report while a job copies, and how they and others hear how far the jobs are.</summary>
public sealed class JobReportTests
{
    [Test]
    public void A_job_drains_when_all_that_get_arcs_have_copied_them()
    {
        PlacementGroup group = Of(1, 2);
        group.Accept(Add(3, 4));

        Assert.That(group.Accept(Copied(2, 4)), Is.EqualTo(new JobResult(2, JobStep.Copying, 1)));
        Assert.That(group.Job(2).Reported, Is.EqualTo(new[] { new GroupId(4) }));
        Assert.That(group.Accept(Copied(2, 3)), Is.EqualTo(new JobResult(2, JobStep.Draining, 1)), "by the same entry");
        Assert.That(group.Job(2).Reported, Is.Empty);
    }

    [Test]
    public void Reports_are_kept_in_the_order_of_the_groups()
    {
        PlacementGroup group = Of(1, 2, 3, 4);
        group.Accept(Remove(1));

        group.Accept(Copied(2, 4));
        group.Accept(Copied(2, 2));

        Assert.That(group.Job(2).Reported, Is.EqualTo(new[] { new GroupId(2), new GroupId(4) }));
        Assert.That(group.WatchJob(-1)!.UnderWay!.Reported, Is.EqualTo(new[] { new GroupId(2), new GroupId(4) }));
    }

    [Test]
    public void Only_who_gets_arcs_can_have_copied_them()
    {
        PlacementGroup group = Of(1, 2, 3);
        group.Accept(Move(1, group.ArcsOf(2, 3)));

        Assert.That(group.Reject(Copied(2, 2)), Does.Contain("group 2 has no part in the moves of job 2"), "it gives");
        Assert.That(group.Reject(Copied(2, 3)), Does.Contain("no part"), "a bystander");
        Assert.That(group.Reject(Copied(2, 9)), Does.Contain("no part"), "nobody");
        Assert.That(group.Accept(Copied(2, 1)).Step, Is.EqualTo(JobStep.Draining));
    }

    [Test]
    public void A_report_that_comes_twice_counts_once()
    {
        PlacementGroup group = Of(1, 2);
        group.Accept(Add(3, 4));
        group.Accept(Copied(2, 3));
        ulong hash = group.Machine.Hash;

        Assert.That(group.Accept(Copied(2, 3)), Is.EqualTo(new JobResult(2, JobStep.Copying, 1)));
        Assert.That(group.Machine.Hash, Is.EqualTo(hash));
    }

    [Test]
    public void A_report_that_comes_late_is_taken_and_changes_nothing()
    {
        PlacementGroup group = Of(1, 2);
        group.Accept(Add(3));
        group.Accept(Copied(2, 3));
        AssertLate(JobStep.Draining);
        group.Accept(Advance(2, JobStep.Draining, JobStep.Committed));
        AssertLate(JobStep.Committed);
        foreach (GroupId party in group.Awaited)
            group.Accept(Finish(2, party));
        AssertLate(JobStep.Done);

        void AssertLate(JobStep step)
        {
            ulong hash = group.Machine.Hash;
            Assert.That((group.Accept(Copied(2, 3)).Step, group.Machine.Hash), Is.EqualTo((step, hash)));
            Assert.That((group.Accept(Copied(2, 9)).Step, group.Machine.Hash), Is.EqualTo((step, hash)), "whoever it is of");
        }
    }

    [Test]
    public void A_job_that_waits_and_one_that_there_is_not_are_rejected()
    {
        PlacementGroup group = Of(1, 2);
        group.Accept(Add(3));
        group.Accept(Add(4));

        Assert.That(group.Reject(Copied(3, 4)), Does.Contain("job 3 waits for the jobs before it"));
        Assert.That(group.Reject(Copied(4, 4)), Does.Contain("job 4 is not known"));
        Assert.That(group.Reject(Copied(0, 4)), Does.Contain("job 0 is not known"));
    }

    [Test]
    public void After_it_was_cancelled_a_report_is_late_and_the_next_job_counts_its_own()
    {
        PlacementGroup group = Of(1, 2);
        group.Accept(Add(3, 4));
        group.Accept(Add(5, 6));
        group.Accept(Copied(2, 3));
        group.Accept(Cancel(2));

        Assert.That(group.Accept(Copied(2, 4)), Is.EqualTo(new JobResult(2, JobStep.Cancelled, 1)));
        Assert.That((group.Job(2).Reported, group.Job(3).Reported), Is.EqualTo((Array.Empty<GroupId>(), Array.Empty<GroupId>())));
        group.Accept(Copied(3, 5));
        Assert.That(group.Accept(Copied(3, 6)), Is.EqualTo(new JobResult(3, JobStep.Draining, 1)));
    }

    [Test]
    public void Who_was_told_by_hand_that_a_job_drains_needs_no_reports()
    {
        PlacementGroup group = Of(1, 2);
        group.Accept(Add(3, 4));
        group.Accept(Copied(2, 3));

        group.Accept(Advance(2, JobStep.Copying, JobStep.Draining));

        Assert.That((group.Job(2).Step, group.Job(2).Reported), Is.EqualTo((JobStep.Draining, Array.Empty<GroupId>())));
    }

    [Test]
    public void Reports_are_part_of_the_state_and_of_its_export()
    {
        PlacementGroup group = Of(1, 2);
        group.Accept(Add(3, 4));
        group.Accept(Copied(2, 3));

        PlacementGroup other = Copy(group);

        Assert.That(other.Answers(), Is.EqualTo(group.Answers()));
        Assert.That(other.WatchJob(-1)!.Encode(), Is.EqualTo(group.WatchJob(-1)!.Encode()));
        Assert.That(other.Accept(Copied(2, 4)).Step, Is.EqualTo(JobStep.Draining));
        group.Accept(Copied(2, 4));
        Assert.That(other.Machine.Hash, Is.EqualTo(group.Machine.Hash));
    }

    [Test]
    public void Who_waits_for_a_job_is_answered_at_each_step()
    {
        PlacementGroup group = Of(1, 2);
        Assert.That(group.WatchJob(-1), Is.EqualTo(new WatchJobResult(16, 1, UnderWay: null)), "job 2 would be the next one");
        Assert.That(group.WatchJob(16), Is.Null);

        group.Accept(Add(3, 4));
        AssertAt(16, JobStep.Copying, latest: 1);
        group.Accept(Copied(2, 3));
        Assert.That(group.WatchJob(18), Is.Null, "a report is no step");
        group.Accept(Copied(2, 4));
        AssertAt(18, JobStep.Draining, latest: 1);
        group.Accept(Advance(2, JobStep.Draining, JobStep.Committed));
        AssertAt(19, JobStep.Committed, latest: 2);
        foreach (GroupId party in group.Awaited)
            group.Accept(Finish(2, party));
        Assert.That(group.WatchJob(20), Is.EqualTo(new WatchJobResult(24, 2, UnderWay: null)));
        Assert.That(group.WatchJob(24), Is.Null);

        void AssertAt(long above, JobStep step, long latest)
        {
            WatchJobResult news = group.WatchJob(above)!;
            Assert.That((news.Position, news.Latest), Is.EqualTo((16 + (long)step, latest)));
            Assert.That((news.UnderWay!.Job, news.UnderWay.Kind, news.UnderWay.Step, news.UnderWay.Configuration), Is.EqualTo((2L, JobKind.AddShards, step, 1L)));
            Assert.That(group.WatchJob(news.Position), Is.Null);
        }
    }

    [Test]
    public void All_moves_of_the_job_are_told_by_who_gives_and_who_gets_them()
    {
        PlacementGroup group = Of(1, 2, 3);
        group.Accept(Remove(1));

        IReadOnlyList<ArcTransfer> transfers = group.WatchJob(-1)!.UnderWay!.Transfers;

        Assert.That(transfers.Select(static transfer => (transfer.From.Number, transfer.To.Number)), Is.EqualTo(new[] { (1, 2), (1, 3) }));
        foreach (ArcTransfer transfer in transfers)
            Assert.That(transfer.Arcs, Is.EqualTo(group.State.Plan!.Moves.Where(move => move.To == transfer.To).Select(static move => move.Arc.Number).Order()));
    }

    [Test]
    public void What_was_waited_for_too_long_is_answered_as_it_is()
    {
        PlacementGroup group = Of(1, 2);
        group.Accept(Add(3));
        group.Machine.TryAnswer(new WatchJobQuery(18, 1000).Encode(), out Wait wait);

        CommandResult result = group.Machine.AnswerExpired(in wait);

        Assert.That(WatchJobResult.Decode(result.Payload.Span).Encode(), Is.EqualTo(group.WatchJob(-1)!.Encode()));
    }

    [Test]
    public void Each_wait_is_touched_by_what_it_waits_for()
    {
        PlacementGroup group = Of(1, 2);
        Assert.That(Touched(group), Is.EquivalentTo(new[] { WatchConfigurationQuery.Topic, WatchJobQuery.Topic }));
        Assert.That(Touched(group), Is.Empty);

        group.Accept(Add(3, 4));
        Assert.That(Touched(group), Is.EqualTo(new[] { WatchJobQuery.Topic }));
        group.Accept(Add(5));
        Assert.That(Touched(group), Is.Empty, "it waits for the one before");
        group.Accept(Copied(2, 3));
        Assert.That(Touched(group), Is.Empty, "a report is no step");
        group.Accept(Copied(2, 4));
        Assert.That(Touched(group), Is.EqualTo(new[] { WatchJobQuery.Topic }));
        group.Accept(Advance(2, JobStep.Draining, JobStep.Committed));
        Assert.That(Touched(group), Is.EquivalentTo(new[] { WatchConfigurationQuery.Topic, WatchJobQuery.Topic }));
        group.Accept(Cancel(3));
        Assert.That(Touched(group), Is.Empty);
    }

    [Test]
    public void A_wait_for_a_job_is_not_answered_by_a_configuration_nor_the_other_way_round()
    {
        PlacementGroup group = Of(1, 2);
        Assert.That((group.Watch(1), group.WatchJob(16)), Is.EqualTo(((ConfigurationResult?)null, (WatchJobResult?)null)));
        Assert.That(group.Watch(0)!.Latest, Is.EqualTo(1));

        group.Accept(Add(3));

        Assert.That(group.Watch(1), Is.Null);
        Assert.That(group.WatchJob(16)!.Latest, Is.EqualTo(1));
    }

    private static List<string> Touched(PlacementGroup group)
    {
        List<string> topics = [];
        group.Machine.TakeTouched(topics);
        return topics;
    }

    private static PlacementGroup Copy(PlacementGroup group)
    {
        IMachineExport export = group.Machine.BeginExport(new Slot(7));
        PlacementMachine machine = new();
        IMachineImport import = machine.BeginImport();
        for (ArrayBufferWriter<byte> piece = new(); export.TryNext(piece, 100); piece = new ArrayBufferWriter<byte>())
            import.Add(piece.WrittenMemory.ToArray());
        return new PlacementGroup(machine);
    }
}
