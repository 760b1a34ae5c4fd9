namespace PaxosShard.Benchmarks.Scale.Sweeps;

/// <summary>A sweep: one thing grows, and everything else stays.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="Axis">What grows, for people.</param>
/// <param name="About">What stays.</param>
/// <param name="Values">How much of it there is, from the smallest on.</param>
internal sealed record Sweep(string Name, string Axis, string About, IReadOnlyList<long> Values)
{
    /// <summary>Replicas of a group where they are not what grows.</summary>
    public const int UsualReplicas = 3;

    /// <summary>Operations under way where they are not what grows: enough that syncs are shared.</summary>
    public const int UsualOutstanding = 256;

    /// <summary>Operations under way for large values, so that what waits fits into memory.</summary>
    public const int OutstandingValues = 16;

    /// <summary>Operations under way in each of several groups.</summary>
    public const int OutstandingOfGroup = 64;

    /// <summary>Keys for large values, so that the state stays small.</summary>
    public const int KeysOfValues = 64;

    /// <summary>Keys that are overwritten for as long as a group is up.</summary>
    public const int KeysOfUptime = 100_000;

    /// <summary>The sweep of the load, to which the model is fitted.</summary>
    public const string Load = "load";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<Sweep> All { get; } =
    [
        new(Load, "operations under way", "3 replicas, messages of 128 bytes by raw frames over one connection", [1, 4, 16, 64, 256, 1024, 2048, 4096, 8192]),
        new("connections", "clients, each with one operation under way", "3 replicas, messages of 128 bytes by the client library, each client with a connection of its own", [1, 4, 16, 64, 256, 1000, 2000, 5000]),
        new("size", "bytes of a value", "3 replicas, puts to 64 keys by raw frames, 16 under way", [16, 128, 1024, 8192, 65_536, 262_144, 1_048_576]),
        new("replicas", "replicas of the group", "messages of 128 bytes by raw frames, 256 under way", [1, 3, 5, 7]),
        new("groups", "groups of three replicas", "messages of 128 bytes by raw frames, 64 under way in each group; they share nothing but the machine", [1, 2, 3, 4]),
        new("together", "shards in each of three processes", "messages of 128 bytes by raw frames, 256 under way in all; each process runs a replica of every shard, on one log", [1, 2, 4, 8, 16, 32, 64]),
        new("state", "keys with values of 128 bytes", "3 replicas, puts to all keys in turn by raw frames, 256 under way", [10_000, 100_000, 1_000_000, 10_000_000]),
        new("uptime", "spans at full load, one behind the other", "3 replicas that are never restarted, puts to 100,000 keys in turn by raw frames, 256 under way; an hour is --seconds 300", [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]),
    ];
}
