namespace PaxosShard.ChatClient.App.Load.Ordered;

/// <summary>What an <see cref="OrderedBench"/> has measured of bursts of one length.</summary>
/// <param name="fanout">How many operations they have.</param>
internal sealed class OrderedPoint(int fanout)
{
    // Of the formula; more than that is not explained by the delays.
    private const double Tolerance = 1.05;

    // Of one operation: an ordered session promises to cost the same.
    private const double ToleranceOfOne = 1.02;

    private readonly List<int> _hops = [];

    /// <summary>How many operations the bursts have.</summary>
    public int Fanout => fanout;

    /// <summary>How long they took from the first call to the last result.</summary>
    public LatencyHistogram Ordered { get; } = new(isShared: false);

    /// <summary>How long the same operations took one after the other, without a session.</summary>
    public LatencyHistogram OneByOne { get; } = new(isShared: false);

    /// <summary>How many bursts there were.</summary>
    public int Bursts => _hops.Count;

    /// <summary>Hops of a burst, in the mean.</summary>
    public double Hops => _hops.Average();

    /// <summary>What part of the time of one after the other the bursts took: the medians.</summary>
    public double Ratio => Ordered.Quantile(0.5) / OneByOne.Quantile(0.5);

    /// <summary>What it is by the formula.</summary>
    public double Formula => _hops.Average(hops => OrderedFormula.Ratio(fanout, hops));

    /// <summary>What it would be if each operation waited until the one before it has taken effect.</summary>
    public double WaitingFormula => OrderedFormula.WaitingRatio(fanout, Hops);

    /// <summary>What <see cref="Ratio"/> is not to be above where delays are all that takes time.</summary>
    public double MostRatio => Formula * (fanout == 1 ? ToleranceOfOne : Tolerance);

    /// <summary>Counts a burst.</summary>
    /// <param name="hops">Its hops.</param>
    /// <param name="ordered">How long it took.</param>
    /// <param name="oneByOne">How long its operations took one after the other.</param>
    public void Add(int hops, TimeSpan ordered, TimeSpan oneByOne)
    {
        _hops.Add(hops);
        Ordered.Add(ordered);
        OneByOne.Add(oneByOne);
    }
}
