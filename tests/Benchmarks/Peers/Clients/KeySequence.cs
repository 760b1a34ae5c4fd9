using System.Text;

namespace PaxosShard.Benchmarks.Peers.Clients;

/// <summary>Keys drawn from the same thousand for every server, in an order that repeats from run to run.</summary>
/// <param name="seed">Sequences of different numbers differ.</param>
internal sealed class KeySequence(int seed)
{
    /// <summary>How many keys there are.</summary>
    public const int Keys = 1000;

    /// <summary>Bytes of a key.</summary>
    public const int KeyBytes = 16;

    private static readonly byte[][] _keys = [.. Enumerable.Range(0, Keys).Select(static number => Encoding.ASCII.GetBytes($"key-{number:D12}"))];

    private uint _state = (uint)(seed * 2) + 1;

    /// <summary>A key by its number.</summary>
    public static ReadOnlySpan<byte> KeyOf(int number) => _keys[number];

    /// <summary>The next key.</summary>
    public ReadOnlySpan<byte> Next()
    {
        _state = unchecked((_state * 1664525u) + 1013904223u);
        return _keys[(int)((ulong)_state * Keys >> 32)]; // The high bits: the low ones of such a sequence repeat soon.
    }
}
