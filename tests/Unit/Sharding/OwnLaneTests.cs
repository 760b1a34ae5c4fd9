using NUnit.Framework;
using PaxosShard.Hashing.Configurations;
using PaxosShard.Replica.Sharding;
using PaxosShard.Tests.Unit.Hashing;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Moves;
using PaxosShard.Wire.Placement;

namespace PaxosShard.Tests.Unit.Sharding;

/// <summary>How a group is taken from one configuration to the next, and through the beginning and the end of jobs.</summary>
[TestFixture]
internal sealed class OwnLaneTests
{
    private static readonly GroupId _group = DrivenShard.Group;
    private static readonly GroupId _other = new(1);

    private DrivenShard _shard = null!;

    [SetUp]
    public void Begin() => _shard = new DrivenShard();

    [Test]
    public void A_driver_begins_by_asking_the_masters_and_its_group()
    {
        List<DriverCall> calls = _shard.Step();

        Assert.That(calls.ConvertAll(static call => call.GetType()), Is.EqualTo(new[] { typeof(WatchJob), typeof(ReadOwn) }));
        Assert.That(((WatchJob)calls[0]).Above, Is.EqualTo(-1));
        Assert.That(_shard.Sleep, Is.EqualTo(long.MaxValue));
    }

    [Test]
    public void A_group_adopts_every_configuration_in_order_however_far_behind_it_is()
    {
        Configuration first = SampleShards.FirstOf(1, 3);
        Configuration second = SampleShards.Joined(first, SampleShards.Of(4));
        Configuration third = SampleShards.Left(second, new GroupId(4));
        _shard.Know(SampleMoves.Own(1, 1, 1), SampleMoves.AllEnded(3, 3));

        _shard.Read(second);
        _shard.Adopt(second, SampleMoves.Own(2, 2, 2));
        _shard.Read(third);
        _shard.Adopt(third, SampleMoves.Own(3, 3, 3));

        Assert.That(_shard.Calls(), Is.Empty);
    }

    [Test]
    public void The_first_configuration_of_all_is_adopted_without_one_before_it()
    {
        Configuration first = SampleShards.FirstOf(1, 3);
        _shard.Know(SampleMoves.Own(0, 0, 0), SampleMoves.AllEnded(1, 1));

        _shard.Read(first);
        _shard.Adopt(first, SampleMoves.Own(1, 1, 1));

        Assert.That(_shard.Calls(), Is.Empty);
    }

    [Test]
    public void A_group_that_is_named_later_adopts_the_one_before_that_first_and_reads_nothing_twice()
    {
        Configuration first = SampleShards.FirstOf(1);
        Configuration second = SampleShards.Joined(first, SampleShards.Of(2));
        Configuration third = SampleShards.Joined(second, SampleShards.Of(3));
        _shard.Know(SampleMoves.Own(0, 0, 0), SampleMoves.AllEnded(2, 2));
        _shard.Read(first);
        _shard.Read(second);
        Assert.That(_shard.Calls(), Is.Empty);

        _shard.Hear(SampleMoves.AllEnded(3, 3));
        _shard.Read(third);
        _shard.Adopt(second, SampleMoves.Own(1, 2, 2));
        _shard.Adopt(third, SampleMoves.Own(2, 3, 3));

        Assert.That(_shard.Calls(), Is.Empty);
    }

    [TestCase(JobStep.Copying)]
    [TestCase(JobStep.Draining)]
    public void A_newcomer_whose_job_is_under_way_begins_with_the_configuration_that_the_job_goes_from(JobStep step)
    {
        Configuration second = SampleShards.Joined(SampleShards.FirstOf(1), SampleShards.Of(2));
        _shard.Know(SampleMoves.Own(0, 0, 0), SampleMoves.UnderWay(3, step, 2, [SampleMoves.Transfer(_other, _group)]));

        _shard.Read(second);
        _shard.Adopt(second, SampleMoves.Own(1, 2, 2));

        StartMovesCommand start = StartMovesCommand.Decode(_shard.Await(CommandKind.StartMoves).Command.Span);
        Assert.That((start.Configuration, start.Job), Is.EqualTo((2L, 3L)));
    }

    [Test]
    public void A_newcomer_whose_job_was_cancelled_goes_on_from_one_configuration_to_the_next()
    {
        Configuration first = SampleShards.FirstOf(1);
        Configuration second = SampleShards.Joined(first, SampleShards.Of(4));
        _shard.Know(SampleMoves.Own(7, 1, 2), SampleMoves.AllEnded(3, 2));

        _shard.Read(second);
        _shard.Read(first);
        _shard.Adopt(second, SampleMoves.Own(8, 2, 3));

        Assert.That(_shard.Calls(), Is.Empty);
    }

    [Test]
    public void A_configuration_that_takes_the_group_away_is_adopted_and_none_after_it()
    {
        Configuration first = SampleShards.FirstOf(1, 3);
        Configuration second = SampleShards.Left(first, _group);
        Configuration third = SampleShards.Joined(second, SampleShards.Of(4));
        _shard.Know(SampleMoves.Own(1, 1, 1), SampleMoves.AllEnded(3, 3));

        _shard.Read(second);
        _shard.Read(first);
        _shard.Adopt(second, SampleMoves.Own(2, 2, 2));
        _shard.Read(third);

        Assert.That(_shard.Calls(), Is.Empty);
        Assert.That(_shard.Sleep, Is.EqualTo(long.MaxValue));
    }

    [Test]
    public void A_group_that_has_left_is_known_by_the_configuration_before_its_own()
    {
        Configuration first = SampleShards.FirstOf(1, 3);
        Configuration second = SampleShards.Left(first, _group);
        Configuration third = SampleShards.Joined(second, SampleShards.Of(4));
        _shard.Know(SampleMoves.Own(2, 2, 2), SampleMoves.AllEnded(3, 3));

        _shard.Read(third);
        _shard.Read(second);
        _shard.Read(first);

        Assert.That(_shard.Calls(), Is.Empty);
    }

    [Test]
    public void The_job_under_way_begins_with_what_the_group_gives_and_gets_and_nothing_else()
    {
        ArcTransfer[] transfers = [SampleMoves.Transfer(_other, new GroupId(2)), SampleMoves.Transfer(_other, _group), SampleMoves.Transfer(_group, new GroupId(2))];
        _shard.Know(SampleMoves.Own(1, 1, 1), SampleMoves.UnderWay(2, JobStep.Copying, 1, transfers));

        StartMovesCommand start = StartMovesCommand.Decode(_shard.Await(CommandKind.StartMoves).Command.Span);

        Assert.That((start.Configuration, start.Job), Is.EqualTo((1L, 2L)));
        Assert.That(start.Transfers.Select(static transfer => (transfer.From, transfer.To)), Is.EqualTo(new[] { (_other, _group), (_group, new GroupId(2)) }));
    }

    [Test]
    public void A_job_that_has_begun_here_or_is_committed_or_of_others_does_not_begin()
    {
        ArcTransfer[] transfers = [SampleMoves.Transfer(_other, _group)];
        _shard.Know(SampleMoves.Own(1, 1, 2), SampleMoves.UnderWay(2, JobStep.Copying, 1, transfers));
        Assert.That(_shard.Calls(), Is.Empty, "has begun");

        _shard.Hear(SampleMoves.UnderWay(3, JobStep.Copying, 1, [SampleMoves.Transfer(_other, new GroupId(2))]));
        Assert.That(_shard.Calls(), Is.Empty, "of others");

        _shard.Hear(SampleMoves.UnderWay(4, JobStep.Committed, 1, transfers));
        Assert.That(_shard.Calls(), Is.EqualTo(new[] { nameof(ReadConfiguration) }), "committed");
    }

    [Test]
    public void Nothing_is_decided_of_a_job_under_way()
    {
        _shard.Know(Giving(GiveState.Copying), SampleMoves.UnderWay(2, JobStep.Draining, 1, [SampleMoves.Transfer(_group, _other)]));

        Assert.That(_shard.Calls(), Is.Empty);
    }

    [Test]
    public void A_job_that_made_the_next_configuration_is_committed()
    {
        Configuration first = SampleShards.FirstOf(1, 3);
        Configuration second = first.Next(2, first.Shards, []);
        _shard.Know(Giving(GiveState.Copying), SampleMoves.UnderWay(2, JobStep.Committed, 1, [SampleMoves.Transfer(_group, _other)]));

        _shard.Read(second);

        Assert.That(_shard.Await<Adopt>().Next.Number, Is.EqualTo(2));
    }

    [Test]
    public void A_job_came_to_nothing_when_another_one_made_the_next_configuration()
    {
        Configuration first = SampleShards.FirstOf(1, 3);
        Configuration second = first.Next(3, first.Shards, []);
        _shard.Know(Giving(GiveState.Copying), SampleMoves.AllEnded(3, 2));

        _shard.Read(second);
        Tell end = _shard.Await(CommandKind.EndMoves);
        _shard.Answer(end, SampleMoves.Own(6, 1, 2));

        Assert.That(EndMovesCommand.Decode(end.Command.Span).Job, Is.EqualTo(2));
        Assert.That(_shard.Calls(), Is.EqualTo(new[] { nameof(Adopt) }));
    }

    [Test]
    public void A_job_came_to_nothing_when_the_masters_have_passed_it_and_no_configuration_came_of_it()
    {
        _shard.Know(Giving(GiveState.Copying), SampleMoves.AllEnded(2, 1));

        Tell end = _shard.Await(CommandKind.EndMoves);
        _shard.Answer(end, SampleMoves.Own(6, 1, 2));

        Assert.That(EndMovesCommand.Decode(end.Command.Span).Job, Is.EqualTo(2));
        Assert.That(_shard.Calls(), Is.Empty);
    }

    [Test]
    public void A_copy_that_is_worth_nothing_is_emptied_part_by_part()
    {
        IncomingMoveState move = SampleMoves.Comes(2, _other, CopyState.Discarding, pieces: 4, isEnded: true);
        _shard.Know(SampleMoves.Own(5, 1, 2, [move]), SampleMoves.AllEnded(2, 1));

        Tell first = _shard.Await(CommandKind.DiscardCopy);
        _shard.Answer(first, SampleMoves.Own(6, 1, 2, [move]));
        _shard.Answer(_shard.Await(CommandKind.DiscardCopy), SampleMoves.Own(7, 1, 2));

        DiscardCopyCommand discard = DiscardCopyCommand.Decode(first.Command.Span);
        Assert.That((discard.Job, discard.Source), Is.EqualTo((2L, _other)));
        Assert.That(_shard.Calls(), Is.Empty);
    }

    [TestCase(GiveState.Frozen)]
    [TestCase(GiveState.Dropping)]
    public void Nothing_is_adopted_before_the_moves_to_the_adopted_configuration_have_ended(GiveState state)
    {
        _shard.Know(Giving(state), SampleMoves.AllEnded(3, 2));

        Assert.That(_shard.Calls(), Has.None.EqualTo(nameof(ReadConfiguration)));
    }

    [Test]
    public void What_a_group_refuses_is_told_to_it_again_after_it_was_asked_and_after_longer_and_longer_pauses()
    {
        MovesResult own = SampleMoves.Own(1, 1, 1);
        _shard.Know(own, SampleMoves.UnderWay(2, JobStep.Copying, 1, [SampleMoves.Transfer(_other, _group)]));
        List<long> pauses = [];
        for (int attempt = 0; attempt < 8; attempt++)
        {
            _shard.Fail(_shard.Await(CommandKind.StartMoves), "not now");
            Assert.That(_shard.Calls(), Is.Empty);
            pauses.Add(_shard.Sleep);
            _shard.Pass(_shard.Sleep);
            _shard.Answer(_shard.Await<ReadOwn>(), own);
        }

        Assert.That(pauses, Is.EqualTo(new long[] { 20, 40, 80, 160, 320, 640, 1000, 1000 }));
        Assert.That(_shard.FindTrouble("its own group"), Is.EqualTo("not now"));

        _shard.Answer(_shard.Await(CommandKind.StartMoves), SampleMoves.Own(2, 1, 2, [SampleMoves.Comes(2, _other, CopyState.Copying)]));
        Assert.That(_shard.FindTrouble("its own group"), Is.Null);
    }

    [Test]
    public void What_another_primary_has_had_adopted_meanwhile_is_not_told_again()
    {
        Configuration second = SampleShards.Joined(SampleShards.FirstOf(1, 3), SampleShards.Of(4));
        _shard.Know(SampleMoves.Own(1, 1, 1), SampleMoves.AllEnded(2, 2));
        _shard.Read(second);

        _shard.Fail(_shard.Await<Adopt>());
        _shard.Pass(20);
        _shard.Answer(_shard.Await<ReadOwn>(), SampleMoves.Own(2, 2, 2));

        Assert.That(_shard.Calls(), Is.Empty);
    }

    [Test]
    public void A_question_that_was_under_way_when_a_command_failed_settles_nothing()
    {
        IncomingMoveState move = SampleMoves.Comes(2, _other, CopyState.Copying);
        MovesResult own = SampleMoves.Own(5, 1, 2, [move]);
        WatchJobResult news = SampleMoves.UnderWay(2, JobStep.Copying, 1, [SampleMoves.Transfer(_other, _group)]);
        _shard.Know(own, news);
        _shard.Answer(_shard.AwaitCopy(_other), SampleMoves.Copied("c", "p"));
        Tell import = _shard.Await(CommandKind.ImportPiece);
        _shard.Hear(news);
        ReadOwn asked = _shard.Await<ReadOwn>();

        _shard.Fail(import);
        _shard.Answer(asked, own);

        Assert.That(_shard.Calls(), Is.EqualTo(new[] { nameof(ReadOwn) }));
    }

    [Test]
    public void A_command_without_effect_is_not_told_again_at_once()
    {
        MovesResult own = Giving(GiveState.Copying);
        _shard.Know(own, SampleMoves.AllEnded(2, 1));

        _shard.Answer(_shard.Await(CommandKind.EndMoves), own);

        Assert.That(_shard.Calls(), Is.Empty);
        Assert.That(_shard.Sleep, Is.EqualTo(20));
    }

    private static MovesResult Giving(GiveState state) => SampleMoves.Own(5, 1, 2, outgoing: [SampleMoves.Goes(2, _other, state)]);
}
