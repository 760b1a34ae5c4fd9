using PaxosShard.Simulator.Randomness;

namespace PaxosShard.Simulator.Checks.Linearizability;

/// <summary>What one operation writes: bytes that no other one writes.</summary>
/// <param name="Token">By what it is told apart, unique in the whole history.</param>
/// <param name="Length">Bytes of it.</param>
public readonly record struct KeyPiece(long Token, int Length);

/// <summary>What a key holds: nothing, or pieces one behind the other, of which their hash stands for them.</summary>
/// <param name="Hash">The hash of the pieces in their order; 0 for nothing.</param>
public readonly record struct KeyState(ulong Hash)
{
    /// <summary>Nothing is there.</summary>
    public static KeyState Absent => default;

    /// <summary>Nothing is there.</summary>
    public bool IsAbsent => Hash == 0;

    /// <summary>What is there with one more piece behind it.</summary>
    public KeyState With(KeyPiece piece) => new(SplitMix64.Fold(SplitMix64.Fold(Hash, (ulong)piece.Token), (ulong)piece.Length));

    /// <inheritdoc/>
    public override string ToString() => IsAbsent ? "nothing" : Hash.ToString("x16");
}
