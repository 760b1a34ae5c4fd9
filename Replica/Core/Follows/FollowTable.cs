using PaxosShard.Replica.Core.Machines;
using PaxosShard.Wire;

namespace PaxosShard.Replica.Core.Follows;

/// <summary>
/// Follows that wait for a message. Not part of the replicated state: each replica has its own, and a client whose follow is
/// lost asks again from the same number.
/// </summary>
/// <remarks>
/// Bounded in count, per client and in all; a follow takes a few hundred bytes beside its room's name. The time a call of
/// <see cref="AnswerReady"/> takes grows with the rooms that were touched and those that wait for them, not with all.
/// Answers come in a fixed order: room by room as they were first touched, within a room as the follows were parked; then
/// the expired ones by their tick. Followers that stand at the same number share one encoded answer.
/// </remarks>
/// <param name="maximum">Most follows that wait; one more is refused.</param>
/// <param name="maximumPerClient">Most of one client; one more is refused.</param>
public sealed class FollowTable(int maximum, int maximumPerClient)
{
    private readonly Dictionary<string, LinkedList<ParkedFollow>> _byRoom = new(StringComparer.Ordinal);
    private readonly Dictionary<ClientHandle, LinkedList<ParkedFollow>> _byClient = [];
    private readonly SortedSet<ParkedFollow> _byExpiry = new(ParkedFollow.ByExpiry);
    private readonly List<string> _touched = [];
    private long _parkedEver;

    /// <summary>Follows that wait.</summary>
    public int Count => _byExpiry.Count;

    /// <summary>Lists by room and by client; none stays when its last follow is gone.</summary>
    public int ListCount => _byRoom.Count + _byClient.Count;

    /// <summary>Parks a follow that <see cref="ReplicatedState.TryFollow"/> could not answer.</summary>
    /// <param name="client">Whom to answer.</param>
    /// <param name="request">The follow.</param>
    /// <param name="expiresAtTick">From this tick on it is answered without messages.</param>
    /// <returns>False, and nothing parked, when there is no place: answer busy.</returns>
    /// <exception cref="ArgumentException">The request is no well-formed follow; <see cref="ReplicatedState.TryFollow"/> answers those.</exception>
    public bool TryPark(ClientHandle client, ClientRequest request, long expiresAtTick)
    {
        if (!Queries.TryReadFollow(request.Command.Span, out FollowRoomQuery? query))
            throw new ArgumentException("only a well-formed follow can wait", nameof(request));
        int ofClient = _byClient.TryGetValue(client, out LinkedList<ParkedFollow>? parked) ? parked.Count : 0;
        if (Count >= maximum || ofClient >= maximumPerClient)
            return false;
        Add(new ParkedFollow
        {
            Client = client,
            Session = request.Session,
            Sequence = request.Sequence,
            Room = query.Room,
            From = query.From,
            ExpiresAtTick = expiresAtTick,
            Order = ++_parkedEver,
        });
        return true;
    }

    /// <summary>Answers the follows whose room has got what they wait for since the last call, and those that expired.</summary>
    /// <param name="state">The state, executed as far as it is.</param>
    /// <param name="nowTick">The tick it is now.</param>
    /// <param name="replies">Receives the answers.</param>
    /// <param name="view">The view to name in them.</param>
    public void AnswerReady(ReplicatedState state, long nowTick, List<Reply> replies, View view)
    {
        state.DrainTouchedRooms(_touched);
        foreach (string room in _touched)
        {
            if (_byRoom.TryGetValue(room, out LinkedList<ParkedFollow>? waiting))
                AnswerRoom(state, room, waiting, replies, view);
        }

        _touched.Clear();
        while (_byExpiry.Min is { } first && first.ExpiresAtTick <= nowTick)
        {
            Remove(first);
            byte[] nothing = RoomReader.Encode(RoomReader.Find(state.Rooms, first.Room), first.From, 0);
            replies.Add(first.Answer(ReplyStatus.Ok, view, nothing));
        }
    }

    /// <summary>Drops what a client waits for: its connection is gone.</summary>
    public void Forget(ClientHandle client)
    {
        while (!SeededBug.Is(145) && _byClient.TryGetValue(client, out LinkedList<ParkedFollow>? parked))
            Remove(parked.First!.Value);
    }

    /// <summary>
    /// Answers every follow with the same status and no payload, in the order in which they would expire: this replica
    /// does not serve any more.
    /// </summary>
    public void AnswerAll(ReplyStatus status, View view, List<Reply> replies)
    {
        foreach (ParkedFollow follow in _byExpiry)
            replies.Add(follow.Answer(status, view, default));
        _byExpiry.Clear();
        _byRoom.Clear();
        _byClient.Clear();
    }

    private static void Append<TKey>(
        Dictionary<TKey, LinkedList<ParkedFollow>> lists, TKey key, LinkedListNode<ParkedFollow> place)
        where TKey : notnull
    {
        if (!lists.TryGetValue(key, out LinkedList<ParkedFollow>? list))
            lists.Add(key, list = new LinkedList<ParkedFollow>());
        list.AddLast(place);
    }

    private static void Detach<TKey>(
        Dictionary<TKey, LinkedList<ParkedFollow>> lists, TKey key, LinkedListNode<ParkedFollow> place)
        where TKey : notnull
    {
        LinkedList<ParkedFollow> list = lists[key];
        list.Remove(place);
        if (list.Count == 0)
            lists.Remove(key);
    }

    private void AnswerRoom(
        ReplicatedState state, string name, LinkedList<ParkedFollow> waiting, List<Reply> replies, View view)
    {
        ChatRoom? room = RoomReader.Find(state.Rooms, name);
        byte[] payload = [];
        long encodedFrom = 0;
        LinkedListNode<ParkedFollow>? place = waiting.First;
        while (place is not null && room is not null)
        {
            ParkedFollow follow = place.Value;
            place = place.Next;
            if (follow.From > room.Last || (encodedFrom != 0 && SeededBug.Is(143)))
                continue;
            if (follow.From != encodedFrom)
            {
                payload = RoomReader.Encode(room, follow.From, RoomReader.MessagesPerReply);
                encodedFrom = follow.From;
            }

            Remove(follow);
            replies.Add(follow.Answer(ReplyStatus.Ok, view, payload));
        }
    }

    private void Add(ParkedFollow follow)
    {
        Append(_byRoom, follow.Room, follow.PlaceInRoom);
        Append(_byClient, follow.Client, follow.PlaceAtClient);
        _byExpiry.Add(follow);
    }

    private void Remove(ParkedFollow follow)
    {
        Detach(_byRoom, follow.Room, follow.PlaceInRoom);
        Detach(_byClient, follow.Client, follow.PlaceAtClient);
        _byExpiry.Remove(follow);
    }
}
