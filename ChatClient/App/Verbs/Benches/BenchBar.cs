using System.Globalization;
using PaxosShard.Programs.Errors;

namespace PaxosShard.ChatClient.App.Verbs.Benches;

/// <summary>A bar that a figure of a bench has to meet, as it is given on the command line: <c>p99Ms&lt;=5</c> or <c>operationsPerSecond&gt;=1000</c>.</summary>
/// <param name="Figure">The figure, as it is called in JSON.</param>
/// <param name="IsMost">The figure is not to be above the bound; otherwise not below it.</param>
/// <param name="Bound">The bound.</param>
internal sealed record BenchBar(string Figure, bool IsMost, double Bound)
{
    private const string Most = "<=";
    private const string Least = ">=";

    /// <summary>Reads one.</summary>
    /// <param name="text">What was given.</param>
    /// <param name="figures">The figures that there are.</param>
    /// <exception cref="ReportedException">It is none.</exception>
    public static BenchBar Parse(string text, IReadOnlyCollection<string> figures)
    {
        foreach (string sign in (string[])[Most, Least])
        {
            if (text.Split(sign) is [string figure, string bound] && figures.Contains(figure, StringComparer.Ordinal) && double.TryParse(bound, CultureInfo.InvariantCulture, out double value) && double.IsFinite(value))
                return new BenchBar(figure, string.Equals(sign, Most, StringComparison.Ordinal), value);
        }

        throw new ReportedException(ErrorKinds.Usage, $"--check takes a figure, {Most} or {Least}, and a number, such as 'p99Ms<=5', not '{text}'; the figures are {string.Join(", ", figures)}");
    }

    /// <summary>Whether it is met; what could not be measured meets none.</summary>
    public bool IsMetBy(double? value) => value is { } known && (IsMost ? known <= Bound : known >= Bound);

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Figure}{(IsMost ? Most : Least)}{Bound:0.######}");
}
