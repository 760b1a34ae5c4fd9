using System.Text;
using NUnit.Framework;
using PaxosShard.Hashing;
using PaxosShard.Replica.Core.Ordered;
using PaxosShard.Replica.Core.Steps;
using PaxosShard.Tests.Unit.Machines.Arcs;
using PaxosShard.Wire;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Entries;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Tests.Unit.Core.Ordered;

/// <summary>
/// A burst whose operations are here by turns and at another shard, with a machine of a shard: what the primary here proposes, tells and asks. Even numbers are here.
/// </summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal abstract class FollowedBurst : IOrderedOutlet
{
    protected static SessionId Session { get; } = new SessionId(7).AsOrdered();
    protected static SessionId Other { get; } = new SessionId(8).AsOrdered();
    protected static PlacementToken One { get; } = new(1, new View(4), new Slot(30)) { IsPromised = true };
    protected static PlacementToken Three { get; } = new(1, new View(4), new Slot(31)) { IsPromised = true };

    protected ShardedLog Log { get; } = new();
    protected List<(ClientRequest Request, OrderedPlace Place)> Proposed { get; } = [];
    protected List<(OperationName Name, SettleGateCommand Settle)> Settled { get; } = [];
    protected List<GroupNote> Told { get; } = [];
    protected List<GroupNote> Asked { get; } = [];
    protected List<long> Foretold { get; } = [];
    protected OrderedDispatch Dispatch { get; }
    private long _time = 2000;

    protected FollowedBurst()
    {
        Dispatch = new OrderedDispatch(() => Log.State, this, tickMilliseconds: 5, placesEarly: true);
    }

    protected PlacementToken Promise => new(1, View.First, Log.State.Executed.Next) { IsPromised = true };

    [SetUp]
    public void Adopt() => Log.Adopt(ShardedLog.First);

    bool IOrderedOutlet.MayTell => true;

    View IOrderedOutlet.View => View.First;

    Slot IOrderedOutlet.NextSlot => Log.State.Executed.Next;

    bool IOrderedOutlet.IsAwaited(OperationName name) => !Foretold.Contains(name.Sequence.Number);

    Slot? IOrderedOutlet.KeepPlaces() => null;

    bool IOrderedOutlet.TryPropose(in WaitingRequest waiting, OrderedPlace place, bool isPatient)
    {
        Proposed.Add((waiting.Request, place));
        return true;
    }

    bool IOrderedOutlet.TrySettle(OperationName name, in SettleGateCommand settle, bool isUrgent)
    {
        Settled.Add((name, settle));
        return true;
    }

    void IOrderedOutlet.Foretell(OperationName name, in ClientReply reply) => Foretold.Add(name.Sequence.Number);

    void IOrderedOutlet.Answer(in WaitingRequest waiting, in ClientReply reply)
    {
    }

    void IOrderedOutlet.Refuse(in WaitingRequest waiting, ReplyStatus status)
    {
    }

    void IOrderedOutlet.Ask(GroupId group, IReadOnlyList<string> addresses, in GroupNote note) => Asked.Add(note);

    void IOrderedOutlet.Tell(ClientHandle asker, in GroupNote note) => Told.Add(note);

    // Each name is of an arc of its own, at the shard whose number's it is.
    protected static byte[] KeyOf(long number) => Encoding.UTF8.GetBytes(Enumerable.Range(0, int.MaxValue)
        .Select(salt => $"n{number}-{salt}")
        .First(name => ShardedLog.First.OwnerOf(Arc.Of(Encoding.UTF8.GetBytes(name))).Number == (number % 2 == 0 ? 1 : 2)));

    protected static OrderedRequest Operation(SessionId session, long number, byte[] key, bool isFirst)
    {
        SequenceNumber previous = isFirst ? SequenceNumber.None : new SequenceNumber(number - 1);
        byte[] earlier = [.. Enumerable.Range(2, (int)Math.Max(0, number - 2)).SelectMany(back => Bytes(Arc.Of(KeyOf(number - back)))).Take(2 * OrderedRequest.MostEarlier)];
        ClientRequest request = new(session, new SequenceNumber(number), previous, new SequenceNumber(1), KeyCommand.Put(key, "v"u8.ToArray()).Encode()) { Expiry = 500_000 };
        return new OrderedRequest(request, Arc.Of(KeyOf(number - 1)).Number) { EarlierArcs = earlier };
    }

    private static byte[] Bytes(Arc arc) => [(byte)(arc.Number >> 8), (byte)arc.Number];

    protected void Take(long number)
    {
        Dispatch.Take(new ClientHandle(number), Operation(Session, number, KeyOf(number), isFirst: false));
        Dispatch.Advance();
    }

    // An operation here whose predecessor is here too.
    protected void TakeBehindOwn(long number)
    {
        OrderedRequest ordered = Operation(Session, number, KeyOf(number + 1), isFirst: false);
        Dispatch.Take(new ClientHandle(number), ordered);
        Dispatch.Advance();
    }

    protected void TakeOther(long number, long keyOf)
    {
        Dispatch.Take(new ClientHandle(60), Operation(Other, number, KeyOf(keyOf), isFirst: false));
        Dispatch.Advance();
    }

    protected void Follow(long number) => Ask(number, follows: true);

    protected void Ask(long number, bool follows = false)
    {
        byte[] key = number % 2 == 0 ? KeyOf(number) : KeyOf(number + 1);
        Dispatch.Take(new ClientHandle(follows ? 9 : 10), new GroupNotes([GroupNote.Ask(Session, new SequenceNumber(number), Arc.Of(key).Number, 1, 500_000, follows)]));
    }

    protected void Hear(long number, OperationState state, PlacementToken token, PlacementToken gate = default)
    {
        Dispatch.Take(default, new GroupNotes([GroupNote.Tell(Session, new SequenceNumber(number), state, token, gate)]));
        Dispatch.Advance();
    }

    protected PlacementToken PlaceBoth()
    {
        PlacementToken promise = Promise;
        Take(2);
        Take(4);
        Follow(2);
        Follow(4);
        Hear(3, OperationState.Promised, Three);
        Hear(1, OperationState.Placed, One);
        return promise;
    }

    protected void Execute()
    {
        EntryBuilder builder = new(Limits.Entry, Limits.CommandsPerEntry);
        foreach ((ClientRequest request, OrderedPlace place) in Proposed)
            builder.TryAdd(in request, place.Gate, place.PromisedAt);
        Proposed.Clear();
        Entry entry = builder.Build(new EntryStamp(View.First, _time++, 1));
        Dispatch.OnProposed(Log.State.Executed.Next, entry);
        Log.State.Execute(Log.State.Executed.Next, entry, []);
        Dispatch.OnExecuted(entry);
        Dispatch.Advance();
    }

    protected void Tick(int ticks)
    {
        for (int tick = 0; tick < ticks; tick++)
        {
            Dispatch.OnTick();
            Dispatch.Advance();
        }
    }
}
