namespace PaxosShard.Tests.EndToEnd.Harness;

/// <summary>What is special about a <see cref="TestGroup"/>.</summary>
internal sealed record TestGroupOptions
{
    /// <summary>The member list names proxies, so that the test can break the network.</summary>
    public bool HasNetwork { get; init; }

    /// <summary>The proxies forward one byte at a time.</summary>
    public bool OneByteAtATime { get; init; }

    /// <summary>More arguments of a replica, by its place.</summary>
    public Func<int, string[]> Arguments { get; init; } = _ => [];

    /// <summary>A group whose primary is not suspected because a busy machine lets it wait: for tests that count views.</summary>
    public static TestGroupOptions Patient { get; } = new() { Arguments = static _ => ["--timeout-ms", "4000"] };

    /// <summary>The program of its replicas.</summary>
    public string Program { get; init; } = Programs.Replica;

    /// <summary>The number of its cluster; null for one of its own.</summary>
    public Guid? Cluster { get; init; }

    /// <summary>Another data directory for a replica, by its place; null for the usual one.</summary>
    public Func<int, string?> DataDirectory { get; init; } = _ => null;

    /// <summary>Places of the replicas that the test starts itself, later; only with a network.</summary>
    public int[] Late { get; init; } = [];
}
