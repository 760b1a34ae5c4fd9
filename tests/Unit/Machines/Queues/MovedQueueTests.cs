using NUnit.Framework;
using PaxosShard.Hashing;
using PaxosShard.Replica.Core.Execution;
using PaxosShard.Tests.Unit.Machines.Moves;
using PaxosShard.Wire.Entries;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;
using static PaxosShard.Tests.Unit.Machines.Moves.TwoShards;
using static PaxosShard.Tests.Unit.Machines.Queues.GatedShard;

namespace PaxosShard.Tests.Unit.Machines.Queues;

/// <summary>The arc moves whole: its queues go along, and gates are found again at the other end (ordered rule M12).</summary>
[TestFixture]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class MovedQueueTests
{
    private static readonly string _moving = Moving(1);
    private static readonly string _staying = Staying(1);
    private static readonly string _far = FarName();

    private readonly TwoShards _shards = new();

    private MovingShard Source => _shards.Source;

    private MovingShard Destination => _shards.Destination;

    [TestCase(false)]
    [TestCase(true)]
    public void A_queue_goes_along_and_is_settled_at_the_destination(bool restarts)
    {
        Source.Run(Append(Session, 2, _moving, previous: 1), FarGate);
        Source.Run(Append(Plain, 1, _moving));
        PlacementToken token = Source.State.Queues.Find(Session, 2)!.Token;
        Move(restarts);

        Assert.That((Source.Waiting(), Source.Get(_moving), Source.State.Queues.Bytes), Is.EqualTo(("", "?", 0)));
        Assert.That((Destination.Waiting(), Destination.Get(_moving)), Is.EqualTo(("3.2 5.1+", "-")));
        Destination.Run(Settle(Session, 2, token, opens: true));

        Assert.That((Destination.Drained(), Destination.Get(_moving)), Is.EqualTo(("3.2 5.1", "2;1;")));
        Assert.That(Destination.State.Sessions.Find(Session)!.TokenOf(2), Is.EqualTo(token), "it took effect at the place that it had");
    }

    /// <summary>The new owner knows what it has got.</summary>
    [Test]
    public void A_copy_of_what_came_in_a_queue_gets_no_second_place()
    {
        Source.Run(Append(Session, 2, _moving, previous: 1), FarGate);
        _shards.Start();
        _shards.Commit();
        Assert.That(Source.Run(Append(Session, 3, _moving, previous: 2)).Status, Is.EqualTo(ReplyStatus.NotMyArc), "a frozen arc gives no places");
        Source.Run(Settle(Session, 2, Elsewhere, opens: true));
        _shards.Finish();

        Assert.That(Destination.Run(Append(Session, 2, _moving)).Status, Is.EqualTo(ReplicatedState.Queued));
        Assert.That(Destination.Run(Append(Session, 3, _moving, previous: 2)).Status, Is.EqualTo(ReplicatedState.Queued));
        Assert.That(Destination.Waiting(), Is.EqualTo("3.2 3.3"));
    }

    /// <summary>Ordered schedule 15: the predecessor's arc moves to where its successor waits.</summary>
    [TestCase(true, "1;|2;")]
    [TestCase(false, "1;|-")]
    public void A_gate_opens_when_its_predecessor_comes_as_a_result_of_that_placement(bool isThatPlacement, string values)
    {
        Source.Run(Append(Session, 1, _moving));
        PlacementToken ran = new(1, View.First, Source.State.Executed);
        Gate gate = new(ArcOf(_moving).Number, isThatPlacement ? ran : ran with { Slot = ran.Slot.Next });
        Assert.That(Destination.Run(Append(Session, 2, _far, previous: 1), gate).Status, Is.EqualTo(ReplicatedState.Queued));
        Move(restarts: false);

        Assert.That($"{Destination.Get(_moving)}|{Destination.Get(_far)}", Is.EqualTo(values));
    }

    [Test]
    public void A_gate_is_a_local_one_when_its_predecessor_comes_in_a_queue()
    {
        Source.Run(Append(Session, 1, _moving, previous: 0));
        Source.Run(Append(Session, 3, _moving, previous: 2), FarGate);
        PlacementToken third = Source.State.Queues.Find(Session, 3)!.Token;
        Destination.Run(Append(Session, 4, _far, previous: 3), new Gate(ArcOf(_moving).Number, third));
        Move(restarts: true);
        Assert.That(Destination.Waiting(), Is.EqualTo("3.4 3.3"));

        Destination.Run(Settle(Session, 3, third, opens: true));

        Assert.That((Destination.Drained(), Destination.Get(_far)), Is.EqualTo(("3.3 3.4", "4;")));
    }

    /// <summary>Ordered schedule 15: a move cuts a local gate in two.</summary>
    [TestCase(true)]
    [TestCase(false)]
    public void A_local_gate_whose_arcs_part_is_settled_by_an_entry(bool opens)
    {
        Source.Run(Append(Session, 2, _staying, previous: 1), FarGate);
        Source.Run(Append(Session, 3, _moving, previous: 2));
        Move(restarts: true);
        Source.SettleQueued(Session, 2, opens);
        Assert.That((Source.Get(_staying), Destination.Waiting()), Is.EqualTo((opens ? "2;" : "-", "3.3")), "nothing that happens there settles it here");

        Destination.SettleQueued(Session, 3, opens);

        Assert.That((Destination.Waiting(), Destination.Get(_moving)), Is.EqualTo(("", opens ? "3;" : "-")));
    }

    /// <summary>A message that waited runs with an earlier log time than the copy has come to.</summary>
    [Test]
    public void A_late_message_is_copied_although_its_time_has_passed()
    {
        string room = Moving(2);
        Source.Send(room, "first");
        Source.Run(ExecutedLog.Send(Session, 2, "late", room, previous: 1), FarGate);
        Source.Time += 1_000;
        _shards.Start();
        Source.Send(Moving(3), "elsewhere");
        _shards.Copy();
        Source.Time += 1_000;
        _shards.Copy();
        Source.SettleQueued(Session, 2);
        _shards.Copy();
        _shards.Commit();
        _shards.Finish();

        Assert.That(Destination.Texts(room), Is.EqualTo("1:first 2:late"));
    }

    [Test]
    public void What_comes_is_taken_although_there_is_no_room_and_then_nothing_new_is()
    {
        TwoShards shards = new(destinationBytes: 1_000);
        shards.Source.Run(Append(Session, 2, _moving, previous: 1), FarGate);
        shards.Start();
        shards.Destination.Put(_far, new string('v', 800));
        shards.Commit();
        shards.Finish();
        Assert.That(shards.Destination.Waiting(), Is.EqualTo("3.2"));

        Assert.That(shards.Destination.Put(_far, new string('v', 810)), Is.EqualTo(ReplyStatus.Rejected));
        shards.Destination.SettleQueued(Session, 2);

        Assert.That(shards.Destination.Get(_moving), Is.EqualTo("2;"));
    }

    private static Arc ArcOf(string name) => Arc.Of(System.Text.Encoding.UTF8.GetBytes(name));

    private static string FarName()
    {
        for (int number = 0; ; number++)
        {
            if (First.OwnerOf(ArcOf($"far-{number}")) == new GroupId(2))
                return $"far-{number}";
        }
    }

    private void Move(bool restarts)
    {
        _shards.Start();
        _shards.Copy();
        _shards.Commit();
        CopyAndRestart(restarts);
        _shards.Finish();
        CopyAndRestart(restarts, copies: false);
    }

    private void CopyAndRestart(bool restarts, bool copies = true)
    {
        if (!restarts)
            return;
        Source.Restart();
        if (copies)
            _shards.CopyOnce();
        Destination.Restart();
    }
}
