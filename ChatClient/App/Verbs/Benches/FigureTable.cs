using System.Text.Json;
using PaxosShard.ChatClient.App.Cli;
using PaxosShard.ChatClient.App.Load;
using PaxosShard.Programs.Errors;

namespace PaxosShard.ChatClient.App.Verbs.Benches;

/// <summary>Figures with their bars, for people and for scripts.</summary>
internal static class FigureTable
{
    /// <summary>Writes them as a table.</summary>
    public static void Write(Shell shell, IReadOnlyList<BenchFigure> figures)
    {
        Table table = new("FIGURE", "MEASURED", "BAR", "VERDICT");
        foreach (BenchFigure figure in figures)
            table.Add(figure.Name, figure.Text, figure.Bar, figure.Verdict);
        table.WriteTo(shell);
    }

    /// <summary>Writes each as a property, and the bars as one more: an array.</summary>
    public static void Write(Utf8JsonWriter writer, IReadOnlyList<BenchFigure> figures)
    {
        foreach (BenchFigure figure in figures)
        {
            if (figure.Value is { } value)
                writer.WriteNumber(figure.Key, value);
            else
                writer.WriteNull(figure.Key);
        }

        writer.WriteStartArray("bars");
        foreach (BenchFigure figure in figures.Where(static figure => figure.Most is not null))
        {
            writer.WriteStartObject();
            writer.WriteString("figure", figure.Key);
            writer.WriteNumber("most", figure.Most!.Value);
            writer.WriteBoolean("met", figure.IsMet);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    /// <summary>The error that missed bars are, where they are to be one.</summary>
    /// <param name="figures">All figures.</param>
    /// <exception cref="ReportedException">A bar is missed.</exception>
    public static void Check(IReadOnlyList<BenchFigure> figures)
    {
        BenchFigure[] missed = [.. figures.Where(static figure => figure.IsMissed)];
        if (missed.Length > 0)
            throw new ReportedException(ErrorKinds.BarMissed, string.Join("; ", missed.Select(static figure => $"{figure.Name}: {figure.Text}, not {figure.Bar}")));
    }
}
