using NUnit.Framework;
using PaxosShard.Replica.Node.Storage;
using PaxosShard.Replica.Node.Transport;
using PaxosShard.Wire;

namespace PaxosShard.Tests.Unit.Node;

public sealed class HelloCheckTests
{
    private static readonly Guid _cluster = new("11111111-2222-3333-4444-555555555555");
    private static readonly Guid _otherCluster = new("99999999-2222-3333-4444-555555555555");
    private static readonly ReplicaCard _self = new(_cluster, 7, new ReplicaId(0), 3, Identity: 100, Incarnation: 1, MembersHash: 42);
    private static readonly ReplicaCard _peer = _self with { Self = new ReplicaId(1), Identity = 101, Incarnation = 5 };
    private static PeerSighting Stranger => default;
    private static readonly PeerSighting _seen = new(101, 5);

    private readonly HelloCheck _check = new(_self);

    private static Hello PeerHello => _peer.HelloTo(_self.Self);

    private static Hello ClientHello => new(
        1, 1, PeerRole.Client, Guid.Empty, 0, new ReplicaId(0), new ReplicaId(0), Identity: 0, Incarnation: 0, MembersHash: 0);

    [Test]
    public void A_peer_that_was_never_met_is_accepted() =>
        Assert.That(_check.CheckIncoming(PeerHello, Stranger), Is.Null);

    [Test]
    public void A_peer_comes_again_with_the_same_or_a_later_start()
    {
        Assert.That(_check.CheckIncoming(PeerHello, _seen), Is.Null);
        Assert.That(_check.CheckIncoming(PeerHello with { Incarnation = 6 }, _seen), Is.Null);
    }

    [Test]
    public void A_client_need_not_know_the_cluster_nor_the_group()
    {
        Assert.That(_check.CheckIncoming(ClientHello, Stranger), Is.Null);
        Assert.That(_check.CheckIncoming(ClientHello with { Cluster = _cluster, Group = 7 }, Stranger), Is.Null);
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
        yield return Wrong(PeerHello with { LowestVersion = 2, HighestVersion = 3 }, RefusalCode.VersionMismatch, "versions 1 to 1", "a later version");
        yield return Wrong(PeerHello with { LowestVersion = 0, HighestVersion = 0 }, RefusalCode.VersionMismatch, "you speak 0 to 0", "an earlier version");
        yield return Wrong(PeerHello with { Cluster = _otherCluster }, RefusalCode.ClusterMismatch, "of cluster 11111111", "another cluster");
        yield return Wrong(PeerHello with { Cluster = Guid.Empty }, RefusalCode.ClusterMismatch, "of cluster 11111111", "a peer without a cluster");
        yield return Wrong(PeerHello with { Group = 8 }, RefusalCode.ClusterMismatch, "of group 7, not of 8", "another group");
        yield return Wrong(PeerHello with { Group = 0 }, RefusalCode.ClusterMismatch, "of group 7, not of 0", "a peer without a group");
        yield return Wrong(PeerHello with { MembersHash = 43 }, RefusalCode.MembersMismatch, "different member lists", "another member list");
        yield return Wrong(PeerHello with { Target = new ReplicaId(2) }, RefusalCode.MembersMismatch, "r2 was meant, this is r0", "a wrong target");
        yield return Wrong(PeerHello with { Replica = new ReplicaId(3) }, RefusalCode.MembersMismatch, "r3 is not in a group of 3", "a place that is not there");
        yield return Wrong(PeerHello with { Replica = new ReplicaId(-1) }, RefusalCode.MembersMismatch, "is not in a group of 3", "a negative place");
        yield return Wrong(PeerHello with { Replica = new ReplicaId(0) }, RefusalCode.MembersMismatch, "this replica's own place", "its own place");
        yield return Wrong(PeerHello with { Identity = 102 }, RefusalCode.IdentityMismatch, "another data directory", "an emptied data directory");
        yield return Wrong(PeerHello with { Incarnation = 4 }, RefusalCode.IdentityMismatch, "start 4 of its data directory, start 5 was seen", "an older copy");
        yield return Wrong(ClientHello with { LowestVersion = 2, HighestVersion = 2 }, RefusalCode.VersionMismatch, "versions", "a client of a later version");
        yield return Wrong(ClientHello with { Cluster = _otherCluster }, RefusalCode.ClusterMismatch, "cluster", "a client of another cluster");
        yield return Wrong(ClientHello with { Group = 8 }, RefusalCode.ClusterMismatch, "group", "a client of another group");
    }

    private static TestCaseData Wrong(Hello hello, RefusalCode code, string reason, string name) =>
        new TestCaseData(hello, code, reason).SetArgDisplayNames(name);
}
