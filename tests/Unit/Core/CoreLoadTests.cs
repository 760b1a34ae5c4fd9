using NUnit.Framework;
using PaxosShard.Replica.Core;
using PaxosShard.Replica.Core.Group;
using PaxosShard.Replica.Core.Steps;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Tests.Unit.Core;

[TestFixture]
internal sealed class CoreLoadTests
{
    private static readonly ClientHandle Client = new(1);
    private static readonly byte[] _change = new SendMessageCommand("room", "author", "text").Encode();

    [Test]
    public void A_group_that_has_answered_everything_holds_nothing()
    {
        CoreCluster cluster = new(3);
        cluster.Run(10);

        Ask(cluster, _change);
        Ask(cluster, new ReadHistoryQuery("room", From: 1, MaximumCount: 10).Encode());
        cluster.Run(10);

        for (int index = 0; index < 3; index++)
        {
            CoreLoad load = cluster[index].Load;
            Assert.That(load.BytesInFlight, Is.All.Zero);
            Assert.That(load with { BytesInFlight = CoreLoad.None.BytesInFlight }, Is.EqualTo(CoreLoad.None));
        }
    }

    [Test]
    public void What_waits_for_others_is_counted_where_it_waits()
    {
        CoreCluster cluster = CutOff();

        Ask(cluster, _change);
        Ask(cluster, new ReadHistoryQuery("room", From: 1, MaximumCount: 10).Encode());
        Ask(cluster, new FollowRoomQuery("room", From: 1, WaitMilliseconds: 10_000).Encode());

        CoreLoad load = cluster[0].Load;
        Assert.That(load.ProposedRequests, Is.EqualTo(1));
        Assert.That(load.UndecidedSlots, Is.EqualTo(1));
        Assert.That(load.UndecidedBytes, Is.Positive);
        Assert.That(load.BytesInFlight, Is.EqualTo(new long[] { 0, load.UndecidedBytes, load.UndecidedBytes }));
        Assert.That(load.WaitingReads, Is.EqualTo(1));
        Assert.That(load.ParkedReads, Is.EqualTo(1));
        Assert.That(load.ParkedLists, Is.EqualTo(2), "one of the room, one of the client");
    }

    [Test]
    public void Requests_that_find_the_window_of_undecided_slots_full_are_counted_with_their_bytes()
    {
        CoreCluster cluster = CutOff(options => options with { UndecidedSlots = 1 });
        byte[] command = _change;

        Ask(cluster, command);
        Ask(cluster, command);
        Ask(cluster, command);

        Assert.That(cluster[0].Load.WaitingRequests, Is.EqualTo(2));
        Assert.That(cluster[0].Load.WaitingBytes, Is.EqualTo(2 * command.Length));
    }

    [Test]
    public void A_primary_that_loses_its_quorum_keeps_only_what_it_had_proposed()
    {
        CoreCluster cluster = CutOff(options => options with { UndecidedSlots = 1 });
        Ask(cluster, _change);
        Ask(cluster, _change);
        Ask(cluster, new ReadHistoryQuery("room", From: 1, MaximumCount: 10).Encode());
        Ask(cluster, new FollowRoomQuery("room", From: 1, WaitMilliseconds: 10_000).Encode());

        cluster.Run(40);

        CoreLoad load = cluster[0].Load;
        Assert.That(load.ProposedRequests, Is.EqualTo(1));
        Assert.That(load.WaitingRequests + load.WaitingReads + load.ParkedReads + load.ParkedLists, Is.Zero);
        Assert.That(load.WaitingBytes, Is.Zero);
    }

    private static CoreCluster CutOff(Func<GroupOptions, GroupOptions>? change = null)
    {
        CoreCluster cluster = new(3, index =>
        {
            GroupOptions options = new() { ReplicaCount = 3, Self = new ReplicaId(index) };
            return change is null ? options : change(options);
        });
        cluster.Run(10);
        cluster.Cut(0, 1);
        cluster.Cut(0, 2);
        return cluster;
    }

    private static void Ask(CoreCluster cluster, byte[] command) => cluster.Step(0, Input.FromClient(Client, new ClientRequest(
        ReferenceEquals(command, _change) ? new SessionId(1) : SessionId.None, new SequenceNumber(7), SequenceNumber.None, SequenceNumber.None, command)
    {
        Expiry = 1_120_000,
    }));
}
