namespace PaxosShard.Benchmarks.Peers.Runs;

/// <summary>What is measured.</summary>
internal sealed record BenchmarkPlan
{
    /// <summary>Time before each level counts; <c>px bench</c> has the same.</summary>
    public static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(2);

    /// <summary>Most connections of a load, unless more or fewer are asked for.</summary>
    public const int UsualConnections = 16;

    /// <summary>Requests under way while servers are made warm, before the first level.</summary>
    public const int PrimingOutstanding = 64;

    /// <summary>The peers, by name, in the order in which they are measured.</summary>
    public required IReadOnlyList<string> Peers { get; init; }

    /// <summary>What is measured of each peer that has it.</summary>
    public required IReadOnlyList<Operation> Operations { get; init; }

    /// <summary>Requests that are under way at any time, one level after the other.</summary>
    public required IReadOnlyList<int> Levels { get; init; }

    /// <summary>How often each peer is started and measured, all peers by turns.</summary>
    public required int Windows { get; init; }

    /// <summary>Time that counts of each level.</summary>
    public required TimeSpan Length { get; init; }

    /// <summary>Most connections of the load of all but ours.</summary>
    public int Connections { get; init; } = UsualConnections;

    /// <summary>Bytes of each value.</summary>
    public required int SizeBytes { get; init; }

    /// <summary>Time of load that a server gets before the first level, so that just-in-time compilers have done their work.</summary>
    public TimeSpan Priming => TimeSpan.FromSeconds(Math.Min(6, 2 * Length.TotalSeconds));
}
