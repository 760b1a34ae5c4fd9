using NUnit.Framework;
using PaxosShard.Replica.Engine;
using PaxosShard.Replica.Node.Storage;
using PaxosShard.Replica.Node.Transport.Hellos;
using PaxosShard.Wire;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Tests.Unit.Node;

public sealed class HelloCheckTests
{
    private static readonly Guid _cluster = new("11111111-2222-3333-4444-555555555555");
    private static readonly Guid _otherCluster = new("99999999-2222-3333-4444-555555555555");
    private static readonly ReplicaCard _self = new(_cluster, new GroupId(7), new ReplicaId(0), 3, Identity: 100, Mark(1), MembersHash: 42) { RulesHash = 17 };
    private static readonly ReplicaCard _peer = _self with { Self = new ReplicaId(1), Identity = 101, Start = Mark(5), Promised = new View(3), Stored = new Slot(9) };
    private static readonly PeerMemory _seen = new(101, Mark(5), new View(3), new Slot(9), new ShownStarts(default, Mark(1)));
    private static PeerMemory Stranger => PeerMemory.Nobody;

    private readonly HelloCheck _check = new(_self, Lists.Founding(_self));

    private static Hello PeerHello => _peer.HelloTo(_self.Self);

    /// <summary>The same data directory after more starts; it knows which of them may be remembered.</summary>
    private static Hello LaterHello => (_peer with { Start = Mark(9) }).HelloTo(_self.Self, Knowing(new ShownStarts(Mark(5), Mark(8))));

    private static Hello ClientHello => new(
        5, 5, PeerRole.Client, Guid.Empty, GroupId.None, new ReplicaId(0), new ReplicaId(0), Identity: 0, Incarnation: 0, MembersHash: 0);

    [Test]
    public void A_peer_that_was_never_met_is_accepted() =>
        Assert.That(_check.CheckIncoming(PeerHello, Stranger), Is.Null);

    [Test]
    public void A_peer_comes_again_with_the_same_or_a_later_start()
    {
        Assert.That(_check.CheckIncoming(PeerHello, _seen), Is.Null);
        Assert.That(_check.CheckIncoming(LaterHello, _seen), Is.Null);
        Assert.That(_check.CheckIncoming(LaterHello, _seen with { Start = Mark(8) }), Is.Null);
    }

    [Test]
    public void What_was_said_in_this_start_need_not_have_been_on_the_disk_when_it_began()
    {
        Assert.That(_check.CheckIncoming(PeerHello, _seen with { Promised = new View(30), Voted = new Slot(90) }), Is.Null);
    }

    [Test]
    public void Who_says_that_it_lost_a_part_of_its_log_need_not_have_the_votes_of_before_but_the_promise()
    {
        Hello lost = LaterHello with { Standing = LaterHello.Standing! with { LossStart = 6, Stored = Slot.Zero } };

        Assert.That(_check.CheckIncoming(lost, _seen), Is.Null);
        Assert.That(_check.CheckIncoming(lost with { Standing = lost.Standing! with { LossStart = 5 } }, _seen), Is.Not.Null, "what it said after that it has");
        Assert.That(_check.CheckIncoming(lost, _seen with { Promised = new View(4) }), Is.Not.Null);
    }

    [Test]
    public void Who_has_no_vote_may_have_forgotten_everything_but_its_directory()
    {
        Hello voteless = PeerHello with { Incarnation = 2, Standing = PeerHello.Standing! with { Votes = false, Stored = Slot.Zero } };

        Assert.That(_check.CheckIncoming(voteless, _seen), Is.Null);
        Assert.That(_check.CheckIncoming(voteless with { Identity = 102 }, _seen), Is.Not.Null);
    }

    [Test]
    public void Who_answers_with_less_than_it_once_remembered_is_an_older_copy_and_who_calls_may_have_said_it_before()
    {
        ReplicaCard later = _self with { Start = Mark(4) };
        HelloCheck check = new(later, Lists.Founding(later));
        PeerMemory known = _seen with { Shown = new ShownStarts(Mark(2), Mark(3)) };
        Hello hello = With(PeerHello, standing => standing with { KnownIdentity = 100, Known = Mark(1) });

        Assert.That(check.CheckAnswer(hello, new ReplicaId(1), known)?.Reason, Does.Contain("remembers start 1 of r0 and had met start 2"));
        Assert.That(check.CheckIncoming(hello, known), Is.Null);
    }

    [TestCaseSource(nameof(HellosThatKnowMore))]
    public void A_hello_that_remembers_more_of_this_replica_than_it_does_itself_tells_it_to_stop(Hello hello, PeerMemory known, string reason)
    {
        HelloRefusal? refusal = _check.CheckIncoming(hello, known);

        Assert.That(refusal?.Code, Is.EqualTo(RefusalCode.OlderCopy));
        Assert.That(refusal.Reason, Does.Contain(reason));
        Assert.That(refusal.IsAboutSelf);
    }

    [Test]
    public void Of_two_processes_with_one_directory_the_one_that_was_greeted_last_is_listened_to()
    {
        Greeted greeted = new(101, Mark(9));

        Assert.That(_check.CheckIncoming(LaterHello, _seen, greeted), Is.Null);
        Assert.That(_check.CheckIncoming(LaterHello with { Standing = LaterHello.Standing! with { StartId = Guid.NewGuid() } }, _seen, greeted), Is.Not.Null);
        Assert.That(_check.CheckIncoming(PeerHello, _seen, greeted), Is.Not.Null);
        Assert.That(_check.CheckIncoming(PeerHello with { Identity = 102 }, Stranger, greeted), Is.Null, "another directory, and none was remembered");
    }

    [Test]
    public void A_client_need_not_know_the_cluster_nor_the_group()
    {
        Assert.That(_check.CheckIncoming(ClientHello, Stranger), Is.Null);
        Assert.That(_check.CheckIncoming(ClientHello with { Cluster = _cluster, Group = new GroupId(7) }, Stranger), Is.Null);
    }

    [TestCaseSource(nameof(WrongHellos))]
    public void A_hello_that_does_not_fit_is_refused_with_its_reason(Hello hello, RefusalCode code, string reason)
    {
        HelloRefusal? refusal = _check.CheckIncoming(hello, _seen);

        Assert.That(refusal, Is.Not.Null);
        Assert.That(refusal.Code, Is.EqualTo(code));
        Assert.That(refusal.Reason, Does.Contain(reason));
    }

    [Test]
    public void The_answer_comes_from_the_replica_that_was_called()
    {
        Assert.That(_check.CheckAnswer(PeerHello, new ReplicaId(1), _seen), Is.Null);
        Assert.That(_check.CheckAnswer(PeerHello, new ReplicaId(2), Stranger)?.Code, Is.EqualTo(RefusalCode.MembersMismatch));
    }

    [Test]
    public void The_answer_of_an_emptied_data_directory_is_refused()
    {
        HelloRefusal? refusal = _check.CheckAnswer(PeerHello with { Identity = 102, Incarnation = 9 }, new ReplicaId(1), _seen);

        Assert.That(refusal?.Code, Is.EqualTo(RefusalCode.IdentityMismatch));
    }

    private static IEnumerable<TestCaseData> WrongHellos()
    {
        yield return Wrong(PeerHello with { LowestVersion = 8, HighestVersion = 9 }, RefusalCode.VersionMismatch, "versions 4 to 7", "a later version");
        yield return Wrong(PeerHello with { LowestVersion = 0, HighestVersion = 0 }, RefusalCode.VersionMismatch, "you speak 0 to 0", "an earlier version");
        yield return Wrong(PeerHello with { Cluster = _otherCluster }, RefusalCode.ClusterMismatch, "of cluster 11111111", "another cluster");
        yield return Wrong(PeerHello with { Cluster = Guid.Empty }, RefusalCode.ClusterMismatch, "of cluster 11111111", "a peer without a cluster");
        yield return Wrong(PeerHello with { Group = new GroupId(8) }, RefusalCode.ClusterMismatch, "of group 7, not of group 8", "another group");
        yield return Wrong(PeerHello with { Group = new GroupId(0) }, RefusalCode.ClusterMismatch, "of group 7, not of group 0", "a peer without a group");
        yield return Wrong(PeerHello with { MembersHash = 43 }, RefusalCode.MembersMismatch, "different member lists", "another member list");
        yield return Wrong(PeerHello with { Target = new ReplicaId(2) }, RefusalCode.MembersMismatch, "r2 was meant, this is r0", "a wrong target");
        yield return Wrong(PeerHello with { Replica = new ReplicaId(3) }, RefusalCode.MembersMismatch, "r3 is not in a group of 3", "a place that is not there");
        yield return Wrong(PeerHello with { Replica = new ReplicaId(-1) }, RefusalCode.MembersMismatch, "is not in a group of 3", "a negative place");
        yield return Wrong(PeerHello with { Replica = new ReplicaId(0) }, RefusalCode.MembersMismatch, "this replica's own place", "its own place");
        yield return Wrong(PeerHello with { Identity = 102 }, RefusalCode.IdentityMismatch, "another data directory", "an emptied data directory");
        yield return Wrong(PeerHello with { Standing = null }, RefusalCode.NotThisProtocol, "does not say how it stands", "a replica without a standing");
        yield return Wrong(With(PeerHello, standing => standing with { RulesHash = 18 }), RefusalCode.RulesMismatch, "r0 and r1 would execute by different rules", "other rules");
        yield return Wrong(PeerHello with { Incarnation = 4 }, RefusalCode.IdentityMismatch, "start 4 of its data directory, start 5 was seen", "an older copy");
        yield return Wrong(With(PeerHello, standing => standing with { StartId = Guid.NewGuid() }), RefusalCode.IdentityMismatch, "a start 5 of its data directory that is not the one", "a copy started as often");
        yield return Wrong(With(LaterHello, standing => standing with { Shown = default }), RefusalCode.IdentityMismatch, "does not know the start 5 that was seen", "a copy started more often");
        yield return Wrong(With(LaterHello, standing => standing with { Shown = new ShownStarts(new StartMark(5, Guid.NewGuid()), Mark(8)) }), RefusalCode.IdentityMismatch, "does not know the start 5", "a copy with another start of that number");
        yield return Wrong(With(LaterHello, standing => standing with { Promised = new View(2) }), RefusalCode.IdentityMismatch, "the promise v2 on its disk and had given v3", "a forgotten promise");
        yield return Wrong(With(LaterHello, standing => standing with { Stored = new Slot(8) }), RefusalCode.IdentityMismatch, "a log up to slot 8 and had voted up to slot 9", "a forgotten vote");
        yield return Wrong(ClientHello with { LowestVersion = 8, HighestVersion = 8 }, RefusalCode.VersionMismatch, "versions", "a client of a later version");
        yield return Wrong(ClientHello with { Cluster = _otherCluster }, RefusalCode.ClusterMismatch, "cluster", "a client of another cluster");
        yield return Wrong(ClientHello with { Group = new GroupId(8) }, RefusalCode.ClusterMismatch, "group", "a client of another group");
    }

    private static IEnumerable<TestCaseData> HellosThatKnowMore()
    {
        yield return More(With(PeerHello, standing => standing with { KnownIdentity = 999, Known = Mark(1) }), _seen, "r1 has met r0 with another data directory", "another directory");
        yield return More(With(PeerHello, standing => standing with { KnownIdentity = 100, Known = Mark(2) }), _seen, "r1 has met start 2 of r0, which this data directory does not know of", "a later start");
        yield return More(With(PeerHello, standing => standing with { KnownIdentity = 100, Known = new StartMark(1, Guid.NewGuid()) }), _seen, "has met start 1 of r0", "another start of this number");
        yield return More(With(LaterHello, standing => standing with { Shown = new ShownStarts(Mark(7), Mark(8)) }), _seen, "remembers start 5 of r1 and had met start 7", "a later start of the peer");
    }

    private static StartMark Mark(byte number) => new(number, new Guid(number, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0));

    private static PeerMemory Knowing(ShownStarts shown) => PeerMemory.Nobody with { Shown = shown };

    private static Hello With(Hello hello, Func<ReplicaStanding, ReplicaStanding> change) => hello with { Standing = change(hello.Standing!) };

    private static TestCaseData More(Hello hello, PeerMemory known, string reason, string name) =>
        new TestCaseData(hello, known, reason).SetArgDisplayNames(name);

    private static TestCaseData Wrong(Hello hello, RefusalCode code, string reason, string name) =>
        new TestCaseData(hello, code, reason).SetArgDisplayNames(name);
}
