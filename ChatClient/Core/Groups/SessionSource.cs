using PaxosShard.Hashing;
using PaxosShard.Wire.Identifiers;

namespace PaxosShard.Client.Core.Groups;

/// <summary>Draws the sessions of a client, whichever groups they are for: each as random as the seed, none twice, and nothing has to be opened (rule 9).</summary>
/// <param name="seed">What nobody else has.</param>
internal sealed class SessionSource(UInt128 seed)
{
    private ulong _drawn;

    /// <summary>The next one.</summary>
    public SessionId Draw() => DrawBits().AsPlain();

    /// <summary>The next one, as an ordered session.</summary>
    public SessionId DrawOrdered() => DrawBits().AsOrdered();

    private SessionId DrawBits()
    {
        ulong first = StableHash64.Combine((ulong)(seed >> 64), (ulong)seed);
        ulong second = StableHash64.Combine((ulong)seed, (ulong)(seed >> 64));
        _drawn++;
        return new SessionId(new UInt128(StableHash64.Combine(first, _drawn), StableHash64.Combine(second, _drawn)));
    }
}
