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
    /// <summary>Most rooms and keys that are removed at once: about a millisecond's work.</summary>
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
    public bool RemoveSome(ArcSet arcs)
    {
        int left = MostRemoved;
        foreach (int number in arcs.Numbers)
        {
            Arc arc = new(number);
            foreach (ChatRoom room in rooms.In(arc).Take(left).ToArray())
            {
                rooms.Remove(room);
                left--;
            }

            foreach (StoredBytes name in keys.In(arc).Take(left).Select(static key => key.Name).ToArray())
            {
                keys.Delete(keys.NameOf(name).ToArray());
                left--;
            }

            if (left == 0)
                return false;
        }

        return true;
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
