using NUnit.Framework;
using PaxosShard.Replica.Sharding;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Moves;
using PaxosShard.Wire.Placement;

namespace PaxosShard.Tests.Unit.Sharding;

/// <summary>What the lanes of a driver have in common: what is known, how long is slept, and what becomes of answers that come late.</summary>
[TestFixture]
internal sealed class ShardDriverTests
{
    private static readonly GroupId _source = new(1);

    private DrivenShard _shard = null!;

    [SetUp]
    public void Begin() => _shard = new DrivenShard();

    [Test]
    public void News_are_asked_for_above_those_that_are_known()
    {
        _shard.Know(SampleMoves.Own(1, 1, 1), SampleMoves.AllEnded(1, 1));

        Assert.That(_shard.Await<WatchJob>().Above, Is.EqualTo(16));
    }

    [Test]
    public void News_that_are_older_than_those_that_are_known_are_not_taken()
    {
        _shard.Know(SampleMoves.Own(1, 1, 1), SampleMoves.AllEnded(1, 1));

        _shard.Hear(SampleMoves.AllEnded(0, 0));
        _shard.Pass(20);

        Assert.That(_shard.Await<WatchJob>().Above, Is.EqualTo(16));
    }

    [Test]
    public void When_nothing_is_new_the_group_is_asked_again_how_it_is()
    {
        _shard.Know(SampleMoves.Own(1, 1, 1), SampleMoves.AllEnded(1, 1));
        Assert.That(_shard.Calls(), Is.Empty);

        _shard.Hear(SampleMoves.AllEnded(1, 1));

        Assert.That(_shard.Calls(), Is.EqualTo(new[] { nameof(ReadOwn) }));
    }

    [Test]
    public void Masters_that_do_not_answer_hold_up_nothing_of_what_is_known()
    {
        Know(CopyState.Pulling);
        _shard.Fail(_shard.Await<WatchJob>());

        _shard.Answer(_shard.AwaitCopy(_source), SampleMoves.Complete("", ""));
        _shard.Answer(_shard.Await(CommandKind.ServeArcs), SampleMoves.Own(6, 2, 2));

        Assert.That(_shard.Calls(), Is.EqualTo(new[] { nameof(FinishMoves) }));
        Assert.That(_shard.Sleep, Is.EqualTo(20));
        Assert.That(_shard.FindTrouble("news of the masters"), Is.EqualTo("nobody answers"));
    }

    [Test]
    public void The_groups_state_with_the_highest_revision_counts_whoever_asked()
    {
        Know(CopyState.Pulling);
        _shard.Answer(_shard.AwaitCopy(_source), SampleMoves.Copied("c", "piece"));
        Tell import = _shard.Await(CommandKind.ImportPiece);
        _shard.Refresh(SampleMoves.Own(9, 2, 2, [SampleMoves.Comes(2, _source, CopyState.Pulling, pieces: 3, "e")]));

        _shard.Answer(import, SampleMoves.Own(6, 2, 2, [SampleMoves.Comes(2, _source, CopyState.Pulling, pieces: 1, "c")]));

        Assert.That(_shard.AwaitCopy(_source).Query.Cursor.ToArray(), Is.EqualTo(SampleMoves.Bytes("e")));
    }

    [Test]
    public void Answers_and_failures_for_what_is_over_are_of_no_effect()
    {
        Know(CopyState.Pulling);
        CopyArcs copy = _shard.AwaitCopy(_source);
        _shard.Refresh(SampleMoves.Own(6, 2, 2));

        _shard.Answer(copy, SampleMoves.Complete("", ""));

        Assert.That(_shard.Calls(), Is.EqualTo(new[] { nameof(FinishMoves) }));
    }

    [Test]
    public void Time_alone_brings_what_was_put_off_and_nothing_else()
    {
        Know(CopyState.Pulling);
        _shard.Fail(_shard.AwaitCopy(_source));
        _shard.Pass(19);
        Assert.That(_shard.Step(), Is.Empty);
        Assert.That(_shard.Sleep, Is.EqualTo(1));

        _shard.Pass(1);

        Assert.That(_shard.Sleep, Is.Zero);
        Assert.That(_shard.Step(), Has.Count.EqualTo(1));
        Assert.That(_shard.Sleep, Is.EqualTo(long.MaxValue));
    }

    [Test]
    public void A_trouble_is_over_when_the_lane_gets_on_or_is_no_more()
    {
        string lane = $"what comes from {_source}";
        Know(CopyState.Pulling);
        CopyArcs failing = _shard.AwaitCopy(_source);
        _shard.Fail(failing, "not there");
        Assert.That(failing.Lane, Is.EqualTo(lane));
        Assert.That(_shard.FindTrouble(lane), Is.EqualTo("not there"));

        _shard.Pass(20);
        _shard.Answer(_shard.AwaitCopy(_source), SampleMoves.Copied("", ""));
        Assert.That(_shard.FindTrouble(lane), Is.Null);

        _shard.Pass(20);
        _shard.Fail(_shard.AwaitCopy(_source), "not there");
        _shard.Refresh(SampleMoves.Own(6, 2, 2));
        Assert.That(_shard.FindTrouble(lane), Is.Null);
    }

    private void Know(CopyState state) => _shard.Know(
        SampleMoves.Own(5, 2, 2, [SampleMoves.Comes(2, _source, state)]),
        SampleMoves.UnderWay(2, JobStep.Committed, 1, [SampleMoves.Transfer(_source, DrivenShard.Group)]));
}
