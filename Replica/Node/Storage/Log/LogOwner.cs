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

    private LogOwner(ReplicaIdentity identity)
    {
        Identity = identity.Identity;
        Group = identity.Group;
        identity.Cluster.TryWriteBytes(_name, bigEndian: true, out _);
        BinaryPrimitives.WriteInt32BigEndian(_name.AsSpan(16), identity.Replica.Index);
        Span<byte> drawn = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64BigEndian(drawn, Identity);
        _checksum = Crc32C.Append(Crc32C.Of(_name), drawn);
    }

    /// <summary>The owner that a directory belongs to.</summary>
    public static LogOwner Of(ReplicaIdentity identity) => new(identity);

    /// <summary>The drawn identity.</summary>
    public ulong Identity { get; }

    /// <summary>The group of the directory: the only one whose records are in the log so far. Records name it themselves; it is not in what their checksums begin with.</summary>
    public GroupId Group { get; }

    /// <summary>Cluster and replica as they stand in a batch header.</summary>
    public ReadOnlySpan<byte> Name => _name;

    /// <summary>Refuses a log in which another group than that of the directory has something, as a later build may write it.</summary>
    /// <param name="groupCount">How many groups a header names.</param>
    /// <param name="group">The first one of them.</param>
    /// <exception cref="DataDirectoryException">It is not that of the directory, or not the only one.</exception>
    public void RequireGroup(int groupCount, GroupId group)
    {
        if (groupCount != LogFormat.Groups)
            throw new DataDirectoryException($"{groupCount} groups share the log; this program reads the log of a single group");
        if (group != Group)
            throw new DataDirectoryException($"the log has records of {group}, and the directory belongs to {Group}; this program reads the log of a single group");
    }

    /// <summary>Checksum of the owner and <paramref name="position"/>, to go on from with what stands there.</summary>
    public uint ChecksumOf(LogPosition position)
    {
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(bytes, position.Value);
        return Crc32C.Append(_checksum, bytes);
    }
}
