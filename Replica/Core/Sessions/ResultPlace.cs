using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using PaxosShard.Hashing;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Replica.Core.Sessions;

/// <summary>A place of the ring of a session, with what is kept of one number; all zeros when it is empty.</summary>
internal struct ResultPlace
{
    /// <summary>Bytes of the longest payload that stands in the ring: the number of a message.</summary>
    public const int LongestInline = sizeof(ulong);

    private ulong _shortPayload;
    private byte[]? _longPayload;

    // 1 and the bytes of the short payload that count; 0 when the place is empty.
    private byte _filled;

    /// <summary>The hash of the command that ran.</summary>
    public ulong CommandHash { get; private set; }

    /// <summary>Hash of everything that is kept of the number, when it was stored.</summary>
    public ulong Hash { get; set; }

    /// <summary>The number of the arc of the command.</summary>
    public ushort Arc { get; private set; }

    /// <summary>What became of it.</summary>
    public ReplyStatus Status { get; private set; }

    /// <summary>Nothing is in it.</summary>
    public readonly bool IsEmpty => _filled == 0;

    /// <summary>Bytes of the payload.</summary>
    public readonly int PayloadLength => _longPayload?.Length ?? Math.Max(0, _filled - 1);

    /// <summary>Where the payload stands.</summary>
    [UnscopedRef]
    public Span<byte> Payload => _longPayload ?? MemoryMarshal.AsBytes(MemoryMarshal.CreateSpan(ref _shortPayload, 1))[..PayloadLength];

    /// <summary>Hash of what is in it now.</summary>
    public ulong ContentHash => StableHash64.Of(Payload, StableHash64.Combine(CommandHash, ((ulong)Arc << 8) | (ulong)Status));

    /// <summary>Fills it, but for its hash.</summary>
    public void Fill(in StoredResult stored)
    {
        ReadOnlySpan<byte> payload = stored.Result.Payload.Span;
        _filled = (byte)(1 + (payload.Length > LongestInline ? 0 : payload.Length));
        _longPayload = payload.Length > LongestInline ? ArrayOf(stored.Result.Payload) : null;
        if (_longPayload is null)
            payload.CopyTo(Payload);
        CommandHash = stored.CommandHash;
        Status = stored.Result.Status;
        Arc = (ushort)stored.Arc.Number;
    }

    // Results of this length have arrays of their own.
    private static byte[] ArrayOf(ReadOnlyMemory<byte> payload) =>
        MemoryMarshal.TryGetArray(payload, out ArraySegment<byte> segment) && segment.Array is { } array && array.Length == payload.Length ? array : payload.ToArray();
}
