using NUnit.Framework;
using PaxosShard.Replica.Machines.Moves;
using PaxosShard.Replica.Machines.Rooms;
using PaxosShard.Wire;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;
using PaxosShard.Wire.Moves;
using static PaxosShard.Tests.Unit.Machines.Moves.TwoShards;

namespace PaxosShard.Tests.Unit.Machines.Moves;

/// <summary>Arcs go from one group to another one, with all that is in them, and are served by one of the two at any time.</summary>
[TestFixture]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class MoveTests
{
    private readonly TwoShards _shards = new();

    private MovingShard Source => _shards.Source;

    private MovingShard Destination => _shards.Destination;

    [Test]
    public void Keys_and_rooms_are_at_the_destination_and_not_at_the_source_any_more()
    {
        Source.Put(Moving(1), "one");
        Source.Put(Staying(1), "stays");
        Source.Send(Moving(2), "hello");
        Source.Send(Moving(2), "world");
        _shards.Start();
        _shards.Copy();
        _shards.Commit();
        _shards.Finish();

        Assert.That((Destination.Get(Moving(1)), Destination.Texts(Moving(2))), Is.EqualTo(("one", "1:hello 2:world")));
        Assert.That((Source.Get(Moving(1)), Source.Texts(Moving(2)), Source.Get(Staying(1))), Is.EqualTo(("?", "?", "stays")));
        Assert.That((Source.Machine.Keys.Count, Source.Machine.Rooms.Sorted.Count), Is.EqualTo((1, 0)));
        Assert.That(Source.Moves.Outgoing.Count + Destination.Moves.Incoming.Count, Is.Zero);
    }

    [Test]
    public void Until_the_configuration_is_adopted_the_source_serves_and_afterwards_nobody_until_all_is_there()
    {
        Source.Put(Moving(1), "one");
        _shards.Start();
        _shards.Copy();
        Assert.That((Source.Get(Moving(1)), Destination.Get(Moving(1))), Is.EqualTo(("one", "?")));

        _shards.Commit();
        Assert.That((Source.Get(Moving(1)), Destination.Get(Moving(1))), Is.EqualTo(("?", "?")));
        Assert.That((Source.Put(Moving(1), "late"), Destination.Put(Moving(1), "early")), Is.EqualTo((ReplyStatus.NotMyArc, ReplyStatus.NotMyArc)));

        _shards.Serve(_shards.Copy());
        Assert.That((Source.Get(Moving(1)), Destination.Get(Moving(1))), Is.EqualTo(("?", "one")));
        Assert.That(Destination.Put(Moving(1), "two"), Is.EqualTo(ReplyStatus.Ok));
    }

    [Test]
    public void What_changes_while_it_is_copied_is_copied_again()
    {
        Source.Put(Moving(1), "one");
        Source.Put(Moving(2), "two");
        Source.Send(Moving(3), "hello");
        _shards.Start();
        _shards.Copy();

        Source.Put(Moving(1), "changed");
        Source.Delete(Moving(2));
        Source.Send(Moving(3), "world");
        Source.Put(Moving(4), "new");
        Source.Put(Moving(5), "short-lived");
        Source.Delete(Moving(5));
        Assert.That(Source.Copy(Job, Destination.Group, Destination.Moves.Incoming.Single().Cursor).Left, Is.Zero);
        _shards.Commit();
        _shards.Finish();

        Assert.That((Destination.Get(Moving(1)), Destination.Get(Moving(2)), Destination.Get(Moving(4)), Destination.Get(Moving(5))), Is.EqualTo(("changed", "-", "new", "-")));
        Assert.That(Destination.Texts(Moving(3)), Is.EqualTo("1:hello 2:world"));
    }

    [Test]
    public void A_group_that_never_heard_of_the_start_has_everything_still_to_be_copied()
    {
        Source.Put(Moving(1), "one");
        _shards.Commit();
        Assert.That(Destination.Moves.Incoming.Single().State, Is.EqualTo(CopyState.Pulling));
        _shards.Finish();

        Assert.That(Destination.Get(Moving(1)), Is.EqualTo("one"));
    }

    [Test]
    public void A_source_that_never_heard_of_the_start_gives_everything_to_a_destination_that_did()
    {
        Source.Put(Moving(1), "one");
        Destination.Tell(new StartMovesCommand(1, Job, [new ArcTransfer(Source.Group, Destination.Group, MovingArcs)]).Encode());
        _shards.Commit();
        _shards.Finish();

        Assert.That(Destination.Get(Moving(1)), Is.EqualTo("one"));
    }

    [Test]
    public void A_job_that_ends_without_effect_leaves_nothing_at_the_destination()
    {
        Source.Put(Moving(1), "one");
        Source.Send(Moving(2), "hello");
        long before = Destination.Machine.StateBytes;
        _shards.Start();
        CopyArcsResult late = Source.Copy(Job, Destination.Group, default);
        _shards.Copy();

        Source.Tell(new EndMovesCommand(Job).Encode());
        Destination.Tell(new EndMovesCommand(Job).Encode());
        Assert.That(Destination.Moves.Incoming.Single().State, Is.EqualTo(CopyState.Discarding));
        Destination.Tell(new DiscardCopyCommand(Job, Source.Group).Encode());
        Destination.Tell(new ImportPieceCommand(Job, Source.Group, 0, late.Cursor, late.Piece).Encode());

        Assert.That((Destination.Moves.Incoming.Count, Source.Moves.Outgoing.Count, Destination.Machine.StateBytes), Is.EqualTo((0, 0, before)));
        Assert.That((Source.Get(Moving(1)), Destination.Get(Moving(1))), Is.EqualTo(("one", "?")));
    }

    /// <summary>Schedule 62: a write between two attempts, and a piece of the first one that comes to the second one.</summary>
    [Test]
    public void A_piece_of_another_attempt_is_thrown_away()
    {
        Source.Put(Moving(1), "old");
        _shards.Start();
        CopyArcsResult late = Source.Copy(Job, Destination.Group, default);
        foreach (MovingShard shard in (MovingShard[])[Source, Destination])
            shard.Tell(new EndMovesCommand(Job).Encode());
        Destination.Tell(new DiscardCopyCommand(Job, Source.Group).Encode());
        Source.Put(Moving(1), "new");

        _shards.Start(Job + 1);
        Destination.Tell(new ImportPieceCommand(Job, Source.Group, 0, late.Cursor, late.Piece).Encode());
        Assert.That(Destination.Moves.Incoming.Single().Pieces, Is.Zero);
        _shards.CopyOnce(Job + 1);
        Assert.That(Destination.Machine.Keys.TryGet(System.Text.Encoding.UTF8.GetBytes(Moving(1)), out ReadOnlySpan<byte> value) ? System.Text.Encoding.UTF8.GetString(value) : "-", Is.EqualTo("new"));
    }

    [Test]
    public void A_piece_is_taken_once_and_in_its_place()
    {
        Source.Put(Moving(1), "old");
        _shards.Start();
        CopyArcsResult first = _shards.CopyOnce();
        Source.Put(Moving(1), "new");
        _shards.CopyOnce();
        IncomingMoveState before = Destination.Moves.Incoming.Single();

        Destination.Tell(new ImportPieceCommand(Job, Source.Group, 0, first.Cursor, first.Piece).Encode());
        Destination.Tell(new ImportPieceCommand(Job, Source.Group, 7, first.Cursor, first.Piece).Encode());
        IncomingMoveState after = Destination.Moves.Incoming.Single();
        Assert.That((after.Pieces, after.Bytes), Is.EqualTo((before.Pieces, before.Bytes)));
        _shards.Commit();
        _shards.Finish();

        Assert.That(Destination.Get(Moving(1)), Is.EqualTo("new"));
    }

    [Test]
    public void A_copy_that_is_not_the_same_is_emptied_and_made_again()
    {
        Source.Put(Moving(1), "one");
        _shards.Start();
        _shards.Copy();
        _shards.Commit();
        CopyArcsResult last = _shards.Copy();
        Destination.Tell(new ServeArcsCommand(Job, Source.Group, Destination.Moves.Incoming.Single().Pieces, Destination.Moves.Incoming.Single().Cursor, last.LogTime, last.ArcsHash + 1, last.ResultsHash).Encode());

        Assert.That((Destination.Moves.Incoming.Single().State, Destination.Get(Moving(1))), Is.EqualTo((CopyState.Discarding, "?")));
        Destination.Tell(new DiscardCopyCommand(Job, Source.Group).Encode());
        Assert.That((Destination.Moves.Incoming.Single().State, Destination.Machine.Keys.Count), Is.EqualTo((CopyState.Pulling, 0)));
        _shards.Finish();
        Assert.That(Destination.Get(Moving(1)), Is.EqualTo("one"));
    }

    [Test]
    public void Nothing_is_served_by_an_entry_that_counts_other_pieces()
    {
        Source.Put(Moving(1), "one");
        _shards.Start();
        _shards.Commit();
        CopyArcsResult last = _shards.Copy();
        long pieces = Destination.Moves.Incoming.Single().Pieces;
        foreach (long other in (long[])[pieces - 1, pieces + 1])
            Destination.Tell(new ServeArcsCommand(Job, Source.Group, other, Destination.Moves.Incoming.Single().Cursor, last.LogTime, last.ArcsHash, last.ResultsHash).Encode());

        Assert.That(Destination.Get(Moving(1)), Is.EqualTo("?"));
        _shards.Serve(last);
        Assert.That(Destination.Get(Moving(1)), Is.EqualTo("one"));
    }

    [Test]
    public void Nothing_is_served_by_an_entry_that_counts_a_piece_of_somebody_else_as_its_own()
    {
        Source.Put(Moving(1), "one");
        _shards.Start();
        _shards.Copy();
        _shards.Commit();
        IncomingMoveState move = Destination.Moves.Incoming.Single();
        CopyArcsResult early = Source.Copy(Job, Destination.Group, move.Cursor);
        Source.Put(Staying(1), "another session");
        CopyArcsResult late = Source.Copy(Job, Destination.Group, move.Cursor);
        Destination.Tell(_shards.Import(move, early));
        Destination.Tell(new ServeArcsCommand(Job, Source.Group, move.Pieces + 1, late.Cursor, late.LogTime, late.ArcsHash, late.ResultsHash).Encode());
        Assert.That(Destination.Get(Moving(1)), Is.EqualTo("?"), "what the late answer says of sessions is not here");

        _shards.Finish();
        Assert.That(Destination.Get(Moving(1)), Is.EqualTo("one"));
    }

    [Test]
    public void Arcs_that_are_served_are_not_dropped_whoever_says_so()
    {
        Source.Put(Moving(1), "one");
        _shards.Start();
        Source.Tell(new DropArcsCommand(Job, Destination.Group).Encode());
        Assert.That(Source.Get(Moving(1)), Is.EqualTo("one"));

        _shards.Commit();
        _shards.Finish();
        Destination.Tell(new DropArcsCommand(Job, Source.Group).Encode());
        Destination.Tell(new EndMovesCommand(Job).Encode());
        Destination.Tell(new DiscardCopyCommand(Job, Source.Group).Encode());
        Assert.That(Destination.Get(Moving(1)), Is.EqualTo("one"));
    }

    [Test]
    public void What_a_configuration_has_frozen_does_not_end()
    {
        Source.Put(Moving(1), "one");
        _shards.Start();
        _shards.Commit();
        foreach (MovingShard shard in (MovingShard[])[Source, Destination])
            shard.Tell(new EndMovesCommand(Job).Encode());
        _shards.Finish();

        Assert.That(Destination.Get(Moving(1)), Is.EqualTo("one"));
    }

    [Test]
    public void The_next_configuration_waits_until_the_moves_to_the_one_before_have_ended()
    {
        byte[] third = new AdoptConfigurationCommand(Second.Next(3, Second.Shards, []).Encode()).Encode();
        Source.Put(Moving(1), "one");
        _shards.Start();
        Assert.That((Source.Tell(third).Status, Destination.Tell(third).Status), Is.EqualTo((ReplyStatus.Rejected, ReplyStatus.Rejected)));
        _shards.Commit();
        Assert.That((Source.Tell(third).Status, Destination.Tell(third).Status), Is.EqualTo((ReplyStatus.Rejected, ReplyStatus.Rejected)));
        _shards.Finish();
        Assert.That((Source.Tell(third).Status, Destination.Tell(third).Status), Is.EqualTo((ReplyStatus.Ok, ReplyStatus.Ok)));
    }

    [Test]
    public void A_configuration_of_another_job_waits_until_what_began_here_has_ended()
    {
        _shards.Start(Job + 7);
        byte[] second = new AdoptConfigurationCommand(Second.Encode()).Encode();
        Assert.That((Source.Tell(second).Status, Destination.Tell(second).Status), Is.EqualTo((ReplyStatus.Rejected, ReplyStatus.Rejected)));
        Assert.That(Source.Put(Moving(1), "one"), Is.EqualTo(ReplyStatus.Ok), "the source serves");
    }

    [Test]
    public void A_full_destination_refuses_pieces_before_the_configuration_and_takes_them_afterwards()
    {
        TwoShards shards = new(destinationBytes: 500);
        shards.Source.Put(Moving(1), new string('x', 1000));
        shards.Start();
        IncomingMoveState move = shards.Destination.Moves.Incoming.Single();
        CopyArcsResult answer = shards.Source.Copy(Job, shards.Destination.Group, default);

        ClientReply refused = shards.Destination.Tell(shards.Import(move, answer));
        Assert.That((refused.Status, shards.Destination.Moves.Incoming.Single().Pieces), Is.EqualTo((ReplyStatus.Rejected, 0L)));

        shards.Commit();
        shards.Finish();
        Assert.That(shards.Destination.Get(Moving(1)), Has.Length.EqualTo(1000));
        Assert.That(shards.Destination.Put(Moving(2), "more"), Is.EqualTo(ReplyStatus.Rejected));
        shards.Destination.Restart();
        Assert.That(shards.Destination.Get(Moving(1)), Has.Length.EqualTo(1000));
    }

    [Test]
    public void A_room_that_is_trimmed_meanwhile_is_the_same_at_both_ends()
    {
        TwoShards shards = new(new RoomRetention { Messages = 5 });
        shards.Source.Send(Moving(1), "1");
        shards.Source.Send(Moving(1), "2");
        shards.Start();
        shards.Copy();
        for (int number = 3; number <= 20; number++)
            shards.Source.Send(Moving(1), $"{number}");
        string before = shards.Source.Texts(Moving(1));
        shards.Commit();
        shards.Finish();

        Assert.That((before, shards.Destination.Texts(Moving(1))), Is.EqualTo(("16:16 17:17 18:18 19:19 20:20", before)));
        shards.Destination.Send(Moving(1), "21");
        Assert.That(shards.Destination.Texts(Moving(1)), Does.EndWith("20:20 21:21"));
    }

    [Test]
    public void Rooms_that_are_given_away_are_not_trimmed_by_age_and_are_where_they_are_served()
    {
        TwoShards shards = new(new RoomRetention { Age = 60_000 });
        shards.Source.Send(Moving(1), "old");
        shards.Start();
        shards.Copy();
        shards.Commit();
        CopyArcsResult last = shards.Copy();
        shards.Source.Time += 100_000;
        shards.Destination.Time += 100_000;
        shards.Source.Put(Staying(1), "x");
        Assert.That(shards.Source.Copy(Job, shards.Destination.Group, default).Left, Is.Zero);
        shards.Serve(last);
        Assert.That(shards.Destination.Texts(Moving(1)), Is.EqualTo("1:old"));

        shards.Destination.Send(Moving(2), "x");
        Assert.That(shards.Destination.Texts(Moving(1)), Is.Empty);
    }

    [Test]
    public void Large_rooms_and_values_come_in_several_pieces()
    {
        string text = new('t', 60_000);
        for (int message = 0; message < 20; message++)
            Source.Send(Moving(1), text);
        for (int key = 2; key < 6; key++)
            Source.Put(Moving(key), new string('v', Limits.Value));
        _shards.Start();
        long most = 0;
        CopyArcsResult answer;
        do
        {
            answer = _shards.CopyOnce();
            most = Math.Max(most, answer.Piece.Length);
        }
        while (!answer.IsWalkOver);
        for (int message = 0; message < 20; message++)
            Source.Send(Moving(1), text);
        Assert.That(Destination.Moves.Incoming.Single().Pieces, Is.GreaterThanOrEqualTo(8));
        Assert.That(most, Is.LessThanOrEqualTo(MoveLimits.Piece));
        string before = Source.Texts(Moving(1));
        _shards.Commit();
        _shards.Finish();

        Assert.That(Destination.Texts(Moving(1)), Is.EqualTo(before));
        Assert.That(Destination.Get(Moving(5)), Has.Length.EqualTo(Limits.Value));
    }

    [Test]
    public void Lists_name_what_is_served_here_and_nothing_twice()
    {
        Source.Put(Moving(1), "one");
        Source.Send(Moving(2), "hello");
        _shards.Start();
        _shards.Copy();
        Assert.That((Listed(Source), Listed(Destination)), Is.EqualTo(($"{Moving(1)} {Moving(2)} 1", " 0")));
        _shards.Commit();
        Assert.That((Listed(Source), Listed(Destination)), Is.EqualTo((" 0", " 0")));
        _shards.Serve(_shards.Copy());
        Assert.That((Listed(Source), Listed(Destination)), Is.EqualTo((" 0", $"{Moving(1)} {Moving(2)} 1")));
    }

    private static string Listed(MovingShard shard)
    {
        ListKeysResult keys = ListKeysResult.Decode(shard.State.Read(ExecutedLog.Query(new ListKeysQuery(default, default, 100).Encode())).Payload.Span);
        ListRoomsResult rooms = ListRoomsResult.Decode(shard.State.Read(ExecutedLog.Query(new ListRoomsQuery("", 100).Encode())).Payload.Span);
        IEnumerable<string> names = keys.Keys.Select(static key => System.Text.Encoding.UTF8.GetString(key.Key.Span)).Concat(rooms.Rooms.Select(static room => room.Room));
        return $"{string.Join(' ', names)} {rooms.Total}";
    }
}
