namespace PaxosShard.ChatClient.App.Load.Ordered;

/// <summary>What an <see cref="OrderedBench"/> is to do.</summary>
/// <param name="Fanouts">How many operations the bursts have, each of them a point; 1 to <see cref="MostFanout"/>.</param>
/// <param name="Delay">How long every link holds each byte back; zero: no link is slow.</param>
/// <param name="Bursts">Bursts at each point, and as many times the same operations one after the other.</param>
/// <param name="IsRandom">Keys are drawn at random; otherwise each is on the next shard.</param>
internal sealed record OrderedBenchPlan(IReadOnlyList<int> Fanouts, TimeSpan Delay, int Bursts, bool IsRandom)
{
    /// <summary>Most operations of a burst: as many as an ordered session has under way at once.</summary>
    public const int MostFanout = 256;

    /// <summary>Length of each value that is put.</summary>
    public const int ValueBytes = 128;

    /// <summary>How long operations are made before anything is measured, so that the programs have compiled what runs often.</summary>
    public TimeSpan WarmUp { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How long each throughput is measured.</summary>
    public TimeSpan Window { get; init; } = TimeSpan.FromSeconds(3);
}
