using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;
using static PaxosShard.Tests.Unit.Storage.StoreFixture;

namespace PaxosShard.Tests.Unit.Durability;

/// <summary>What happens to a replica in these tests: together its disk is written in every way there is.</summary>
internal static class Stories
{
    private const int Slots = 20;
    private const long Expiry = 60_000;

    /// <summary>Replica 1 follows: it promises, votes over several segments, learns, refuses, remembers, rests and ends.</summary>
    public static void Follow(RecordedNode node)
    {
        node.Create();
        node.Connect(0);
        node.Remember(0, start: 8, static _ => { });
        node.NoteHeard(0, start: 8, promised: 0);
        node.Hear(0, new LeaderClaim(new View(0), Slot.Zero));
        for (int slot = 1; slot <= Slots; slot++)
            node.Hear(0, new Proposal(new View(0), new Slot(slot), Value(slot), new Slot(slot - 1)));
        node.Hear(0, Beat(0, Slots));

        // Here stands a vote that nobody else has; what is decided in its place comes in a later view.
        node.Hear(0, new Proposal(new View(0), new Slot(Slots + 1), Value(99), new Slot(Slots)));
        node.Rest();
        node.Hear(2, new LeaderClaim(new View(2), new Slot(Slots)));
        node.Hear(0, new Proposal(new View(0), new Slot(Slots + 2), Value(100), new Slot(Slots)));
        node.Hear(2, new CatchUpEntries(new Slot(Slots + 1), new Slot(Slots + 2), [Value(101), Value(102)]));
        node.Hear(2, Beat(2, Slots + 2));
        node.Rest();
        node.Stop();
    }

    /// <summary>Replica 1 follows, is killed, starts again and goes on.</summary>
    public static void FollowAgain(RecordedNode node)
    {
        node.Create();
        node.Connect(0);
        node.Hear(0, new LeaderClaim(new View(3), Slot.Zero));
        for (int slot = 1; slot <= Slots / 2; slot++)
            node.Hear(0, new Proposal(new View(3), new Slot(slot), Value(slot), new Slot(slot - 1)));
        node.Start();
        node.Connect(2);
        node.Hear(2, new LeaderClaim(new View(5), Slot.Zero));
        for (int slot = 1; slot <= Slots / 2; slot++)
            node.Hear(2, new Proposal(new View(5), new Slot(slot), Value(slot), new Slot(slot - 1)));
        node.Start();
        node.Hear(2, Beat(5, Slots / 2));
        node.Rest();
        node.Stop();
    }

    /// <summary>Replica 0 leads view 0: it owns it, proposes, counts its own vote and one follower's, answers clients.</summary>
    public static void Lead(RecordedNode node)
    {
        node.Create();
        node.Connect(1);
        node.Connect(2);
        node.Hear(1, new LeaderPromise(new View(0), Slot.Zero, Slot.Zero, 0, new Slot(1), Slot.Zero, true, Slot.Zero, [], [], []));
        for (int number = 1; number <= Slots / 2; number++)
        {
            byte[] command = new SendMessageCommand("room", "author", "text").Encode();
            node.Ask(new ClientRequest(new SessionId(1), new SequenceNumber(number), SequenceNumber.None, SequenceNumber.None, command) { Expiry = Expiry });
            node.Hear(1, new Accepted(new View(0), new Slot(number + 1), IsAboveHole: false));
        }

        node.Rest();
        node.Stop();
    }

    /// <summary>Two signs of life, a question and a little time: whoever can still speak would answer.</summary>
    public static void Provoke(RecordedNode node)
    {
        node.Hear(0, new LeaderClaim(new View(6), Slot.Zero));
        node.Hear(0, Beat(6, 0));
        node.Hear(2, new CatchUpRequest(new Slot(1), new Slot(2)));
        node.Ask(new ClientRequest(SessionId.None, new SequenceNumber(1000), SequenceNumber.None, SequenceNumber.None, new ReadStatusQuery().Encode()));
        node.Tick();
        node.Stop();
    }

    private static Heartbeat Beat(long view, long decided) =>
        new(new View(view), new Slot(decided), 1, true, new Slot(1), Slot.Zero, 0);
}
