namespace PaxosShard.ChatClient.App.Cli;

/// <summary>A plain table: columns as wide as their widest cell, two spaces between, nothing else.</summary>
/// <param name="headings">The first row.</param>
internal sealed class Table(params string[] headings)
{
    private readonly List<string[]> _rows = [headings];

    /// <summary>Adds a row with as many cells as there are headings.</summary>
    public void Add(params string[] cells) => _rows.Add(cells);

    /// <summary>The lines.</summary>
    public IEnumerable<string> Lines()
    {
        int[] widths = [.. headings.Select((_, column) => _rows.Max(row => row[column].Length))];
        return _rows.Select(row => string.Join("  ", row.Select((cell, column) => cell.PadRight(widths[column]))).TrimEnd());
    }

    /// <summary>Writes it as data.</summary>
    public void WriteTo(Shell shell)
    {
        foreach (string line in Lines())
            shell.Data(line);
    }
}
