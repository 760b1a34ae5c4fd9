using PaxosShard.Hashing;
using PaxosShard.Wire;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Primitives;
using PaxosShard.Wire.Text;

namespace PaxosShard.Replica.Core.Group;

/// <summary>
/// A numbered member list (rule 13): for each place of the group whose founder was replaced, who has it now. Part of the replicated state: the slot in which a replacement is
/// executed is the last one of the earlier list, and those above belong to the new one. Immutable.
/// </summary>
public sealed class Members
{
    private readonly SortedList<int, Member> _replaced;

    private Members(long number, Slot slot, SortedList<int, Member> replaced)
    {
        Number = number;
        Slot = slot;
        _replaced = replaced;
    }

    /// <summary>The list that the group was founded with, number 0.</summary>
    public static Members Founders { get; } = new(0, Slot.Zero, []);

    /// <summary>How many replacements led to it.</summary>
    public long Number { get; }

    /// <summary>The slot in which the last of them was executed; <see cref="Slot.Zero"/> for the founders.</summary>
    public Slot Slot { get; }

    /// <summary>The places whose founder was replaced, ascending.</summary>
    public IEnumerable<ReplicaId> Replaced => _replaced.Keys.Select(static index => new ReplicaId(index));

    /// <summary>Where the members listen, by place.</summary>
    /// <param name="founders">Where the founders listen, by place.</param>
    public IReadOnlyList<string> AddressesOver(IReadOnlyList<string> founders) => Number == 0
        ? founders
        : [.. founders.Select((address, place) => InPlaceOf(new ReplicaId(place))?.Address ?? address)];

    /// <summary>A stable hash of the whole list.</summary>
    public ulong Hash
    {
        get
        {
            byte[] bytes = new byte[Size];
            WireWriter writer = new(bytes);
            Write(ref writer);
            return StableHash64.Of(bytes);
        }
    }

    /// <summary>How many bytes <see cref="Write"/> writes.</summary>
    internal int Size => (2 * sizeof(long)) + sizeof(int) + _replaced.Values.Sum(static member => 1 + sizeof(ulong) + WireWriter.SizeOf(member.Address));

    /// <summary>Who has a place now; null for its founder.</summary>
    public Member? InPlaceOf(ReplicaId replica) => _replaced.TryGetValue(replica.Index, out Member member) ? member : null;

    /// <summary>The replica with this data directory is a member.</summary>
    /// <param name="replica">Its place.</param>
    /// <param name="identity">The identity of the directory.</param>
    /// <param name="isNewcomer">The directory was made for the place of another replica, and not when the group was founded.</param>
    public bool Includes(ReplicaId replica, ulong identity, bool isNewcomer) =>
        InPlaceOf(replica) is { } member ? member.Identity == identity : !isNewcomer;

    /// <summary>The list names this identity, in whatever place.</summary>
    public bool IsInUse(ulong identity) => _replaced.Values.Any(member => member.Identity == identity);

    /// <summary>The next list.</summary>
    /// <param name="replica">The place.</param>
    /// <param name="member">Who has it from now on.</param>
    /// <param name="slot">The slot in which the replacement is executed.</param>
    public Members With(ReplicaId replica, Member member, Slot slot) =>
        new(Number + 1, slot, new SortedList<int, Member>(_replaced) { [replica.Index] = member });

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    /// <exception cref="WireFormatException">The bytes are no list.</exception>
    internal static Members Read(ref WireReader reader)
    {
        long number = reader.ReadNumber();
        Slot slot = reader.ReadSlot();
        int count = reader.ReadCount(Limits.Replicas, sizeof(long));
        SortedList<int, Member> replaced = [];
        for (int index = 0; index < count; index++)
        {
            int place = reader.ReadReplica().Index;
            Member member = new(reader.ReadUInt64(), reader.ReadString(Limits.Address));
            if (!replaced.TryAdd(place, member))
                throw new WireFormatException($"a member list names place {place} twice");
            if (member.Identity == 0 || !NetworkAddress.IsDestination(member.Address))
                throw new WireFormatException($"a member list names no data directory, or no address, in place {place}");
        }

        if (number < count || (number == 0) != (slot == Slot.Zero))
            throw new WireFormatException($"the member list {number} of slot {slot.Number} names {count} who replaced a founder");
        return new Members(number, slot, replaced);
    }

    /// <summary>Writes it: number (8), slot (8), how many were replaced (4), then for each place (1), identity (8), address (length (4), UTF-8).</summary>
    internal void Write(ref WireWriter writer)
    {
        writer.WriteInt64(Number);
        writer.WriteSlot(Slot);
        writer.WriteInt32(_replaced.Count);
        foreach ((int place, Member member) in _replaced)
        {
            writer.WriteReplica(new ReplicaId(place));
            writer.WriteUInt64(member.Identity);
            writer.WriteString(member.Address);
        }
    }
}

/// <summary>Who has a place whose founder was replaced.</summary>
/// <param name="Identity">The identity of its data directory, drawn when that was made; never 0.</param>
/// <param name="Address">Where it listens, host:port.</param>
public readonly record struct Member(ulong Identity, string Address);
