using PaxosShard.Hashing;
using PaxosShard.Replica.Machines.Blocks;

namespace PaxosShard.Replica.Machines.Keys;

/// <summary>Compares names in a store by their bytes, also with bytes that are not in it.</summary>
/// <param name="store">Where the names are.</param>
internal sealed class NameComparer(ByteStore store) : IEqualityComparer<StoredBytes>, IAlternateEqualityComparer<ReadOnlySpan<byte>, StoredBytes>
{
    /// <inheritdoc/>
    public bool Equals(StoredBytes left, StoredBytes right) => store[left].SequenceEqual(store[right]);

    /// <inheritdoc/>
    public int GetHashCode(StoredBytes name) => GetHashCode(store[name]);

    /// <inheritdoc/>
    public bool Equals(ReadOnlySpan<byte> alternate, StoredBytes other) => alternate.SequenceEqual(store[other]);

    /// <summary>The upper bits of a hash are the same for all names of an arc: the lower ones are taken.</summary>
    public int GetHashCode(ReadOnlySpan<byte> alternate) => (int)StableHash64.Of(alternate);

    /// <inheritdoc/>
    public StoredBytes Create(ReadOnlySpan<byte> alternate) => throw new NotSupportedException("a name is stored before it is added");
}
