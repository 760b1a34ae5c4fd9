using NUnit.Framework;
using PaxosShard.Replica.Sharding;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Moves;
using PaxosShard.Wire.Placement;

namespace PaxosShard.Tests.Unit.Sharding;

/// <summary>How a group gets the arcs of one source: piece by piece from where its own state says, until it serves them.</summary>
[TestFixture]
internal sealed class PullLaneTests
{
    private static readonly GroupId _group = DrivenShard.Group;
    private static readonly GroupId _source = new(1);
    private static readonly GroupId _second = new(2);

    private DrivenShard _shard = null!;

    [SetUp]
    public void Begin() => _shard = new DrivenShard();

    [Test]
    public void A_piece_is_told_as_it_came_and_the_next_question_goes_on_where_the_groups_state_says()
    {
        Know(CopyState.Copying);
        CopyArcs copy = _shard.AwaitCopy(_source);
        _shard.Answer(copy, SampleMoves.Copied("c", "piece"));
        Tell told = _shard.Await(CommandKind.ImportPiece);
        ImportPieceCommand import = ImportPieceCommand.Decode(told.Command.Span);

        Say(told, 6, CopyState.Copying, pieces: 1, "other");
        _shard.Pass(_shard.Sleep);

        Assert.That((copy.Query.Job, copy.Query.Destination, copy.Query.Cursor.Length), Is.EqualTo((2L, _group, 0)));
        Assert.That(copy.Addresses, Is.EqualTo(SampleMoves.AddressesOf(_source)));
        Assert.That((import.Job, import.Source, import.Pieces), Is.EqualTo((2L, _source, 0L)));
        Assert.That(import.Cursor.ToArray(), Is.EqualTo(SampleMoves.Bytes("c")));
        Assert.That(import.Piece.ToArray(), Is.EqualTo(SampleMoves.Bytes("piece")));
        Assert.That(_shard.AwaitCopy(_source).Query.Cursor.ToArray(), Is.EqualTo(SampleMoves.Bytes("other")));
    }

    [TestCase(4, 6, 140)]
    [TestCase(0, 17, 238)]
    [TestCase(5000, 0, 250)]
    public void Before_the_configuration_nine_tenths_of_the_time_and_more_are_the_clients(int answered, int taken, int pause)
    {
        Know(CopyState.Copying);
        CopyArcs copy = _shard.AwaitCopy(_source);
        _shard.Pass(answered);
        _shard.Answer(copy, SampleMoves.Copied("c", "piece"));
        Tell import = _shard.Await(CommandKind.ImportPiece);
        _shard.Pass(taken);

        Say(import, 6, CopyState.Copying, pieces: 1, "c");

        Assert.That(_shard.Calls(), Is.Empty);
        Assert.That(_shard.Sleep, Is.EqualTo(pause));
    }

    [TestCase(0, 14, Description = "too fast to be measured, and a rest all the same")]
    [TestCase(1, 14)]
    [TestCase(4, 56)]
    [TestCase(6, 126, Description = "half as long again: 21 times as long a rest")]
    [TestCase(8, 224)]
    [TestCase(9, 250, Description = "never longer than a quarter of a second")]
    public void The_longer_a_piece_takes_than_the_fastest_one_the_more_times_as_long_is_the_rest(int took, long pause)
    {
        Know(CopyState.Copying);
        TakePiece(took: 4, pieces: 1);
        _shard.Pass(_shard.Sleep);

        TakePiece(took, pieces: 2);

        Assert.That(_shard.Sleep, Is.EqualTo(pause));
    }

    [Test]
    public void An_answer_without_a_piece_is_not_the_fastest_piece()
    {
        Know(CopyState.Copying);
        CopyArcs copy = _shard.AwaitCopy(_source);
        _shard.Pass(4);
        _shard.Answer(copy, SampleMoves.Copied("", "", isWalkOver: true, left: 0));
        _shard.Pass(_shard.Sleep);

        TakePiece(took: 12, pieces: 1);

        Assert.That(_shard.Sleep, Is.EqualTo(168));
    }

    [TestCase(4, 56, Description = "as long as a short one: it is faster than was expected")]
    [TestCase(12, 168)]
    [TestCase(13, 197)]
    public void A_piece_with_more_bytes_may_take_as_many_times_longer(int took, long pause)
    {
        Know(CopyState.Copying);
        TakePiece(took: 4, pieces: 1);
        _shard.Pass(_shard.Sleep);

        TakePiece(took, pieces: 2, new string('p', 3 * MoveLimits.WantedPieceServed));

        Assert.That(_shard.Sleep, Is.EqualTo(pause));
    }

    [Test]
    public void A_long_piece_shows_how_long_a_short_one_may_take()
    {
        Know(CopyState.Copying);
        TakePiece(took: 9, pieces: 1, new string('p', 3 * MoveLimits.WantedPieceServed));
        _shard.Pass(_shard.Sleep);

        TakePiece(took: 6, pieces: 2);

        Assert.That(_shard.Sleep, Is.EqualTo(168));
    }

    [Test]
    public void Once_the_configuration_is_adopted_there_is_no_pause()
    {
        Know(CopyState.Copying);
        CopyArcs copy = _shard.AwaitCopy(_source);
        _shard.Pass(300);
        _shard.Answer(copy, SampleMoves.Copied("c", "piece"));

        Say(_shard.Await(CommandKind.ImportPiece), 6, CopyState.Pulling, pieces: 1, "c");

        Assert.That(_shard.Calls(), Is.EqualTo(new[] { nameof(CopyArcs) }));
    }

    [TestCase(CopyState.Copying, 20)]
    [TestCase(CopyState.Pulling, 2)]
    public void When_there_is_nothing_new_the_source_is_asked_again_after_a_pause_that_is_shorter_while_nobody_serves(CopyState state, long pause)
    {
        Know(state);

        _shard.Answer(_shard.AwaitCopy(_source), SampleMoves.Copied("", "", isWalkOver: true, left: 0));

        Assert.That(_shard.Calls(), Is.Empty);
        Assert.That(_shard.Sleep, Is.EqualTo(pause));
        _shard.Pass(pause);
        Assert.That(_shard.Calls(), Is.EqualTo(new[] { nameof(CopyArcs) }));
    }

    [Test]
    public void A_pause_ends_when_the_configuration_is_adopted_here()
    {
        Know(CopyState.Copying, pieces: 1, "c");
        _shard.Answer(_shard.AwaitCopy(_source), SampleMoves.Copied("c", "", isWalkOver: true, left: 0));
        Assert.That(_shard.Calls(), Is.Empty);

        _shard.Hear(SampleMoves.UnderWay(2, JobStep.Copying, 1, [SampleMoves.Transfer(_source, _group)], _group));
        _shard.Answer(_shard.Await<ReadOwn>(), Own(6, CopyState.Pulling, 1, "c"));

        Assert.That(_shard.Calls(), Has.Member(nameof(CopyArcs)));
    }

    [Test]
    public void Arcs_are_served_when_nothing_is_left_to_take()
    {
        Know(CopyState.Pulling, pieces: 7, "c");
        _shard.Answer(_shard.AwaitCopy(_source), SampleMoves.Complete("c", ""));

        Tell told = _shard.Await(CommandKind.ServeArcs);
        ServeArcsCommand serve = ServeArcsCommand.Decode(told.Command.Span);
        _shard.Answer(told, SampleMoves.Own(6, 2, 2));

        Assert.That(serve, Is.EqualTo(new ServeArcsCommand(2, _source, 7, serve.Cursor, 77, 11, 22)));
        Assert.That(_shard.Calls(), Is.Empty);
    }

    [Test]
    public void Arcs_are_served_at_once_when_the_last_piece_is_taken()
    {
        Know(CopyState.Pulling, pieces: 7, "c");
        _shard.Answer(_shard.AwaitCopy(_source), SampleMoves.Complete("d", "last"));
        Assert.That(_shard.Calls(), Is.EqualTo(new[] { nameof(CommandKind.ImportPiece) }));

        Say(_shard.Await(CommandKind.ImportPiece), 6, CopyState.Pulling, pieces: 8, "d");

        Assert.That(ServeArcsCommand.Decode(_shard.Await(CommandKind.ServeArcs).Command.Span).Pieces, Is.EqualTo(8));
    }

    [TestCase(9)]
    [TestCase(8, Description = "as many as with the own piece, in whose place another one was taken")]
    public void Arcs_are_not_served_when_somebody_else_has_taken_a_piece_meanwhile(long pieces)
    {
        Know(CopyState.Pulling, pieces: 7, "c");
        _shard.Answer(_shard.AwaitCopy(_source), SampleMoves.Complete("d", "last"));

        Say(_shard.Await(CommandKind.ImportPiece), 6, CopyState.Pulling, pieces, "e");

        Assert.That(_shard.Calls(), Is.Empty);
        _shard.Pass(20);
        Assert.That(_shard.AwaitCopy(_source).Query.Cursor.ToArray(), Is.EqualTo(SampleMoves.Bytes("e")));
    }

    [TestCase("")]
    [TestCase("last")]
    public void Arcs_are_not_served_before_the_group_has_adopted_the_configuration(string piece)
    {
        Know(CopyState.Copying, pieces: 7, "c");
        _shard.Answer(_shard.AwaitCopy(_source), SampleMoves.Complete("c", piece));
        if (piece.Length > 0)
            Say(_shard.Await(CommandKind.ImportPiece), 6, CopyState.Copying, pieces: 8, "c");

        Assert.That(_shard.Calls(), Is.Empty);
        _shard.Pass(20);
        Assert.That(_shard.Calls(), Is.EqualTo(new[] { nameof(CopyArcs) }));
    }

    [Test]
    public void An_answer_from_before_the_copy_was_emptied_is_not_taken()
    {
        Know(CopyState.Pulling, pieces: 7, "c");
        CopyArcs copy = _shard.AwaitCopy(_source);
        _shard.Refresh(Own(6, CopyState.Discarding, pieces: 7, ""));
        _shard.Answer(_shard.Await(CommandKind.DiscardCopy), Own(7, CopyState.Pulling, pieces: 7, ""));

        _shard.Answer(copy, SampleMoves.Copied("d", "piece"));

        Assert.That(_shard.Calls(), Is.EqualTo(new[] { nameof(CopyArcs) }));
        Assert.That(_shard.AwaitCopy(_source).Query.Cursor.Length, Is.Zero);
    }

    [Test]
    public void A_copy_that_differs_is_emptied_and_pulled_again_from_the_beginning()
    {
        Know(CopyState.Pulling, pieces: 7, "c");
        _shard.Answer(_shard.AwaitCopy(_source), SampleMoves.Complete("c", ""));
        _shard.Answer(_shard.Await(CommandKind.ServeArcs), Own(6, CopyState.Discarding, pieces: 7, ""));
        Assert.That(_shard.Calls(), Is.EqualTo(new[] { nameof(CommandKind.DiscardCopy) }));

        _shard.Answer(_shard.Await(CommandKind.DiscardCopy), Own(7, CopyState.Pulling, pieces: 7, ""));
        CopyArcs again = _shard.AwaitCopy(_source);
        _shard.Answer(again, SampleMoves.Copied("b", "piece"));

        Assert.That(again.Query.Cursor.Length, Is.Zero);
        Assert.That(ImportPieceCommand.Decode(_shard.Await(CommandKind.ImportPiece).Command.Span).Pieces, Is.EqualTo(7));
    }

    [Test]
    public void A_piece_that_is_refused_is_asked_for_again_after_longer_and_longer_pauses()
    {
        Know(CopyState.Copying);
        List<long> pauses = [];
        for (int attempt = 0; attempt < 3; attempt++)
        {
            _shard.Answer(_shard.AwaitCopy(_source), SampleMoves.Copied("c", "piece"));
            _shard.Fail(_shard.Await(CommandKind.ImportPiece), "the state is full");
            _shard.Answer(_shard.Await<ReadOwn>(), Own(5, CopyState.Copying, pieces: 0, ""));
            pauses.Add(_shard.Sleep);
            _shard.Pass(_shard.Sleep);
        }

        Assert.That(pauses, Is.EqualTo(new long[] { 20, 40, 80 }));
        Assert.That(_shard.FindTrouble($"what comes from {_source}"), Is.EqualTo("the state is full"));
    }

    [Test]
    public void A_source_that_fails_or_hangs_holds_up_its_own_arcs_alone()
    {
        ArcTransfer[] transfers = [SampleMoves.Transfer(_source, _group), SampleMoves.Transfer(_second, _group)];
        IncomingMoveState dead = SampleMoves.Comes(2, _source, CopyState.Pulling);
        _shard.Know(SampleMoves.Own(5, 2, 2, [dead, SampleMoves.Comes(2, _second, CopyState.Pulling)]), SampleMoves.UnderWay(2, JobStep.Committed, 1, transfers));
        CopyArcs failing = _shard.AwaitCopy(_source);

        _shard.Answer(_shard.AwaitCopy(_second), SampleMoves.Copied("c", "piece"));
        _shard.Answer(_shard.Await(CommandKind.ImportPiece), SampleMoves.Own(6, 2, 2, [dead, SampleMoves.Comes(2, _second, CopyState.Pulling, 1, "c")]));
        _shard.Fail(failing);
        _shard.Answer(_shard.AwaitCopy(_second), SampleMoves.Complete("c", ""));
        _shard.Answer(_shard.Await(CommandKind.ServeArcs), SampleMoves.Own(7, 2, 2, [dead]));

        Assert.That(_shard.Calls(), Is.Empty);
        Assert.That(_shard.Sleep, Is.EqualTo(20));
        _shard.Pass(20);
        Assert.That(_shard.AwaitCopy(_source).Query.Job, Is.EqualTo(2));
    }

    private static MovesResult Own(long revision, CopyState state, long pieces, string cursor) =>
        SampleMoves.Own(revision, state == CopyState.Copying ? 1 : 2, 2, [SampleMoves.Comes(2, _source, state, pieces, cursor)]);

    private void TakePiece(int took, long pieces, string piece = "piece")
    {
        CopyArcs copy = _shard.AwaitCopy(_source);
        _shard.Answer(copy, SampleMoves.Copied("c", piece));
        Tell import = _shard.Await(CommandKind.ImportPiece);
        _shard.Pass(took);
        Say(import, 5 + pieces, CopyState.Copying, pieces, "c");
        Assert.That(_shard.Calls(), Is.Empty);
    }

    private void Know(CopyState state, long pieces = 0, string cursor = "")
    {
        JobStep step = state == CopyState.Copying ? JobStep.Copying : JobStep.Committed;
        _shard.Know(Own(5, state, pieces, cursor), SampleMoves.UnderWay(2, step, 1, [SampleMoves.Transfer(_source, _group)], _group));
    }

    private void Say(Tell told, long revision, CopyState state, long pieces, string cursor) => _shard.Answer(told, Own(revision, state, pieces, cursor));
}
