using PaxosShard.Replica.Engine;
using PaxosShard.Replica.Node.Storage;
using PaxosShard.Wire;
using PaxosShard.Wire.Frames;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Replica.Node.Transport.Hellos;

/// <summary>
/// The hellos of one connection between replicas, or with a client, as a pure program: message in, what to do out. Who calls says
/// hello, who is called answers and says what it remembers of the caller. If that is not the caller's present start, the caller notes,
/// durably, that the peer may remember either from now on, and says its hello again; only then is it remembered, and listened to.
/// So two starts are all that a peer can remember, however often the replica was started (PROTOCOL.md, "Who has met whom"). The sender of a newer
/// member list is listened to and not remembered, because it is not known here yet whose place that is (rule 13; PROTOCOL.md, "Who is a member").
/// </summary>
/// <param name="self">This replica.</param>
/// <param name="book">What is remembered.</param>
/// <param name="called">The peer that was called; null on a connection that somebody else opened.</param>
public sealed class Introduction(ReplicaCard self, PeerBook book, ReplicaId? called)
{
    private long _judgedBy;
    private bool _saidItVotes;

    /// <summary>The last hello of the other side, once one came and was accepted.</summary>
    public Hello? Met { get; private set; }

    /// <summary>
    /// The introduction does not hold any more: this replica has executed another member list since, by which the other side is not the member in its place, or which tells only now who
    /// the other side is, or by which this replica has become a member. The connection is to be closed, and the side that opened it introduces itself again.
    /// </summary>
    public bool IsOver
    {
        get
        {
            EffectiveMembers now = book.Members.Now;
            if (called is not null && now.SaysItVotes != _saidItVotes)
                return true;
            if (Met is not { Role: PeerRole.Replica } met || now.Number == _judgedBy)
                return false;
            ulong named = now.IdentityAt(met.Replica);
            return met.List > _judgedBy || (named != 0 && named != met.Identity);
        }
    }

    /// <summary>The hello with which a call begins.</summary>
    public Hello Begin()
    {
        Hello hello = Speak();
        _saidItVotes = hello.Standing!.Votes;
        return hello;
    }

    /// <summary>The hello of this replica as it stands now: to the one that was called, or in answer to the one that calls.</summary>
    public Hello Speak() => called is { } peer ? book.HelloTo(peer) : book.AnswerTo(Met!);

    /// <summary>What follows from a message. It is to be carried out in the order of its parts before the next message is looked at.</summary>
    /// <exception cref="WireFormatException">It is no hello that belongs here.</exception>
    public IntroductionStep Take(in FrameContent content)
    {
        if (content.Message is ConnectionRefused refused)
            return new IntroductionStep { ToldBy = new HelloRefusal((RefusalCode)refused.Code, refused.Reason) };
        if (content.Message is not Hello hello)
            throw new WireFormatException($"a {content.Kind} came where a hello belongs");
        EffectiveMembers members = book.Members.Now;
        _judgedBy = members.Number;
        if (called is not null)
            return OnAnswer(hello, members);
        return Met is null ? OnCall(hello, members) : OnSecondHello(hello, members);
    }

    private IntroductionStep OnCall(Hello hello, EffectiveMembers members)
    {
        PeerMemory known = book.FindSender(hello, members);
        if (new HelloCheck(self, members).CheckIncoming(hello, known, book.FindGreeted(hello.Replica)) is { } refusal)
            return new IntroductionStep { Refusal = refusal };
        Met = hello;
        if (hello.Role == PeerRole.Client || !hello.Standing!.Votes)
            return new IntroductionStep { SaysHello = true, IsDone = true };

        // From here on no older start of the caller is remembered any more, so what the answer says of that holds. Nor is this one,
        // even if it says that it was noted: a first hello may have been under way while the caller was started again.
        book.Greet(hello);
        return new IntroductionStep { SaysHello = true, IsDone = known.Identity == hello.Identity && known.Start == hello.Start };
    }

    private IntroductionStep OnSecondHello(Hello hello, EffectiveMembers members)
    {
        PeerMemory known = book.Find(hello.Replica, members);
        if (new HelloCheck(self, members).CheckIncoming(hello, known, book.FindGreeted(hello.Replica)) is { } refusal)
            return new IntroductionStep { Refusal = refusal };
        if (hello.Replica != Met!.Replica || hello.Start != Met.Start || hello.Standing?.Shown.Contains(hello.Start) != true)
            throw new WireFormatException("a second hello does not belong to the first");
        Met = hello;
        return new IntroductionStep { Peer = hello.Replica, Note = hello.List > members.Number ? null : Remember(known, hello), IsDone = true };
    }

    private IntroductionStep OnAnswer(Hello hello, EffectiveMembers members)
    {
        PeerMemory known = book.FindSender(hello, members);
        if (new HelloCheck(self, members).CheckAnswer(hello, called!.Value, known, book.FindGreeted(called.Value)) is { } refusal)
            return new IntroductionStep { Refusal = refusal };
        Met = hello;

        // A replica with an older list may tell of a start of the one that had this replica's place before.
        StartMark told = hello.Standing!.KnownIdentity == self.Identity ? hello.Standing.Known : StartMark.None;
        if (told == self.Start || !_saidItVotes)
            return new IntroductionStep { IsDone = true };
        PeerMemory next = known with { Shown = new ShownStarts(told, self.Start), ShownTo = hello.Identity };
        return new IntroductionStep { Peer = called.Value, Note = next == known ? null : next, SaysHello = true, IsDone = true };
    }

    /// <summary>What is to be noted; null when it is remembered already.</summary>
    private static PeerMemory? Remember(PeerMemory known, Hello hello)
    {
        if (known.Identity == hello.Identity && known.Start == hello.Start)
            return null;

        // Votes that it lost, and says so, need not be found on its disk any more.
        bool isLoss = hello.Standing!.LossStart > known.Start.Number;
        return known with { Identity = hello.Identity, Start = hello.Start, Voted = isLoss ? Slot.Zero : known.Voted };
    }
}

/// <summary>What follows from a message of an <see cref="Introduction"/>, in this order.</summary>
public sealed record IntroductionStep
{
    /// <summary>The other side is refused; nothing else follows.</summary>
    public HelloRefusal? Refusal { get; init; }

    /// <summary>This replica is refused by the other side; nothing else follows.</summary>
    public HelloRefusal? ToldBy { get; init; }

    /// <summary>Whom <see cref="Note"/> is about.</summary>
    public ReplicaId Peer { get; init; }

    /// <summary>To be made durable, then committed to the <see cref="PeerBook"/>, before anything else happens.</summary>
    public PeerMemory? Note { get; init; }

    /// <summary>The hello of this replica leaves.</summary>
    public bool SaysHello { get; init; }

    /// <summary>The hellos are done: what follows on the connection counts.</summary>
    public bool IsDone { get; init; }
}
