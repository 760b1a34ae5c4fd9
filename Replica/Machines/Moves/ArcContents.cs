using PaxosShard.Hashing;
using PaxosShard.Replica.Machines.Arcs;
using PaxosShard.Replica.Machines.Blocks;
using PaxosShard.Replica.Machines.Keys;
using PaxosShard.Replica.Machines.Rooms;

namespace PaxosShard.Replica.Machines.Moves;

/// <summary>What is in some arcs: the rooms and the keys.</summary>
/// <param name="rooms">All rooms of the group.</param>
/// <param name="keys">All keys of the group.</param>
/// <param name="hashes">The hash of each arc.</param>
internal sealed class ArcContents(ChatRooms rooms, KeyTable keys, ArcHashes hashes)
{
    /// <summary>Most rooms, and most keys, that are removed at once: about a millisecond's work.</summary>
    public const int MostRemoved = 128;

    /// <summary>One hash of what is in all of these arcs, by which the two ends of a move compare them.</summary>
    public ulong HashOf(ArcSet arcs)
    {
        ulong hash = 0;
        foreach (int arc in arcs.Numbers)
            hash = StableHash64.Combine(hash, hashes[new Arc(arc)]);
        return hash;
    }

    /// <summary>Removes some of what is in these arcs, so that no step is long: to be called until nothing is left.</summary>
    /// <returns>Nothing is left.</returns>
    /// <remarks>
    /// Whole arcs, as long as they fit; of an arc that is larger than a part the first rooms and keys by their names. A replica that began with a snapshot finds them in another order than one that has
    /// executed everything, and what is left has to be the same in both (rule 10).
    /// </remarks>
    public bool RemoveSome(ArcSet arcs)
    {
        int left = MostRemoved;
        foreach (int number in arcs.Numbers)
        {
            Arc arc = new(number);
            int count = rooms.In(arc).Count() + keys.CountIn(arc);
            if (count > left)
            {
                if (left == MostRemoved)
                    Remove(FirstByName(rooms.In(arc), left, static room => room.NameBytes), FirstByName(keys.In(arc).Select(static key => key.Name), left, keys.NameOf));
                return false;
            }

            Remove([.. rooms.In(arc)], [.. keys.In(arc).Select(static key => key.Name)]);
            left -= count;
        }

        return true;
    }

    private void Remove(List<ChatRoom> oldRooms, List<StoredBytes> oldKeys)
    {
        foreach (ChatRoom room in oldRooms)
            rooms.Remove(room);
        foreach (StoredBytes name in oldKeys)
            keys.Delete(keys.NameOf(name).ToArray());
    }

    // Not sorted as a whole. Each call looks at every name of the arc all the same: with a million names in one arc, which somebody would have to choose so, a part takes longer than a millisecond.
    private static List<T> FirstByName<T>(IEnumerable<T> things, int most, NameOf<T> nameOf)
    {
        PriorityQueue<T, T> first = new(Comparer<T>.Create((left, right) => nameOf(right).SequenceCompareTo(nameOf(left))));
        foreach (T thing in things)
        {
            if (first.Count < most)
                first.Enqueue(thing, thing);
            else
                first.EnqueueDequeue(thing, thing);
        }

        return [.. first.UnorderedItems.Select(static item => item.Element)];
    }

    /// <summary>These arcs are not served: nothing of them is trimmed by age.</summary>
    public void Close(ArcSet arcs)
    {
        foreach (int arc in arcs.Numbers)
            rooms.KeepAsTheyAre(new Arc(arc));
    }

    /// <summary>These arcs are served, or nothing is in them.</summary>
    public void Open(ArcSet arcs)
    {
        foreach (int arc in arcs.Numbers)
            rooms.OrderByAge(new Arc(arc));
    }
}
