using NUnit.Framework;
using PaxosShard.Hashing;
using PaxosShard.Hashing.Configurations;
using PaxosShard.Tests.Unit.Hashing;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;
using PaxosShard.Wire.Moves;
using static PaxosShard.Tests.Unit.Machines.Moves.TwoShards;

namespace PaxosShard.Tests.Unit.Machines.Moves;

/// <summary>Exactly once holds over a move (rule 9): results, marks, expiries and log time go along.</summary>
[TestFixture]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class MovedSessionTests
{
    private static readonly SessionId _session = new(4711);

    private readonly TwoShards _shards = new();

    private MovingShard Source => _shards.Source;

    private MovingShard Destination => _shards.Destination;

    /// <summary>Schedule 50: what ran at the source is known at the destination, whether its result has got to the client or not.</summary>
    [Test]
    public void A_request_that_ran_before_the_move_gets_its_first_result_after_it()
    {
        ClientReply first = Source.Execute(Append(1, Moving(1), "a"));
        Source.Execute(Append(2, Staying(1), "b"));
        _shards.Start();
        _shards.Copy();
        ClientReply third = Source.Execute(Append(3, Moving(1), "c", previous: 1));
        _shards.Commit();
        _shards.Finish();

        Assert.That(Destination.Execute(Append(1, Moving(1), "a")).Payload.ToArray(), Is.EqualTo(first.Payload.ToArray()));
        Assert.That(Destination.Execute(Append(3, Moving(1), "c", previous: 1)).Payload.ToArray(), Is.EqualTo(third.Payload.ToArray()));
        Assert.That(Destination.Execute(Append(4, Moving(1), "d", previous: 3)).Status, Is.EqualTo(ReplyStatus.Ok));
        Assert.That(Destination.Get(Moving(1)), Is.EqualTo("acd"));
        Assert.That(Source.Execute(Append(2, Staying(1), "b")).Status, Is.EqualTo(ReplyStatus.Ok));
        Assert.That(Source.Get(Staying(1)), Is.EqualTo("b"));
    }

    [Test]
    public void A_request_whose_predecessor_never_ran_is_refused_at_the_destination_too()
    {
        _shards.Start();
        _shards.Commit();
        _shards.Finish();

        Assert.That(Destination.Execute(Append(2, Moving(1), "b", previous: 1)).Status, Is.EqualTo(ReplyStatus.OutOfOrder));
        Assert.That(Destination.Execute(Append(1, Moving(1), "a")).Status, Is.EqualTo(ReplyStatus.Ok));
    }

    /// <summary>Schedule 19: the result was dropped because a request on another arc said that it was received; a late copy must not run.</summary>
    [Test]
    public void A_mark_that_passed_on_another_arc_goes_along()
    {
        Source.Execute(Append(1, Moving(1), "a"));
        _shards.Start();
        _shards.Copy();
        Source.Execute(Append(2, Staying(1), "b", acknowledgedBelow: 2));
        _shards.Commit();
        _shards.Finish();

        Assert.That(Destination.Execute(Append(1, Moving(1), "a")).Status, Is.EqualTo(ReplyStatus.Stale));
        Assert.That(Destination.Get(Moving(1)), Is.EqualTo("a"));
    }

    /// <summary>Schedule 63: what the source forgets after the freezing is on its way all the same.</summary>
    [Test]
    public void Results_on_their_way_outlive_their_session_at_the_source()
    {
        Source.Execute(Append(1, Moving(1), "a", expiry: Source.Time + 100_000));
        _shards.Start();
        _shards.Copy();
        _shards.Commit();
        CopyArcsResult sessions = _shards.CopyOnce();
        Source.Execute(Append(2, Staying(1), "b", acknowledgedBelow: 2, expiry: Source.Time + 100_000));
        _shards.Finish();

        Assert.That(sessions.IsFrozen, Is.True);
        Assert.That(Destination.Execute(Append(1, Moving(1), "a", expiry: Destination.Time + 100_000)).Status, Is.EqualTo(ReplyStatus.Stale).Or.EqualTo(ReplyStatus.Ok));
        Assert.That(Destination.Get(Moving(1)), Is.EqualTo("a"));
    }

    /// <summary>Schedule 53: the source is ahead in log time; what has expired there has expired at the destination.</summary>
    [Test]
    public void Log_time_of_the_source_goes_along()
    {
        Source.Time += 600_000;
        ClientRequest request = Append(1, Moving(1), "a", expiry: Source.Time + 1000);
        Source.Execute(request);
        Source.Execute(Append(2, Moving(2), "b", acknowledgedBelow: 2, expiry: Source.Time + 1000));
        Source.Time += 2000;
        for (int slots = 0; slots < 3; slots++)
            Source.Put(Staying(slots), "x");
        Assert.That(Source.State.Sessions.Find(_session), Is.Null);
        _shards.Start();
        _shards.Commit();
        _shards.Finish();

        Assert.That(Destination.State.LogTime, Is.GreaterThanOrEqualTo(request.Expiry));
        Assert.That(Destination.Execute(request).Status, Is.EqualTo(ReplyStatus.Expired));
        Assert.That(Destination.Get(Moving(1)), Is.EqualTo("a"));
    }

    /// <summary>Schedule 51: at every step either side goes on from a snapshot of itself.</summary>
    [Test]
    public void Both_sides_go_on_from_snapshots_at_every_step([Range(0, 9)] int step)
    {
        int steps = 0;
        Source.Execute(Append(1, Moving(1), "a"));
        Source.Send(Moving(2), "hello");
        Step();
        _shards.Start();
        Step();
        _shards.CopyOnce();
        Step();
        Source.Execute(Append(2, Moving(1), "b", previous: 1));
        Step();
        Source.Adopt(Second);
        Step();
        Destination.Adopt(Second);
        Step();
        CopyArcsResult last = _shards.Copy();
        Step();
        _shards.Serve(last);
        Step();
        Source.Tell(new DropArcsCommand(Job, Destination.Group).Encode());
        Step();
        Assert.That(Destination.Execute(Append(2, Moving(1), "b", previous: 1)).Status, Is.EqualTo(ReplyStatus.Ok));
        Step();

        Assert.That((Destination.Get(Moving(1)), Destination.Texts(Moving(2)), Source.Moves.Outgoing.Count), Is.EqualTo(("ab", "1:hello", 0)));

        void Step()
        {
            if (steps++ != step)
                return;
            Source.Restart();
            Destination.Restart();
        }
    }

    /// <summary>Schedule 31: what comes back is not dropped by what was said of the way there.</summary>
    [Test]
    public void Arcs_that_come_back_are_not_dropped_by_a_late_entry()
    {
        Source.Execute(Append(1, Moving(1), "a"));
        _shards.Start();
        _shards.Commit();
        _shards.Finish();
        Configuration third = SampleShards.Moved(Second, new GroupId(1), [.. MovingArcs]);
        Source.Adopt(third);
        Destination.Adopt(third);
        IncomingMoveState back = Source.Moves.Incoming.Single();
        CopyArcsResult answer = Destination.Copy(third.Job, Source.Group, back.Cursor);
        Source.Tell(new ImportPieceCommand(third.Job, Destination.Group, 0, answer.Cursor, answer.Piece).Encode());
        Source.Tell(new ServeArcsCommand(third.Job, Destination.Group, 1, answer.Cursor, answer.LogTime, answer.ArcsHash, answer.ResultsHash).Encode());
        Assert.That(Source.Get(Moving(1)), Is.EqualTo("a"));

        Source.Tell(new DropArcsCommand(Job, Destination.Group).Encode());
        Source.Tell(new DropArcsCommand(third.Job, Destination.Group).Encode());
        Assert.That(Source.Get(Moving(1)), Is.EqualTo("a"));
        Assert.That(Source.Execute(Append(1, Moving(1), "a")).Status, Is.EqualTo(ReplyStatus.Ok));
        Assert.That(Source.Get(Moving(1)), Is.EqualTo("a"));
    }

    [Test]
    public void Arcs_that_nobody_had_are_served_at_once()
    {
        MovingShard shard = new(new GroupId(1));
        shard.Adopt(First);
        Assert.That((shard.Put(Staying(1), "x"), shard.Moves.Incoming.Count), Is.EqualTo((ReplyStatus.Ok, 0)));
    }

    [Test]
    public void A_newcomer_takes_the_configuration_before_its_own_first_and_waits_for_its_arcs()
    {
        Configuration joined = SampleShards.Joined(First, SampleShards.Of(3));
        MovingShard newcomer = new(new GroupId(3));
        Assert.That(newcomer.Tell(new AdoptConfigurationCommand(joined.Encode()).Encode()).Status, Is.EqualTo(ReplyStatus.Rejected));
        newcomer.Adopt(First);
        newcomer.Adopt(joined);

        Assert.That(newcomer.Moves.Incoming.Select(static move => move.Source.Number), Is.EqualTo((int[])[1, 2]));
        Assert.That(newcomer.Moves.Incoming.Sum(static move => move.Arcs), Is.EqualTo(joined.ArcsOf(new GroupId(3)).Count));
        Assert.That(joined.ArcsOf(new GroupId(3)).Any(arc => newcomer.Machine.Served.Serves(new Arc(arc.Number))), Is.False);
    }

    [Test]
    public void A_group_that_leaves_gives_all_its_arcs()
    {
        Configuration left = SampleShards.Left(First, new GroupId(1));
        Source.Put(Staying(1), "x");
        Source.Adopt(left);
        Destination.Adopt(left);
        CopyArcsResult answer = Source.Copy(left.Job, Destination.Group, default);
        Destination.Tell(new ImportPieceCommand(left.Job, Source.Group, 0, answer.Cursor, answer.Piece).Encode());
        Destination.Tell(new ServeArcsCommand(left.Job, Source.Group, 1, answer.Cursor, answer.LogTime, answer.ArcsHash, answer.ResultsHash).Encode());
        Source.Tell(new DropArcsCommand(left.Job, Destination.Group).Encode());

        Assert.That((Destination.Get(Staying(1)), Source.Machine.Keys.Count, Source.Moves.Outgoing.Count), Is.EqualTo(("x", 0, 0)));
    }

    private static ClientRequest Append(long sequence, string key, string value, long previous = 0, long acknowledgedBelow = 0, long expiry = 700_000) => ExecutedLog.Request(
        _session,
        sequence,
        KeyCommand.Append(System.Text.Encoding.UTF8.GetBytes(key), System.Text.Encoding.UTF8.GetBytes(value)).Encode(),
        previous,
        acknowledgedBelow,
        expiry);
}
