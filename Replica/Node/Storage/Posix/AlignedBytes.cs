using System.Runtime.InteropServices;

namespace PaxosShard.Replica.Node.Storage.Posix;

/// <summary>Bytes that begin at a multiple of a page, and stay where they are: a disk takes them from there, or brings them there, itself (<see cref="StorageFile.TransferDirectly"/>).</summary>
internal sealed class AlignedBytes
{
    /// <summary>What their address is a multiple of; with any disk of today that is enough.</summary>
    public const int Alignment = 4096;

    private readonly byte[] _bytes;
    private readonly int _start;

    /// <summary>So many bytes, all 0.</summary>
    public AlignedBytes(int length)
    {
        Length = length;
        _bytes = GC.AllocateArray<byte>(length + Alignment - 1, pinned: true);
        _start = (int)(-Marshal.UnsafeAddrOfPinnedArrayElement(_bytes, 0) & (Alignment - 1));
    }

    /// <summary>How many.</summary>
    public int Length { get; }

    /// <summary>The bytes.</summary>
    public Span<byte> Span => _bytes.AsSpan(_start, Length);
}
