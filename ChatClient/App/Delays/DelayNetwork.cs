using System.Globalization;
using System.Net;
using PaxosShard.ChatClient.App.Clusters;
using PaxosShard.Client;

namespace PaxosShard.ChatClient.App.Delays;

/// <summary>A slow link in front of each address that others are told (<see cref="Groups.GroupPlan.KnownAs"/>), all of them equally slow.</summary>
/// <param name="delay">How long each byte is held back in each direction.</param>
internal sealed class DelayNetwork(TimeSpan delay) : IAsyncDisposable
{
    // That of replicas and masters (--timeout-ms).
    private static readonly TimeSpan _usualTimeout = TimeSpan.FromMilliseconds(150);

    private readonly DelayClock _clock = new();
    private readonly Lock _gate = new();
    private readonly List<DelayProxy> _proxies = [];

    // Twice what an answer takes that needs another one first.
    private TimeSpan Patience => 8 * delay;

    /// <summary>Puts a slow link in front of an address. Safe from any thread.</summary>
    /// <param name="listen">Where somebody listens.</param>
    /// <returns>Where the link begins.</returns>
    public string KnownAs(string listen)
    {
        DelayProxy proxy = new(IPEndPoint.Parse(listen), delay, _clock);
        lock (_gate)
            _proxies.Add(proxy);
        return proxy.Address;
    }

    /// <summary>Puts slow links in front of some addresses, for one client alone (<see cref="ClientOptions.ConnectAt"/>).</summary>
    /// <returns>Where to connect instead of at an address: the same for all others.</returns>
    public Func<string, string> InFrontOf(IEnumerable<string> addresses)
    {
        Dictionary<string, string> links = addresses.ToDictionary(static address => address, KnownAs, StringComparer.Ordinal);
        return address => links.GetValueOrDefault(address, address);
    }

    /// <summary>A cluster of which every replica and master is behind a slow link, so that all that they say to each other is late too; they are as much more patient.</summary>
    public ClusterPlan Slow(ClusterPlan plan) => plan with
    {
        KnownAs = KnownAs,
        ReplicaArguments = [.. plan.ReplicaArguments, "--timeout-ms", Math.Ceiling((_usualTimeout + Patience).TotalMilliseconds).ToString(CultureInfo.InvariantCulture)],
    };

    /// <summary>A client that is as much more patient.</summary>
    public ClientOptions Slow(ClientOptions options) => options with { Silence = options.Silence + Patience, ProbeTimeout = options.ProbeTimeout + Patience };

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (DelayProxy proxy in _proxies)
            await proxy.DisposeAsync();
        _clock.Dispose();
    }
}
