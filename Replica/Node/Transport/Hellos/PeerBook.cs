using PaxosShard.Replica.Engine;
using PaxosShard.Replica.Node.Storage;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Replica.Node.Transport.Hellos;

/// <summary>
/// What this replica remembers of the others, and what they may remember of it. A start is remembered on the disk before anything
/// that is said in it counts; the promises and votes that were heard follow within about a second. Pure bookkeeping: the owner makes
/// durable what <see cref="Introduction"/> asks for, then calls <see cref="Commit"/>. Any thread; what leads to a <see cref="Commit"/>
/// one after the other for each peer.
/// </summary>
public sealed class PeerBook
{
    private readonly ReplicaCard _self;
    private readonly Lock _gate = new();
    private readonly PeerMemory[] _memories;
    private readonly PeerMemory[] _saved;
    private readonly Greeted[] _greeted;

    /// <summary>Goes on from what the disk remembers.</summary>
    /// <param name="self">This replica.</param>
    /// <param name="identity">What its disk remembers of the others.</param>
    /// <param name="members">The member list, kept up to date by its owner; null to begin with the founders and no addresses (see <see cref="Members"/>).</param>
    public PeerBook(ReplicaCard self, ReplicaIdentity identity, CurrentMembers? members = null)
    {
        _self = self;
        Members = members ?? new CurrentMembers(self, []);
        _memories = [.. Enumerable.Range(0, identity.ReplicaCount).Select(index => identity.Peer(new ReplicaId(index)))];
        _saved = [.. _memories];
        _greeted = new Greeted[_memories.Length];
    }

    /// <summary>The member list that this replica has executed: what is remembered of those that it replaces does not count any more.</summary>
    public CurrentMembers Members { get; }

    /// <summary>The hello to a peer.</summary>
    public Hello HelloTo(ReplicaId peer)
    {
        EffectiveMembers members = Members.Now;
        return _self.HelloTo(peer, Find(peer, members), members);
    }

    /// <summary>The answer to the hello of a replica that called.</summary>
    public Hello AnswerTo(Hello caller)
    {
        EffectiveMembers members = Members.Now;
        return _self.HelloTo(caller.Replica, FindSender(caller, members), members);
    }

    /// <summary>The hello to a client.</summary>
    public Hello HelloToClient() => _self.HelloTo(new ReplicaId(0), PeerMemory.Nobody, Members.Now);

    /// <summary>What is remembered of the replica in this place; nobody when it was never met, or there is no such place.</summary>
    public PeerMemory Find(ReplicaId peer) => Find(peer, Members.Now);

    /// <summary>What was to be remembered of a peer is durable now.</summary>
    public void Commit(ReplicaId peer, PeerMemory memory)
    {
        lock (_gate)
        {
            PeerMemory before = _memories[peer.Index];

            // What was heard meanwhile counts, unless it was heard from a start that is over.
            _memories[peer.Index] = before.Start == memory.Start ? memory.Heard(before.Promised, before.Voted) : memory;
            _saved[peer.Index] = memory;
        }
    }

    /// <summary>A peer says something that rests on a promise or a vote of it: from then on it is known to have given it.</summary>
    /// <param name="peer">The peer.</param>
    /// <param name="start">The start that it speaks in; a start that is over is not listened to.</param>
    /// <param name="message">What it says.</param>
    public void Hear(ReplicaId peer, StartMark start, Message message)
    {
        View promised = message switch
        {
            LeaderClaim claim => claim.View,
            LeaderPromise promise => promise.View,
            Proposal proposal => proposal.View,
            Accepted accepted => accepted.View,
            Heartbeat heartbeat => heartbeat.View,
            HeartbeatAnswer answer => answer.View,
            _ => View.None,
        };
        if (promised == View.None)
            return;
        Slot voted = message is Accepted vote ? vote.Slot : Slot.Zero;
        lock (_gate)
        {
            PeerMemory memory = _memories[peer.Index];

            // A view that no group can have reached is no promise: remembered, it would shut the peer out when it is well again.
            if (memory.Start == start && !promised.IsBeyondReachOf(memory.Promised))
                _memories[peer.Index] = memory.Heard(promised, voted);
        }
    }

    /// <summary>What was heard since the last call and is not durable yet; empty when there is nothing.</summary>
    public IReadOnlyList<HeardMark> TakeHeard()
    {
        List<HeardMark>? news = null;
        lock (_gate)
        {
            for (int index = 0; index < _memories.Length; index++)
            {
                PeerMemory memory = _memories[index];
                if (memory.Promised == _saved[index].Promised && memory.Voted == _saved[index].Voted)
                    continue;
                (news ??= []).Add(new HeardMark(new ReplicaId(index), memory.Start, memory.Promised, memory.Voted));
                _saved[index] = memory;
            }
        }

        return news ?? (IReadOnlyList<HeardMark>)[];
    }

    /// <summary>
    /// The same under a member list. Where the list names another identity than the remembered one, the memory begins anew with that; the disk need not be told, because
    /// it has the list. The starts of this replica that may be remembered in that place stay, because the newcomer may have met this replica before this replica knew of it.
    /// </summary>
    internal PeerMemory Find(ReplicaId peer, EffectiveMembers members)
    {
        if (!IsPlace(peer))
            return PeerMemory.Nobody;
        ulong named = members.IdentityAt(peer);
        lock (_gate)
        {
            PeerMemory memory = _memories[peer.Index];
            return named == 0 || memory.Identity == named
                ? memory
                : PeerMemory.Nobody with { Identity = named, Shown = memory.Shown, ShownTo = memory.Shown == default ? 0 : memory.ShownIdentity };
        }
    }

    /// <summary>
    /// What is remembered of the sender of a hello. If its list is newer, it may be the one that the disk remembers although the list that was executed here names another: a replica that
    /// lost its snapshot executes all lists once more. What it remembers counts again when the newer list is reached, so it is neither forgotten now nor kept from the sender.
    /// </summary>
    internal PeerMemory FindSender(Hello hello, EffectiveMembers members)
    {
        if (IsPlace(hello.Replica) && hello.List > members.Number)
        {
            lock (_gate)
            {
                if (_memories[hello.Replica.Index] is var memory && memory.Identity == hello.Identity)
                    return memory;
            }
        }

        return Find(hello.Replica, members);
    }

    /// <summary>The newest start in this place that was greeted since this replica was started; the default for none.</summary>
    internal Greeted FindGreeted(ReplicaId peer)
    {
        lock (_gate)
            return IsPlace(peer) ? _greeted[peer.Index] : default;
    }

    /// <summary>The hello of a peer is about to be answered: no older start of it is remembered any more.</summary>
    internal void Greet(Hello hello)
    {
        lock (_gate)
            _greeted[hello.Replica.Index] = new Greeted(hello.Identity, hello.Start);
    }

    private bool IsPlace(ReplicaId peer) => peer.Index >= 0 && peer.Index < _memories.Length;
}
