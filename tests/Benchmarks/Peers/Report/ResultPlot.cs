using ScottPlot;

namespace PaxosShard.Benchmarks.Peers.Report;

/// <summary>Draws.</summary>
internal static class ResultPlot
{
    /// <summary>Draws.</summary>
    public static string Draw(Results results) => new Plot().GetSvgXml(800, 500) + results.Levels.Count();
}
