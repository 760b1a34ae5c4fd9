using NUnit.Framework;
using PaxosShard.ChatClient.App.Groups;
using PaxosShard.Client;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Tests.Unit.ChatApp.Groups;

/// <summary>How many more replicas a group can lose, from what its replicas say.</summary>
[TestFixture]
internal sealed class GroupMarginTests
{
    private const long Decided = 5000;

    [TestCase(1, 0, "The group can lose no replica: it has no other.")]
    [TestCase(3, 1, "The group can lose 1 more replica.")]
    [TestCase(5, 2, "The group can lose 2 more replicas.")]
    [TestCase(7, 3, "The group can lose 3 more replicas.")]
    public void Of_a_whole_group_all_but_a_quorum_can_be_lost(int replicas, int canLose, string line)
    {
        GroupMargin margin = MarginOf(Enumerable.Range(0, replicas).Select(place => Answering(place, replicas)));

        Assert.That(margin.CanLose, Is.EqualTo(canLose));
        Assert.That(margin.Line, Is.EqualTo(line));
    }

    [Test]
    public void When_nothing_more_can_be_lost_it_says_who_is_missing_and_what_to_do()
    {
        GroupMargin margin = MarginOf([Answering(0, 3), Answering(1, 3), Silent(2)]);

        Assert.That(margin.CanLose, Is.Zero);
        Assert.That(margin.Line, Does.StartWith("The group can lose no more replicas: r2 does not answer (nothing listens there).").And.Contain("px up").And.EndsWith("px replica replace 2"));
    }

    [Test]
    public void Below_a_quorum_the_group_cannot_decide()
    {
        GroupMargin margin = MarginOf([Silent(0), Answering(1, 3), Silent(2)]);

        Assert.That(margin.CanLose, Is.Null);
        Assert.That(margin.Line, Does.StartWith("The group cannot decide: 1 of its 3 replicas take part, and 2 have to; r0 does not answer").And.Contain("r2 does not answer"));
    }

    [Test]
    public void Who_does_not_vote_has_an_older_list_hears_no_quorum_or_is_far_behind_does_not_count()
    {
        Assert.That(LineWith(static status => status with { Votes = false }), Does.Contain("r2 does not vote"));
        Assert.That(LineWith(static status => status with { List = 0 }), Does.Contain("r2 has member list 0 instead of 1"));
        Assert.That(LineWith(static status => status with { HearsQuorum = false }), Does.Contain("r2 hears no quorum"));
        Assert.That(LineWith(static status => status with { Decided = new Slot(Decided - GroupMargin.FarBehind - 1) }), Does.Contain("r2 is 1025 slots behind"));
        Assert.That(LineWith(static status => status with { Decided = new Slot(Decided - GroupMargin.FarBehind) }), Is.EqualTo("The group can lose 1 more replica."));
    }

    [Test]
    public void A_replica_of_which_nothing_is_known_does_not_count()
    {
        GroupMargin margin = MarginOf([Answering(0, 3), Answering(1, 3)]);

        Assert.That(margin.Line, Does.Contain("r2 is not known here"));
    }

    [Test]
    public void Of_a_group_that_does_not_answer_nothing_is_said() =>
        Assert.That(GroupMargin.Of(new GroupReport([Silent(0), Silent(1), Silent(2)])), Is.Null);

    private static string LineWith(Func<StatusResult, StatusResult> change) =>
        MarginOf([Answering(0, 3), Answering(1, 3), Answering(2, 3, change)]).Line;

    private static GroupMargin MarginOf(IEnumerable<ReplicaView> views) => GroupMargin.Of(new GroupReport([.. views]))!;

    private static ReplicaView Silent(int place) => new($"r{place}", $"127.0.0.1:{7000 + place}", null, "nothing listens there");

    private static ReplicaView Answering(int place, int replicas, Func<StatusResult, StatusResult>? change = null)
    {
        StatusResult status = new(
            replicas, new ReplicaId(place), View.FirstOf(1), place == 0 ? "primary" : "follower", new Slot(Decided), new Slot(Decided), new Slot(Decided),
            StateHash: 0, HearsQuorum: true, Syncs: 0, IsDiskFull: false, IsStateInDoubt: false, [])
        {
            List = 1,
            Votes = true,
        };
        Hello hello = new(5, 5, PeerRole.Replica, Guid.Empty, GroupId.None, new ReplicaId(place), default, 1, 1, 1);
        string address = $"127.0.0.1:{7000 + place}";
        return new ReplicaView($"r{place}", address, new ReplicaStatus(address, hello, change?.Invoke(status) ?? status), "");
    }
}
