using System.Buffers.Binary;
using PaxosShard.Wire.Frames;
using PaxosShard.Wire.Identifiers;

namespace PaxosShard.Replica.Node.Storage.Log;

/// <summary>
/// Whose log it is, and the checksums that rest on that: every checksum of batches and records begins with the owner and the
/// position, so that bytes of another replica, of another place or of a recycled segment never pass.
/// </summary>
internal sealed class LogOwner
{
    private const int NameBytes = 16 + 4;
    private readonly byte[] _name = new byte[NameBytes];
    private readonly uint _checksum;

    private LogOwner(ReplicaIdentity identity, GroupId[] groups)
    {
        Identity = identity.Identity;
        Groups = groups;
        identity.Cluster.TryWriteBytes(_name, bigEndian: true, out _);
        BinaryPrimitives.WriteInt32BigEndian(_name.AsSpan(16), identity.Replica.Index);
        Span<byte> drawn = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64BigEndian(drawn, Identity);
        _checksum = Crc32C.Append(Crc32C.Of(_name), drawn);
    }

    /// <summary>The owner that a directory belongs to.</summary>
    /// <param name="identities">Who it is in each of its groups, ascending by group; the same in all but what is of a group.</param>
    public static LogOwner Of(IReadOnlyList<ReplicaIdentity> identities) => new(identities[0], [.. identities.Select(static identity => identity.Group)]);

    /// <summary>The drawn identity.</summary>
    public ulong Identity { get; }

    /// <summary>The groups of the directory, ascending: what is said of them by index is in this order. Records name theirs themselves; it is not in what their checksums begin with.</summary>
    public GroupId[] Groups { get; }

    /// <summary>Cluster and replica as they stand in a batch header.</summary>
    public ReadOnlySpan<byte> Name => _name;

    /// <summary>Refuses a log whose headers are of other groups than the directory, as a later build may write it.</summary>
    /// <param name="rows">What a header says of groups.</param>
    /// <exception cref="DataDirectoryException">They are not those of the directory.</exception>
    public void RequireGroups(GroupSummary[] rows)
    {
        if (rows.Length != Groups.Length)
            throw new DataDirectoryException($"{Count(rows.Length)} the log, and the directory belongs to {NamesOf(Groups)}: this program reads the log of the groups that the directory was made for");
        for (int index = 0; index < rows.Length; index++)
        {
            if (rows[index].Group != Groups[index])
                throw Foreign(rows[index].Group);
        }
    }

    /// <summary>The index of the group of a record.</summary>
    /// <exception cref="DataDirectoryException">It is none of the directory's.</exception>
    public int IndexOf(GroupId group)
    {
        int index = Groups.Length == 1 && Groups[0] == group ? 0 : Array.IndexOf(Groups, group);
        return index < 0 ? throw Foreign(group) : index;
    }

    /// <summary>Checksum of the owner and <paramref name="position"/>, to go on from with what stands there.</summary>
    public uint ChecksumOf(LogPosition position)
    {
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(bytes, position.Value);
        return Crc32C.Append(_checksum, bytes);
    }

    private static string Count(int groups) => groups == 1 ? "one group has" : $"{groups} groups share";

    private static string NamesOf(GroupId[] groups) => string.Join(", ", groups);

    private DataDirectoryException Foreign(GroupId group) =>
        new($"the log has records of {group}, and the directory belongs to {NamesOf(Groups)}; this program reads the log of the groups that the directory was made for");
}
