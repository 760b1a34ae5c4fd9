using PaxosShard.ChatClient.App.Terminal;
using PaxosShard.Wire;

namespace PaxosShard.ChatClient.App.Cli;

/// <summary>A plain table: columns as wide as their widest cell, two spaces between, nothing else.</summary>
/// <param name="headings">The first row.</param>
internal sealed class Table(params string[] headings)
{
    private readonly List<string[]> _rows = [headings];

    /// <summary>Adds a row with as many cells as there are headings. Cells may come from anywhere: they are escaped.</summary>
    public void Add(params string[] cells) => _rows.Add([.. cells.Select(TextEscaping.Escape)]);

    /// <summary>The lines.</summary>
    public IEnumerable<string> Lines()
    {
        int[] widths = [.. headings.Select((_, column) => _rows.Max(row => TextCells.Width(row[column])))];
        return _rows.Select(row => string.Join("  ", row.Select((cell, column) => cell + new string(' ', widths[column] - TextCells.Width(cell)))).TrimEnd());
    }

    /// <summary>Writes it as data.</summary>
    public void WriteTo(Shell shell)
    {
        foreach (string line in Lines())
            shell.Data(line);
    }
}
