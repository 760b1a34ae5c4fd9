using System.Globalization;

namespace PaxosShard.ChatClient.App.Load;

/// <summary>A figure that was measured, with the bar that it is held against if there is one.</summary>
/// <param name="Name">What it is, for people.</param>
/// <param name="Key">The same in JSON.</param>
/// <param name="Value">The figure; null when nothing was there to be measured.</param>
/// <param name="Unit">Its unit, for people; empty for a number of things.</param>
/// <param name="Most">The bar: it is met when the figure is not above this. Null for a figure that has none.</param>
internal sealed record BenchFigure(string Name, string Key, double? Value, string Unit, double? Most = null)
{
    /// <summary>It has a bar and is not above it. What could not be measured does not meet one.</summary>
    public bool IsMet => Most is { } most && Value <= most;

    /// <summary>It has a bar and does not meet it.</summary>
    public bool IsMissed => Most is not null && !IsMet;

    /// <summary>The figure with its unit.</summary>
    public string Text => Value is { } value ? WithUnit(value) : "-";

    /// <summary>The bar with its unit; empty when there is none.</summary>
    public string Bar => Most is { } most ? $"<= {WithUnit(most)}" : "";

    /// <summary>Whether the bar is met; empty when there is none.</summary>
    public string Verdict => Most is null ? "" : IsMet ? "met" : "not met";

    private string WithUnit(double value) => string.Create(CultureInfo.InvariantCulture, $"{value:0.###} {Unit}").TrimEnd();
}
