using NUnit.Framework;
using PaxosShard.Replica.Core.Steps;
using PaxosShard.Replica.Engine;
using PaxosShard.Replica.Node.Storage;
using PaxosShard.Replica.Node.Transport.Hellos;
using PaxosShard.Tests.Unit.Storage;
using PaxosShard.Wire;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;
using static PaxosShard.Tests.Unit.Storage.StoreFixture;

namespace PaxosShard.Tests.Unit.Node;

public sealed class IntroductionTests
{
    private static readonly ReplicaId _peer = new(0);

    [TestCase(2)]
    [TestCase(20)]
    [TestCase(60)]
    public void Two_replicas_that_forget_nothing_never_refuse_each_other(int restartPercent)
    {
        int starts = 0;
        for (int seed = 0; seed < 300; seed++)
        {
            IntroductionModel model = new(seed);
            for (int step = 0; step < 400; step++)
                model.Step(restartPercent);

            Assert.That(model.Wrong, Is.Null, $"seed {seed}");
            Assert.That(model.CallAtRest(caller: 1), $"seed {seed}: the second calls the first");
            Assert.That(model.CallAtRest(caller: 0), $"seed {seed}: the first calls the second");
            Assert.That(model.Wrong, Is.Null, $"seed {seed}");
            starts += model.Starts;
        }

        Assert.That(starts, Is.GreaterThan(600 * restartPercent), "half as many as chance brings in 300 runs of 400 steps");
    }

    [Test]
    public void A_replica_that_was_started_a_hundred_thousand_times_while_a_peer_was_away_is_the_one_that_it_met()
    {
        PeerMemory remembered = new(Identity.Identity, Mark(3), View.First, Slot.Zero, default);
        PeerMemory shown = PeerMemory.Nobody with { Shown = new ShownStarts(default, Mark(3)) };
        ReplicaIdentity identity = (Identity with { Incarnation = 100_003, StartId = Guid.NewGuid() }).WithPeer(_peer, shown);
        ReplicaCard card = ReplicaCard.Of(identity, RecoveredState.Fresh, rulesHash: 0);

        Assert.That(CheckAtPeer(card.HelloTo(_peer, shown), remembered), Is.Null);
    }

    [TestCase(true)]
    [TestCase(false)]
    public void An_older_copy_of_a_data_directory_is_refused(bool copiedWhileStopped)
    {
        StoreFixture original = new();
        StoreFixture copy = original.OnCloneOfItsDisk();
        if (copiedWhileStopped)
            original.Restart();

        // The original promises, votes and is met by a peer; then its directory is replaced by the copy.
        original.AppendAndSync(Record.OfViews(new View(7), View.None), Accepted(7, 1, 11));
        PeerBook book = new(PeerCard, Identity with { Replica = _peer });
        Introduce(original, book);
        book.Hear(Identity.Replica, original.Store.Identity.Start, new Accepted(new View(7), new Slot(1), IsAboveHole: false));
        copy.Restart();

        HelloRefusal? refusal = CheckAtPeer(HelloOf(copy), book.Find(Identity.Replica));

        Assert.That(refusal?.Code, Is.EqualTo(RefusalCode.IdentityMismatch));
        Assert.That(refusal.Reason, Does.Contain("an older copy never votes in its place"));
    }

    [Test]
    public void The_original_is_not_refused_after_any_number_of_starts()
    {
        StoreFixture original = new();
        PeerBook book = new(PeerCard, Identity with { Replica = _peer });
        original.AppendAndSync(Record.OfViews(new View(7), View.None), Accepted(7, 1, 11));
        Introduce(original, book);
        book.Hear(Identity.Replica, original.Store.Identity.Start, new Accepted(new View(7), new Slot(1), IsAboveHole: false));
        for (int start = 0; start < 20; start++)
        {
            original.PowerFailure();
            Assert.That(CheckAtPeer(HelloOf(original), book.Find(Identity.Replica)), Is.Null);
        }
    }

    [Test]
    public void What_is_heard_counts_from_the_start_that_is_remembered_and_is_given_out_once()
    {
        StoreFixture original = new();
        PeerBook book = new(PeerCard, Identity with { Replica = _peer });
        Introduce(original, book);
        StartMark start = original.Store.Identity.Start;
        Assert.That(book.TakeHeard(), Is.Empty);

        book.Hear(Identity.Replica, start, new Accepted(new View(7), new Slot(3), IsAboveHole: false));
        book.Hear(Identity.Replica, start, new LeaveView(new View(90)));
        book.Hear(Identity.Replica, start with { Id = Guid.NewGuid() }, new Accepted(new View(80), new Slot(80), IsAboveHole: false));

        Assert.That(book.TakeHeard(), Is.EqualTo(new[] { new HeardMark(Identity.Replica, start, new View(7), new Slot(3)) }));
        Assert.That(book.TakeHeard(), Is.Empty);
        book.Hear(Identity.Replica, start, new Accepted(new View(7), new Slot(2), IsAboveHole: false));
        Assert.That(book.TakeHeard(), Is.Empty, "that was known");
    }

    [Test]
    public void A_view_that_no_group_can_have_reached_is_not_remembered_as_a_promise()
    {
        StoreFixture original = new();
        PeerBook book = new(PeerCard, Identity with { Replica = _peer });
        Introduce(original, book);

        book.Hear(Identity.Replica, original.Store.Identity.Start, new LeaderClaim(new View(View.LargestStep + 1), Slot.Zero));
        original.Restart();

        Assert.That(CheckAtPeer(HelloOf(original), book.Find(Identity.Replica)), Is.Null);
    }

    [Test]
    public void Nobody_is_remembered_who_has_not_noted_that_it_may_be()
    {
        StoreFixture caller = new();
        PeerBook book = new(PeerCard, Identity with { Replica = _peer });
        Introduction called = new(PeerCard, book, called: null);
        Hello hello = HelloOf(caller);

        IntroductionStep answer = called.Take(hello);

        Assert.That((answer.Note, answer.SaysHello, answer.IsDone), Is.EqualTo(((PeerMemory?)null, true, false)));
        Assert.That(() => called.Take(hello), Throws.TypeOf<WireFormatException>());
    }

    private static StartMark Mark(byte number) => new(number, new Guid(number, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0));

    private static ReplicaCard PeerCard { get; } =
        new(Identity.Cluster, Identity.Group, _peer, 3, 999, new StartMark(1, Guid.NewGuid()), Identity.MembersHash);

    private static HelloRefusal? CheckAtPeer(Hello hello, PeerMemory known) => new HelloCheck(PeerCard, Lists.Founding(PeerCard)).CheckIncoming(hello, known);

    private static Hello HelloOf(StoreFixture fixture) =>
        ReplicaCard.Of(fixture.Store.Identity, fixture.Recovered, rulesHash: 0).HelloTo(_peer, fixture.Store.Identity.Peer(_peer));

    /// <summary>A replica calls the peer, and both remember each other, on their disks where they have one.</summary>
    private static void Introduce(StoreFixture fixture, PeerBook peerBook)
    {
        ReplicaCard card = ReplicaCard.Of(fixture.Store.Identity, fixture.Recovered, rulesHash: 0);
        PeerBook book = new(card, fixture.Store.Identity);
        Introduction caller = new(card, book, _peer);
        Introduction called = new(PeerCard, peerBook, called: null);
        called.Take(caller.Begin());
        IntroductionStep answered = caller.Take(peerBook.HelloTo(Identity.Replica));
        fixture.Store.RememberPeer(_peer, Carry(answered, book));
        Carry(called.Take(book.HelloTo(_peer)), peerBook);
    }

    private static PeerMemory Carry(IntroductionStep step, PeerBook book)
    {
        Assert.That(step.Refusal?.Reason, Is.Null);
        Assert.That(step.Note, Is.Not.Null);
        book.Commit(step.Peer, step.Note.Value);
        return step.Note.Value;
    }
}
