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
    private const int CommonBytes = 16 + 4 + 4;
    private readonly byte[] _bytes = new byte[CommonBytes + sizeof(ulong)];
    private readonly uint _checksum;

    /// <summary>An owner by all that names it.</summary>
    /// <param name="cluster">The cluster.</param>
    /// <param name="group">The group within it.</param>
    /// <param name="replica">The replica's place in the group.</param>
    /// <param name="identity">What was drawn when the directory was created.</param>
    public LogOwner(Guid cluster, GroupId group, ReplicaId replica, ulong identity)
    {
        Identity = identity;
        cluster.TryWriteBytes(_bytes, bigEndian: true, out _);
        BinaryPrimitives.WriteInt32BigEndian(_bytes.AsSpan(16), group.Number);
        BinaryPrimitives.WriteInt32BigEndian(_bytes.AsSpan(20), replica.Index);
        BinaryPrimitives.WriteUInt64BigEndian(_bytes.AsSpan(CommonBytes), identity);
        _checksum = Crc32C.Of(_bytes);
    }

    /// <summary>The owner that a directory belongs to.</summary>
    public static LogOwner Of(ReplicaIdentity identity) =>
        new(identity.Cluster, identity.Group, identity.Replica, identity.Identity);

    /// <summary>The drawn identity.</summary>
    public ulong Identity { get; }

    /// <summary>Cluster, group and replica as they stand in a batch header.</summary>
    public ReadOnlySpan<byte> Name => _bytes.AsSpan(0, CommonBytes);

    /// <summary>Checksum of the owner and <paramref name="position"/>, to go on from with what stands there.</summary>
    public uint ChecksumOf(LogPosition position)
    {
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(bytes, position.Value);
        return Crc32C.Append(_checksum, bytes);
    }
}
