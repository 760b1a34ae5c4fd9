using NUnit.Framework;
using PaxosShard.Replica.Core.Group;
using PaxosShard.Replica.Core.Steps;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Tests.Unit.Core.Ordered;

/// <summary>A primary that has told of places in an entry that is not proposed yet, and whose view ends or loses its quorum (ordered rule M8).</summary>
[TestFixture]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class PromisedPlacesTests
{
    private static readonly SessionId _session = new SessionId(7).AsOrdered();

    // It hears of a member list that it does not have yet: it leads no more, and has promised no higher view.
    private static readonly Input _newerList = Input.FromPeer(new ReplicaId(1), new LeaderClaim(new View(View.PerList + 1), Slot.Zero));

    private readonly CoreCluster _cluster = new(3, static index => new GroupOptions { ReplicaCount = 3, Self = new ReplicaId(index), PlacesEarly = true });

    [SetUp]
    public void Lead()
    {
        _cluster.Run(20);
        Assert.That(_cluster[0].IsServing, Is.True);
        _cluster.Replies.Clear();
    }

    [TestCase(false)]
    [TestCase(true)]
    public void All_whose_requests_go_with_a_view_that_ends_are_told(bool isPromised)
    {
        Input plain = Input.FromClient(new ClientHandle(1), Request(1, 0) with { Session = new SessionId(9) });

        _cluster.Step(0, isPromised ? [plain, Ordered(2, 1, follows: false), _newerList] : [plain, _newerList]);

        Assert.That(_cluster[0].IsServing, Is.False);
        Assert.That(_cluster.Replies.Select(static reply => (reply.Client.Number, reply.Message.Status)), Is.EquivalentTo(isPromised
            ? new[] { (1L, ReplyStatus.Redirect), (2L, ReplyStatus.Redirect) }
            : [(1L, ReplyStatus.Redirect)]));
    }

    [Test]
    public void So_are_those_whose_entry_was_waited_with()
    {
        _cluster.Step(0, Ordered(4, 4, follows: true));
        _cluster.Step(0, Ordered(1, 1, follows: false));
        _cluster.Step(0, Ordered(2, 2, follows: true));
        Assert.That(_cluster.Replies, Is.Empty);

        _cluster.Step(0, _newerList);
        _cluster.Run(50);

        Assert.That(_cluster.Replies.Select(static reply => reply.Client.Number).Order(), Is.EqualTo(new[] { 1L, 2, 4 }));
    }

    [Test]
    public void What_comes_while_more_of_its_session_waits_is_in_one_entry_with_that()
    {
        Slot before = _cluster[0].Decided;
        _cluster.Step(0, Ordered(4, 4, follows: true));
        _cluster.Step(0, Ordered(1, 1, follows: false));
        _cluster.Step(0, Ordered(2, 2, follows: true));
        _cluster.Step(0, Ordered(3, 3, follows: true));

        _cluster.Run(3);

        Assert.That(_cluster.Replies.Select(static reply => (reply.Client.Number, reply.Message.Status)), Is.EqualTo(Enumerable.Range(1, 4).Select(static client => ((long)client, ReplyStatus.Ok))));
        Assert.That(_cluster[0].Decided - before, Is.EqualTo(1));
    }

    [Test]
    public void What_never_comes_is_not_waited_for()
    {
        _cluster.Step(0, Ordered(4, 4, follows: true));
        _cluster.Step(0, Ordered(1, 1, follows: false));
        _cluster.Step(0, Ordered(2, 2, follows: true));

        _cluster.Run(5);

        Assert.That(_cluster.Replies.Select(static reply => reply.Client.Number), Is.EqualTo(new[] { 1L, 2 }));
    }

    private static Input Ordered(long client, long number, bool follows) =>
        Input.FromClient(new ClientHandle(client), new OrderedRequest(Request(number, follows ? number - 1 : 0), 0));

    private static ClientRequest Request(long number, long previous) =>
        new(_session, new SequenceNumber(number), new SequenceNumber(previous), new SequenceNumber(1), KeyCommand.Append("k"u8.ToArray(), "v"u8.ToArray()).Encode()) { Expiry = 1_100_000 };
}
