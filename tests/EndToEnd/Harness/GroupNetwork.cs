using System.Net;

namespace PaxosShard.Tests.EndToEnd.Harness;

/// <summary>
/// The network of a group whose member list names proxies: one in front of each replica, which knows from the hello who
/// calls. Each ordered pair of replicas has faults of its own, and so have the clients of each replica.
/// </summary>
internal sealed class GroupNetwork : IAsyncDisposable
{
    private readonly LinkFaults[,] _links;
    private readonly LinkFaults[] _clients;
    private readonly FaultProxy[] _fronts;

    /// <summary>A network without faults.</summary>
    /// <param name="replicas">Replicas of the group.</param>
    /// <param name="isSlow">Forwards one byte at a time.</param>
    public GroupNetwork(int replicas, bool isSlow)
    {
        _links = new LinkFaults[replicas, replicas];
        _clients = [.. Enumerable.Range(0, replicas).Select(_ => new LinkFaults())];
        for (int from = 0; from < replicas; from++)
        {
            for (int to = 0; to < replicas; to++)
                _links[from, to] = new LinkFaults { OneByteAtATime = isSlow };
        }

        _fronts = [.. Enumerable.Range(0, replicas).Select(to => new FaultProxy(from => FaultsOf(from, to)))];
    }

    /// <summary>The addresses of the member list.</summary>
    public IReadOnlyList<string> Addresses => [.. _fronts.Select(front => front.Address)];

    /// <summary>Where a replica really listens.</summary>
    public void Lead(int replica, string address) => _fronts[replica].Target = IPEndPoint.Parse(address);

    /// <summary>Nothing passes any more between these replicas and the others, in either direction; nothing is closed.</summary>
    public void Isolate(params int[] replicas) => ForEachLinkAcross(replicas, link => link.Hold());

    /// <summary>Between these replicas and the others all connections are reset, and new ones too.</summary>
    public void Cut(params int[] replicas) => ForEachLinkAcross(replicas, link => link.Cut());

    /// <summary>What the clients of these replicas send is held.</summary>
    public void HoldClients(params int[] replicas)
    {
        foreach (int replica in replicas)
            _clients[replica].Hold();
    }

    /// <summary>All is well.</summary>
    public void Heal()
    {
        foreach (LinkFaults link in _links)
            link.Heal();
        foreach (LinkFaults client in _clients)
            client.Heal();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (FaultProxy front in _fronts)
            await front.DisposeAsync();
        foreach (LinkFaults link in _links)
            link.Dispose();
        foreach (LinkFaults client in _clients)
            client.Dispose();
    }

    private LinkFaults FaultsOf(int from, int to) => from == Caller.Client ? _clients[to] : _links[from, to];

    private void ForEachLinkAcross(int[] side, Action<LinkFaults> act)
    {
        for (int from = 0; from < _fronts.Length; from++)
        {
            for (int to = 0; to < _fronts.Length; to++)
            {
                if (side.Contains(from) != side.Contains(to))
                    act(_links[from, to]);
            }
        }
    }
}
