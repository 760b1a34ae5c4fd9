using NUnit.Framework;
using PaxosShard.Replica.Core.Steps;
using PaxosShard.Replica.Engine;
using PaxosShard.Replica.Node.Storage;
using PaxosShard.Replica.Node.Transport.Hellos;
using PaxosShard.Wire;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Tests.Unit.Node;

/// <summary>Introductions around a replacement (rule 13): replica 0, the founder of place 1, and the newcomer that gets that place.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class MemberIntroductionTests
{
    private static readonly (int, ulong, string) _replacement = (1, 201, "10.0.0.9:7001");

    private readonly Side _member = new(0, identity: 100);
    private readonly Side _founder = new(1, identity: 101);
    private readonly Side _newcomer = new(1, identity: 201, isNewcomer: true);

    [Test]
    public void A_newcomer_is_let_in_when_the_list_names_it_and_remembered_when_it_votes()
    {
        Assert.That(_newcomer.Call(_member)?.Code, Is.EqualTo(RefusalCode.NotAMember), "before");

        _member.Execute(_replacement);
        Assert.That(_newcomer.Call(_member), Is.Null);
        Assert.That(_member.Call(_newcomer), Is.Null);
        Assert.That(_member.Book.Find(new ReplicaId(1)).Start.IsSome, Is.False, "it does not vote yet");
        Assert.That(_newcomer.Book.Find(new ReplicaId(0)).Identity, Is.Zero, "whose place that is, it does not know yet");

        _newcomer.Execute(_replacement);
        Assert.That(_newcomer.LastCall!.IsOver && _newcomer.LastAnswer!.IsOver && !_member.LastAnswer!.IsOver, "what it has said and heard does not hold any more");
        Assert.That(_newcomer.Call(_member), Is.Null);
        Assert.That(_member.Call(_newcomer), Is.Null);
        Assert.That(_member.Book.Find(new ReplicaId(1)).Start, Is.EqualTo(_newcomer.Card.Start));
        Assert.That(_newcomer.Book.Find(new ReplicaId(0)).Start, Is.EqualTo(_member.Card.Start));
    }

    [Test]
    public void The_memory_of_a_place_begins_anew_with_the_list_and_at_every_start()
    {
        Assert.That(_founder.Call(_member), Is.Null);
        _member.Book.Hear(new ReplicaId(1), _founder.Card.Start, new Accepted(new View(7), new Slot(9), IsAboveHole: false));

        _member.Execute(_replacement);
        PeerMemory after = _member.Book.Find(new ReplicaId(1));
        _member.Restart();
        _member.Execute(_replacement);

        Assert.That(after, Is.EqualTo(PeerMemory.Nobody with { Identity = 201 }));
        Assert.That(_member.Book.Find(new ReplicaId(1)), Is.EqualTo(after));
        Assert.That(_founder.Call(_member)?.Code, Is.EqualTo(RefusalCode.Replaced));
        Assert.That(_newcomer.Call(_member), Is.Null);
    }

    [Test]
    public void What_was_noted_late_of_a_replaced_replica_does_not_count()
    {
        PeerMemory late = new(101, _founder.Card.Start, new View(7), new Slot(9), default);

        _member.Execute(_replacement);
        _member.Book.Commit(new ReplicaId(1), late);

        Assert.That(_member.Book.Find(new ReplicaId(1)), Is.EqualTo(PeerMemory.Nobody with { Identity = 201 }));
    }

    /// <summary>A replica with an older list calls the address that it knows, and the newcomer may listen there. What is noted of that must not look like an older copy later.</summary>
    [TestCase(0)]
    [TestCase(1)]
    [TestCase(3)]
    public void A_lagging_replica_and_a_newcomer_that_votes_never_take_each_other_for_a_copy(int restarts)
    {
        Assert.That(_founder.Call(_member), Is.Null);
        Assert.That(_member.Call(_founder), Is.Null);
        _newcomer.Execute(_replacement);

        for (int start = 0; start <= restarts; start++)
        {
            Assert.That(_member.Call(_newcomer), Is.Null);
            Assert.That(_newcomer.Call(_member), Is.Null);
            Assert.That(_member.Book.Find(new ReplicaId(1)).Identity, Is.EqualTo(101), "who has the place, it does not know yet");
            _member.Restart();
        }

        _member.Execute(_replacement);
        Assert.That(_member.Call(_newcomer), Is.Null);
        Assert.That(_newcomer.Call(_member), Is.Null);
        _member.Restart();
        _member.Execute(_replacement);
        _newcomer.Restart();
        _newcomer.Execute(_replacement);
        Assert.That(_newcomer.Call(_member), Is.Null);
        Assert.That(_member.Call(_newcomer), Is.Null);
    }

    /// <summary>A replica that lost its snapshot executes all lists once more, and one of them names somebody else than its disk remembers: what it remembers counts again two lists later.</summary>
    [TestCase(false)]
    [TestCase(true)]
    public void A_replica_that_executes_the_lists_once_more_neither_forgets_nor_keeps_to_itself_what_it_will_remember(bool calls)
    {
        (int, ulong, string) between = (1, 301, "10.0.0.8:7001");
        _newcomer.Execute(between, _replacement);
        _member.Execute(between, _replacement);
        Assert.That(_newcomer.Call(_member), Is.Null);

        _member.Restart();
        _member.Execute(between);
        _newcomer.Restart();
        _newcomer.Execute(between, _replacement);
        Assert.That(_newcomer.Call(_member), Is.Null, "whom the list does not know yet");
        if (calls)
            Assert.That(_member.Call(_newcomer), Is.Null);
        _member.Execute(between, _replacement);

        Assert.That(_member.Book.Find(new ReplicaId(1)).Start.Number, Is.EqualTo(1));
        Assert.That(_newcomer.Call(_member), Is.Null);
        Assert.That(_member.Call(_newcomer), Is.Null);
        Assert.That(_member.Book.Find(new ReplicaId(1)).Start, Is.EqualTo(_newcomer.Card.Start));
    }

    [Test]
    public void A_first_hello_of_an_older_start_is_not_remembered_after_a_newer_one_that_could_not_be_judged()
    {
        _member.Execute(_replacement);
        _newcomer.Execute(_replacement);
        Introduction earlier = new(_newcomer.Card, _newcomer.Book, new ReplicaId(0));
        Introduction atMember = new(_member.Card, _member.Book, called: null);
        atMember.Take(earlier.Begin());
        earlier.Take(atMember.Speak());
        Hello late = earlier.Speak();

        _newcomer.Restart();
        _newcomer.Execute(_replacement, (2, 301, "10.0.0.8:7002"));
        Assert.That(_newcomer.Call(_member), Is.Null);

        Assert.That(atMember.Take(late).Refusal?.Code, Is.EqualTo(RefusalCode.IdentityMismatch));
    }

    [Test]
    public void A_restored_older_copy_of_the_newcomer_is_refused_and_stops()
    {
        _member.Execute(_replacement);
        _newcomer.Execute(_replacement);
        Side copy = _newcomer.Clone();
        _newcomer.Restart();
        _newcomer.Execute(_replacement);
        Assert.That(_newcomer.Call(_member), Is.Null);

        copy.Restart();
        copy.Execute(_replacement);
        HelloRefusal refusal = copy.Call(_member)!;

        Assert.That(refusal.Code, Is.EqualTo(RefusalCode.IdentityMismatch));
        Assert.That(refusal.StopsReceiver, Is.True);
    }

    [Test]
    public void A_connection_is_over_when_the_list_gives_the_place_to_somebody_else_and_not_when_it_gives_another()
    {
        Assert.That(_founder.Call(_member), Is.Null);
        Introduction atMember = _member.LastAnswer!;

        _member.Execute((2, 301, "10.0.0.8:7002"));
        bool byAnother = atMember.IsOver;
        _member.Execute((2, 301, "10.0.0.8:7002"), _replacement);

        Assert.That((byAnother, atMember.IsOver), Is.EqualTo((false, true)));
    }

    /// <summary>A replica with what its disk remembers.</summary>
    private sealed class Side
    {
        private readonly int _place;
        private readonly ulong _identity;
        private readonly bool _isNewcomer;
        private ulong _starts;
        private PeerMemory[] _durable = new PeerMemory[3];

        public Side(int place, ulong identity, bool isNewcomer = false)
        {
            (_place, _identity, _isNewcomer) = (place, identity, isNewcomer);
            Restart();
        }

        public ReplicaCard Card { get; private set; } = null!;

        public PeerBook Book { get; private set; } = null!;

        /// <summary>The last introduction that it began.</summary>
        public Introduction? LastCall { get; private set; }

        /// <summary>The last introduction that somebody else began with it.</summary>
        public Introduction? LastAnswer { get; private set; }

        public Side Clone() => new(_place, _identity, _isNewcomer) { _starts = _starts, _durable = [.. _durable] };

        public void Restart()
        {
            _starts++;
            ReplicaIdentity identity = new()
            {
                Cluster = Guid.Empty,
                Group = new GroupId(7),
                Replica = new ReplicaId(_place),
                ReplicaCount = 3,
                MembersHash = _isNewcomer ? 43UL : 42,
                Identity = _identity,
                IsNewcomer = _isNewcomer,
                Incarnation = _starts,
                StartId = Guid.NewGuid(),
                Peers = _durable,
            };
            Card = ReplicaCard.Of(identity, RecoveredState.Fresh, rulesHash: 5);
            Book = new PeerBook(Card, identity);
        }

        public void Execute(params (int Place, ulong Identity, string Address)[] replacements) => Book.Members.Update(Lists.Replacing(replacements));

        /// <summary>Calls another one; null when the two accept each other.</summary>
        public HelloRefusal? Call(Side other)
        {
            LastCall = new Introduction(Card, Book, new ReplicaId(other._place));
            Introduction answering = new(other.Card, other.Book, called: null);
            other.LastAnswer = answering;
            IntroductionStep first = other.Carry(answering.Take(LastCall.Begin()));
            if (first.Refusal is not null)
                return first.Refusal;
            Assert.That(first.SaysHello, Is.True);
            IntroductionStep answered = Carry(LastCall.Take(answering.Speak()));
            if (answered.Refusal is not null)
                return answered.Refusal;
            Assert.That(answered.SaysHello, Is.EqualTo(!first.IsDone), "the two agree on whether a second hello follows");
            return first.IsDone ? null : other.Carry(answering.Take(LastCall.Speak())).Refusal;
        }

        private IntroductionStep Carry(IntroductionStep step)
        {
            if (step.Note is not { } note)
                return step;
            _durable = [.. _durable];
            _durable[step.Peer.Index] = note;
            Book.Commit(step.Peer, note);
            return step;
        }
    }
}
