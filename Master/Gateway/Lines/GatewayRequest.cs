using PaxosShard.Hashing;
using PaxosShard.Wire;

namespace PaxosShard.Master.Gateway.Lines;

/// <summary>What one line asks for. It owns its memory.</summary>
/// <param name="Kind">What is to be done.</param>
/// <param name="Client">What the client calls itself: the author of a message, and of no meaning for keys.</param>
/// <param name="Name">The key, or the room of a message.</param>
internal sealed record GatewayRequest(RequestKind Kind, ReadOnlyMemory<byte> Client, ReadOnlyMemory<byte> Name)
{
    /// <summary>What is stored, put behind, or said; empty where there is none.</summary>
    public ReadOnlyMemory<byte> Value { get; init; }

    /// <summary>What has to be there for a <see cref="RequestKind.CompareAndSet"/>; null: nothing may be there.</summary>
    public ReadOnlyMemory<byte>? Expected { get; init; }

    /// <summary>The arc of its key or room, by which its shard is found.</summary>
    public Arc Arc => Arc.Of(Name.Span);

    /// <summary>Most bytes of a value that its answer may bring.</summary>
    public int LongestAnswer => Kind is RequestKind.Get or RequestKind.CompareAndSet ? Limits.Value : 0;

    /// <summary>Both are about the same key, or about the same room.</summary>
    public bool IsAboutTheSameAs(GatewayRequest other) =>
        (Kind == RequestKind.Send) == (other.Kind == RequestKind.Send) && Name.Span.SequenceEqual(other.Name.Span);
}
