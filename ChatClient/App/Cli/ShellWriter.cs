using System.Text;

namespace PaxosShard.ChatClient.App.Cli;

/// <summary>Lets the help texts of the command-line library go where all data goes.</summary>
/// <param name="shell">The shell.</param>
internal sealed class ShellWriter(Shell shell) : TextWriter
{
    private readonly StringBuilder _line = new();

    /// <inheritdoc/>
    public override Encoding Encoding => Encoding.UTF8;

    /// <inheritdoc/>
    public override void Write(char value)
    {
        if (value != '\n')
        {
            _line.Append(value);
            return;
        }
        shell.Data(_line.ToString());
        _line.Clear();
    }
}
