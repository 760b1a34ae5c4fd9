using NUnit.Framework;
using PaxosShard.ChatClient.App.Load.Follows;
using PaxosShard.Wire.Commands;

namespace PaxosShard.Tests.Unit.ChatApp.Load.Follows;

/// <summary>What a follower of a bench notices of what it receives.</summary>
[TestFixture]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class RoomFollowerTests
{
    private const long First = 7;
    private readonly FollowedRoom _room = new("room", "me", sizeBytes: 20, First);
    private readonly DeliveryWindow _deliveries = new();
    private readonly RoomFollower _follower;

    public RoomFollowerTests()
    {
        _follower = new RoomFollower(_room, _deliveries);
        _deliveries.Begin(TimeSpan.Zero, TimeSpan.FromDays(1));
        for (int message = 0; message < 6; message++)
            _room.Acknowledge(_room.Begin(at: 1), First + message);
    }

    [Test]
    public void All_of_them_in_order_are_no_fault()
    {
        Take(0, 1, 2, 3, 4);
        Assert.That(_follower.HasAll, Is.False);
        Take(5);

        Assert.That((_follower.HasAll, _follower.Faults), Is.EqualTo((true, new FollowFaults())));
    }

    [Test]
    public void A_number_that_is_passed_over_is_a_gap_and_its_message_is_missing()
    {
        Take(0, 1, 4, 5);

        Assert.That(_follower.Faults, Is.EqualTo(new FollowFaults { Gaps = 1, Missing = 2 }));
        Assert.That(_follower.HasAll, Is.True, "nothing more comes");
    }

    [Test]
    public void What_does_not_come_is_missing()
    {
        Take(0, 1, 2);

        Assert.That(_follower.Faults, Is.EqualTo(new FollowFaults { Missing = 3 }));
    }

    [Test]
    public void What_comes_behind_a_later_one_is_reordered_and_once_more_doubled()
    {
        Take(0, 2, 1, 3, 4, 5);
        Assert.That(_follower.Faults, Is.EqualTo(new FollowFaults { Gaps = 1, Reordered = 1 }));

        Take(1, 5);
        Assert.That(_follower.Faults, Is.EqualTo(new FollowFaults { Gaps = 1, Reordered = 1, Doubled = 2 }));
    }

    [Test]
    public void A_message_that_is_in_the_room_twice_is_doubled()
    {
        Take(0, 1, 2, 3, 4, 5);
        _follower.Take(new RoomMessage(First + 6, "me", 0, _room.TextOf(5)), at: 2);

        Assert.That(_follower.Faults, Is.EqualTo(new FollowFaults { Doubled = 1 }));
    }

    [Test]
    public void An_acknowledgement_that_contradicts_what_was_received_is_noticed()
    {
        long message = _room.Begin(at: 1);
        Take(0, 1, 2, 3, 4, 5, 6);
        _room.Acknowledge(message, First + 7);

        Assert.That(_room.Contradictions, Is.EqualTo(1));
    }

    [TestCase("you", 0)]
    [TestCase("me", 6)]
    public void Of_others_only_the_numbers_count(string author, int message)
    {
        _follower.Take(new RoomMessage(First, author, 0, _room.TextOf(message)), at: long.MaxValue - 1);

        Assert.That((_follower.Received, _follower.Faults.Doubled, _follower.Latency.Count), Is.EqualTo((1, 0, 0)));
    }

    [Test]
    public void A_text_has_the_size_that_was_asked_for() => Assert.That(_room.TextOf(long.MaxValue >> 25), Has.Length.EqualTo(20));

    [Test]
    public void Faults_of_followers_add_up()
    {
        FollowFaults one = new() { Missing = 1, Gaps = 2, Doubled = 3, Reordered = 4 };

        Assert.That(one + one, Is.EqualTo(new FollowFaults { Missing = 2, Gaps = 4, Doubled = 6, Reordered = 8 }));
        Assert.That(new FollowResult(_follower.Latency, TimeSpan.FromSeconds(1), one, ["trimmed"]).ToString(), Is.EqualTo("followers: 1 missing, 2 gaps, 3 doubled, 4 reordered; trimmed"));
    }

    private void Take(params int[] messages)
    {
        foreach (int message in messages)
            _follower.Take(new RoomMessage(First + message, "me", 0, _room.TextOf(message)), at: 2);
    }
}
