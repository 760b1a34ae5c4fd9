namespace PaxosShard.Simulator.Network;

/// <summary>The state of every one-way link between two addresses: free, blocked, or clogged until some time.</summary>
/// <param name="addresses">How many addresses there are.</param>
public sealed class Links(int addresses)
{
    private readonly bool[] _blocked = new bool[addresses * addresses];
    private readonly long[] _cloggedUntil = new long[addresses * addresses];

    /// <summary>How many addresses there are.</summary>
    public int Addresses => addresses;

    /// <summary>Nothing gets from one to the other.</summary>
    public bool IsBlocked(int from, int to) => _blocked[(from * addresses) + to];

    /// <summary>The time before which nothing arrives.</summary>
    public long CloggedUntil(int from, int to) => _cloggedUntil[(from * addresses) + to];

    internal void SetBlocked(int from, int to, bool blocked) => _blocked[(from * addresses) + to] = blocked;

    internal void Unclog() => Array.Clear(_cloggedUntil);

    internal void Clog(int from, int to, long until)
    {
        ref long clogged = ref _cloggedUntil[(from * addresses) + to];
        clogged = Math.Max(clogged, until);
    }
}
