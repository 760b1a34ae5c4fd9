using NUnit.Framework;
using PaxosShard.ChatClient.App.Groups;
using PaxosShard.Client;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Tests.Unit.ChatApp.Groups;

/// <summary>Whether a group is well and how many more replicas it can lose, from what its replicas say.</summary>
[TestFixture]
internal sealed class GroupHealthTests
{
    private const long Decided = 5000;

    [TestCase(1, 0, "well: 1 of 1 up, can lose 0")]
    [TestCase(3, 1, "well: 3 of 3 up, can lose 1")]
    [TestCase(5, 2, "well: 5 of 5 up, can lose 2")]
    [TestCase(7, 3, "well: 7 of 7 up, can lose 3")]
    public void Of_a_whole_group_all_but_a_quorum_can_be_lost(int replicas, int canLose, string line)
    {
        GroupHealth health = HealthOf(Enumerable.Range(0, replicas).Select(place => Answering(place, replicas)));

        Assert.That(health.CanLose, Is.EqualTo(canLose));
        Assert.That(health.Line, Is.EqualTo(line));
    }

    [Test]
    public void When_one_is_missing_it_says_who_and_why()
    {
        GroupHealth health = HealthOf([Answering(0, 3), Answering(1, 3), Silent(2)]);

        Assert.That(health.CanLose, Is.Zero);
        Assert.That(health.Line, Is.EqualTo("degraded: 2 of 3 up, can lose 0; r2 (127.0.0.1:7002) refused"));
        Assert.That(health.Silent, Is.EqualTo(new[] { "r2" }));
    }

    [Test]
    public void Below_a_quorum_it_says_how_many_are_needed()
    {
        GroupHealth health = HealthOf([Silent(0), Answering(1, 3, static status => status with { HearsQuorum = false }), Silent(2)]);

        Assert.That(health.CanLose, Is.Null);
        Assert.That(health.Line, Is.EqualTo("no quorum: 1 of 3 up, 2 needed; r0 (127.0.0.1:7000) refused; r2 (127.0.0.1:7002) refused"));
    }

    [Test]
    public void With_enough_replicas_and_no_primary_it_says_that()
    {
        GroupHealth health = HealthOf([Silent(0), Answering(1, 3), Answering(2, 3)]);

        Assert.That(health.Line, Is.EqualTo("no primary: 2 of 3 up, and none of them serves yet; r0 (127.0.0.1:7000) refused"));
    }

    [Test]
    public void A_primary_that_hears_a_quorum_is_believed_though_the_others_cannot_be_reached_from_here()
    {
        GroupHealth health = HealthOf([Answering(0, 3), Silent(1), Silent(2)]);

        Assert.That(health.Line, Does.StartWith("degraded: 1 of 3 up as seen from here, and r0 hears a quorum; r1 (127.0.0.1:7001) refused"));
    }

    [Test]
    public void Who_does_not_vote_has_an_older_list_hears_no_quorum_or_is_far_behind_does_not_count()
    {
        Assert.That(LineWith(static status => status with { Votes = false }), Is.EqualTo("degraded: 2 of 3 up, can lose 0; r2 (127.0.0.1:7002) does not vote"));
        Assert.That(LineWith(static status => status with { List = 0 }), Is.EqualTo("degraded: 2 of 3 up, can lose 0; r2 (127.0.0.1:7002) has member list 0 instead of 1"));
        Assert.That(LineWith(static status => status with { HearsQuorum = false }), Is.EqualTo("degraded: 2 of 3 up, can lose 0; r2 (127.0.0.1:7002) hears no quorum"));
        Assert.That(LineWith(static status => status with { Decided = new Slot(Decided - GroupHealth.FarBehind - 1) }), Is.EqualTo("degraded: 2 of 3 up, can lose 0; r2 (127.0.0.1:7002) is 1025 slots behind"));
        Assert.That(LineWith(static status => status with { Decided = new Slot(Decided - GroupHealth.FarBehind) }), Is.EqualTo("well: 3 of 3 up, can lose 1"));
    }

    [Test]
    public void A_replica_of_which_nothing_is_known_does_not_count()
    {
        GroupHealth health = HealthOf([Answering(0, 3), Answering(1, 3)]);

        Assert.That(health.Line, Does.Contain("r2 is not known here"));
    }

    [TestCase(3, "no quorum: 0 of 3 up, 2 needed; r0 (127.0.0.1:7000) refused")]
    [TestCase(null, "no quorum: nobody answers; r0 (127.0.0.1:7000) refused")]
    public void Of_a_group_of_which_nobody_answers_only_its_directory_knows_how_many_there_are(int? places, string line) =>
        Assert.That(GroupHealth.Of(new GroupReport([Silent(0), Silent(1), Silent(2)]) { Places = places }).Line, Does.StartWith(line));

    [Test]
    public void Who_answers_too_late_is_told_with_the_reason() =>
        Assert.That(HealthOf([Answering(0, 3), Answering(1, 3), Silent(2, "no answer within 3 s")]).Line, Does.EndWith("r2 (127.0.0.1:7002) does not answer: no answer within 3 s"));

    private static string LineWith(Func<StatusResult, StatusResult> change) =>
        HealthOf([Answering(0, 3), Answering(1, 3), Answering(2, 3, change)]).Line;

    private static GroupHealth HealthOf(IEnumerable<ReplicaView> views) => GroupHealth.Of(new GroupReport([.. views]));

    private static ReplicaView Silent(int place, string reason = "connection refused: nothing listens there") => new($"r{place}", $"127.0.0.1:{7000 + place}", null, reason);

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
