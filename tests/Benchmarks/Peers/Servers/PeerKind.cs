using PaxosShard.Benchmarks.Peers.Runs;

namespace PaxosShard.Benchmarks.Peers.Servers;

/// <summary>A peer that can be measured.</summary>
/// <param name="Name">Its name on the command line and in tables.</param>
/// <param name="About">What an acknowledged write means with it.</param>
/// <param name="Needs">The programs and files that it needs.</param>
/// <param name="Packages">The packages of Debian that have them.</param>
/// <param name="HasReads">It has reads too.</param>
/// <param name="Create">Makes it ready to be started.</param>
internal sealed record PeerKind(string Name, string About, IReadOnlyList<string> Needs, string Packages, bool HasReads, Func<PeerSettings, IPeer> Create)
{
    /// <summary>It is ours, in one of the ways in which it is asked: all others are what it is held to.</summary>
    public bool IsOurs { get; private init; }

    /// <summary>All of them, in the order in which they are measured unless another one is asked for.</summary>
    public static IReadOnlyList<PeerKind> All { get; } =
    [
        Ours("ours", "PaxosShard: 3 replicas, synced by a quorum; asked by raw frames", hasReads: true, AskedBy.Frames),
        Ours("library", "the same, asked through its client library over one connection", hasReads: true, AskedBy.Library),
        Ours("connections", "the same, asked by raw frames over as many connections as requests are outstanding", hasReads: true, AskedBy.Connections),
        new("floor", "the floor: 3 processes without a protocol, synced by a quorum", [], "", HasReads: false, static settings => new FloorPeer(settings)),
        new("redis", "Redis: 1 process and 1 copy, synced", ["redis-server"], "redis-server", HasReads: true, static settings => new RedisPeer(settings)),
        new("etcd", "etcd: 3 members, synced by a quorum", ["etcd"], "etcd-server", HasReads: true, static settings => new EtcdPeer(settings)),
        new(
            "zookeeper", "ZooKeeper: 3 servers, synced by a quorum; its reads are NOT linearizable", ["java", ZooKeeperPeer.Library], "zookeeper default-jre-headless", HasReads: true,
            static settings => new ZooKeeperPeer(settings)),
        new("nats", "NATS JetStream: 3 servers, received by a quorum but NOT synced", ["nats-server"], "nats-server", HasReads: false, static settings => new NatsPeer(settings)),
    ];

    /// <summary>All that it needs is there.</summary>
    public bool IsInstalled => Needs.All(IsThere);

    /// <summary>Whether it has what is measured.</summary>
    public bool Has(Operation operation) => operation == Operation.Write || HasReads;

    /// <summary>A peer is none of ours.</summary>
    /// <param name="name">Its name.</param>
    public static bool IsOther(string name) => !All.Single(kind => string.Equals(kind.Name, name, StringComparison.Ordinal)).IsOurs;

    private static PeerKind Ours(string name, string about, bool hasReads, AskedBy askedBy) =>
        new(name, about, [], "", hasReads, settings => new PaxosShardPeer(settings, askedBy)) { IsOurs = true };

    private static bool IsThere(string need) =>
        Path.IsPathRooted(need) ? File.Exists(need) : (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, need)));
}
