using PaxosShard.Wire.Text;
using Spectre.Console;

namespace PaxosShard.ChatClient.App.Cli;

/// <summary>
/// A plain table: columns as wide as their widest cell, two spaces between, nothing else; no colours, and never wrapped, so that a script
/// reads the same in a pipe as a person at a terminal.
/// </summary>
/// <param name="headings">The first row.</param>
internal sealed class Table(params string[] headings)
{
    private const int Between = 2;

    private readonly List<string[]> _rows = [headings];

    /// <summary>Adds a row with as many cells as there are headings. Cells may come from anywhere: they are escaped.</summary>
    public void Add(params string[] cells) => _rows.Add([.. cells.Select(TextEscaping.Escape)]);

    /// <summary>The lines.</summary>
    public IEnumerable<string> Lines()
    {
        Grid grid = new();
        foreach (string _ in headings)
            grid.AddColumn(new GridColumn { NoWrap = true, Padding = new Padding(0, 0, Between, 0) });
        foreach (string[] row in _rows)
            grid.AddRow([.. row.Select(cell => new Text(cell))]);
        using StringWriter text = new() { NewLine = "\n" };
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, ColorSystem = ColorSystemSupport.NoColors, Out = new AnsiConsoleOutput(text) });
        console.Profile.Width = _rows.Max(row => row.Sum(cell => (Between * cell.Length) + Between)); // Two columns is the most that a character takes.
        console.Write(grid);
        return [.. text.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.TrimEnd())];
    }

    /// <summary>Writes it as data.</summary>
    public void WriteTo(Shell shell)
    {
        foreach (string line in Lines())
            shell.Data(line);
    }
}
