using NUnit.Framework;
using PaxosShard.Replica.Sharding;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Moves;
using PaxosShard.Wire.Placement;

namespace PaxosShard.Tests.Unit.Sharding;

/// <summary>What a group reports to the masters, and when.</summary>
[TestFixture]
internal sealed class ReportLaneTests
{
    private static readonly GroupId _group = DrivenShard.Group;
    private static readonly GroupId _first = new(1);
    private static readonly GroupId _second = new(2);
    private static readonly ArcTransfer[] _transfers = [SampleMoves.Transfer(_first, _group), SampleMoves.Transfer(_second, _group)];

    private DrivenShard _shard = null!;

    [SetUp]
    public void Begin() => _shard = new DrivenShard();

    [Test]
    public void Little_is_left_when_that_is_so_of_every_source()
    {
        Copy();
        _shard.Answer(_shard.AwaitCopy(_first), SampleMoves.Copied("", "", isWalkOver: true, left: 256));
        Assert.That(_shard.Calls(), Has.None.EqualTo(nameof(ReportCopied)));

        _shard.Answer(_shard.AwaitCopy(_second), SampleMoves.Copied("", "", isWalkOver: true, left: 0));

        Assert.That(_shard.Await<ReportCopied>().Job, Is.EqualTo(2));
    }

    [TestCase(true, 257)]
    [TestCase(false, 0)]
    public void Much_is_left_before_everything_was_copied_once_or_while_there_are_many_changes(bool isWalkOver, int left)
    {
        Copy();
        _shard.Answer(_shard.AwaitCopy(_first), SampleMoves.Copied("", "", isWalkOver: true, left: 0));

        _shard.Answer(_shard.AwaitCopy(_second), SampleMoves.Copied("", "", isWalkOver, left));

        Assert.That(_shard.Calls(), Has.None.EqualTo(nameof(ReportCopied)));
    }

    [Test]
    public void A_report_is_made_again_after_a_second_until_the_masters_have_noted_it()
    {
        CatchUp();
        _shard.Answer(_shard.Await<ReportCopied>(), new JobResult(2, JobStep.Copying, 1));
        Assert.That(_shard.Calls(), Has.None.EqualTo(nameof(ReportCopied)));

        _shard.Pass(1000);
        ReportCopied again = _shard.Await<ReportCopied>();
        _shard.Hear(SampleMoves.UnderWay(2, JobStep.Copying, 1, _transfers, _group));
        _shard.Answer(again, new JobResult(2, JobStep.Copying, 1));
        _shard.Pass(1000);

        Assert.That(_shard.Calls(), Has.None.EqualTo(nameof(ReportCopied)));
    }

    [Test]
    public void A_report_that_fails_is_made_again_after_a_pause()
    {
        CatchUp();
        _shard.Fail(_shard.Await<ReportCopied>());
        Assert.That(_shard.Calls(), Has.None.EqualTo(nameof(ReportCopied)));

        _shard.Pass(20);

        Assert.That(_shard.Await<ReportCopied>().Job, Is.EqualTo(2));
    }

    [Test]
    public void A_source_does_not_report_that_little_is_left()
    {
        ArcTransfer[] transfers = [SampleMoves.Transfer(_group, _first)];
        _shard.Know(SampleMoves.Own(5, 1, 2, outgoing: [SampleMoves.Goes(2, _first, GiveState.Copying)]), SampleMoves.UnderWay(2, JobStep.Copying, 1, transfers));

        Assert.That(_shard.Calls(), Is.Empty);
    }

    [Test]
    public void The_moves_have_ended_when_the_configuration_is_adopted_and_nothing_comes_or_goes()
    {
        _shard.Know(SampleMoves.Own(5, 2, 2), SampleMoves.UnderWay(2, JobStep.Committed, 1, _transfers));

        Assert.That(_shard.Await<FinishMoves>().Job, Is.EqualTo(2));
    }

    [Test]
    public void The_moves_have_not_ended_before_the_configuration_is_adopted()
    {
        _shard.Know(SampleMoves.Own(5, 1, 1), SampleMoves.UnderWay(2, JobStep.Committed, 1, _transfers));

        Assert.That(_shard.Calls(), Has.None.EqualTo(nameof(FinishMoves)));
    }

    [Test]
    public void The_moves_have_not_ended_while_something_comes_or_goes()
    {
        _shard.Know(
            SampleMoves.Own(5, 2, 2, [SampleMoves.Comes(2, _first, CopyState.Pulling)]), SampleMoves.UnderWay(2, JobStep.Committed, 1, _transfers));
        Assert.That(_shard.Calls(), Has.None.EqualTo(nameof(FinishMoves)));

        _shard.Refresh(SampleMoves.Own(6, 2, 2, outgoing: [SampleMoves.Goes(2, _first, GiveState.Dropping)]));
        Assert.That(_shard.Calls(), Has.None.EqualTo(nameof(FinishMoves)));
    }

    [Test]
    public void A_group_that_takes_no_part_or_has_reported_reports_nothing()
    {
        _shard.Know(SampleMoves.Own(5, 2, 2), SampleMoves.UnderWay(2, JobStep.Committed, 1, [SampleMoves.Transfer(_first, _second)]));
        Assert.That(_shard.Calls(), Is.Empty);

        _shard.Hear(SampleMoves.UnderWay(2, JobStep.Committed, 1, _transfers, _group));
        Assert.That(_shard.Calls(), Has.None.EqualTo(nameof(FinishMoves)));
    }

    [Test]
    public void That_a_job_is_copied_does_not_put_off_that_it_has_ended()
    {
        CatchUp();
        _shard.Answer(_shard.Await<ReportCopied>(), new JobResult(2, JobStep.Draining, 1));

        _shard.Hear(SampleMoves.UnderWay(2, JobStep.Committed, 1, _transfers));
        _shard.Hear(SampleMoves.UnderWay(2, JobStep.Committed, 1, _transfers));
        _shard.Fail(_shard.Await<ReadConfiguration>());
        _shard.Pass(20);
        _shard.Answer(_shard.Await<ReadOwn>(), SampleMoves.Own(9, 2, 2));

        Assert.That(_shard.Await<FinishMoves>().Job, Is.EqualTo(2));
    }

    private void Copy() => _shard.Know(
        SampleMoves.Own(5, 1, 2, [SampleMoves.Comes(2, _first, CopyState.Copying), SampleMoves.Comes(2, _second, CopyState.Copying)]),
        SampleMoves.UnderWay(2, JobStep.Copying, 1, _transfers));

    private void CatchUp()
    {
        Copy();
        _shard.Answer(_shard.AwaitCopy(_first), SampleMoves.Copied("", "", isWalkOver: true, left: 0));
        _shard.Answer(_shard.AwaitCopy(_second), SampleMoves.Copied("", "", isWalkOver: true, left: 0));
    }
}
