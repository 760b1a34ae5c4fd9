using PaxosShard.ChatClient.App.Terminal;

namespace PaxosShard.ChatClient.App.Demo.Ordered;

/// <summary>Two panes side by side, as lines of a terminal. Pure.</summary>
internal static class OrderedDemoPanes
{
    private const string Between = " │ ";

    /// <summary>The lines: the left pane takes half of the columns, and each cell is cut where it is too long.</summary>
    /// <param name="left">The lines of the left pane.</param>
    /// <param name="right">The lines of the right one.</param>
    /// <param name="columns">The columns of the terminal.</param>
    public static IReadOnlyList<string> Lines(IReadOnlyList<string> left, IReadOnlyList<string> right, int columns)
    {
        int half = Math.Max(1, (columns - 1 - Between.Length) / 2); // The last column stays free.
        return [.. Enumerable.Range(0, Math.Max(left.Count, right.Count)).Select(row => $"{Cell(left, row, half)}{Between}{Cell(right, row, half).TrimEnd()}")];
    }

    private static string Cell(IReadOnlyList<string> pane, int row, int columns)
    {
        string text = TextCells.Truncate(row < pane.Count ? pane[row] : "", columns);
        return text + new string(' ', columns - TextCells.Width(text));
    }
}
