using System.Threading.Channels;
using PaxosShard.ChatClient.App.Terminal;

namespace PaxosShard.ChatClient.App.Demo.Ordered;

/// <summary>The demo of ordered sessions at a terminal: a pane for each side, which are drawn again whenever something changes, notes above them, and an input line below.</summary>
internal sealed class OrderedDemoTerminal : OrderedDemoOutput
{
    private const string Prompt = "\\help> ";
    private const int LongestLine = 1024;
    private const int LinesAhead = 16;

    private readonly Lock _gate = new();
    private readonly RawTerminal _terminal = new(isRaw: true);
    private readonly ScreenModel _screen = new(hasCursor: true);
    private readonly LineEditor _editor = new(LongestLine);
    private readonly Channel<string> _lines = Channel.CreateBounded<string>(LinesAhead);
    private readonly CancellationTokenSource _ending = new();
    private readonly OrderedDemoCount _left;
    private readonly OrderedDemoCount _right;
    private readonly Style _style;
    private readonly InterruptKey _interrupt;
    private readonly Task _reading;
    private bool _isInterrupted;

    /// <summary>Takes the terminal over.</summary>
    /// <param name="left">What the left pane shows.</param>
    /// <param name="right">What the right one shows.</param>
    /// <param name="style">The colours.</param>
    public OrderedDemoTerminal(OrderedDemoCount left, OrderedDemoCount right, Style style)
    {
        (_left, _right, _style) = (left, right, style);
        _interrupt = new InterruptKey(_editor);
        Refresh();
        _reading = ReadKeysAsync();
    }

    /// <inheritdoc/>
    public override bool IsInterrupted => Volatile.Read(ref _isInterrupted);

    /// <inheritdoc/>
    public override void Seen(OrderedDemoCount side, string text) => Refresh();

    /// <inheritdoc/>
    public override void Note(string line)
    {
        lock (_gate)
            _screen.Print(_style.Dim($"- {Wire.Text.TextEscaping.Show(line)}"));
        Refresh();
    }

    /// <inheritdoc/>
    public override async ValueTask<string?> ReadAsync(CancellationToken cancellation) =>
        await _lines.Reader.WaitToReadAsync(cancellation) && _lines.Reader.TryRead(out string? line) ? line : null;

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        await _reading;
        lock (_gate)
            RawTerminal.Write(_screen.Leave());
        _terminal.Dispose();
        _ending.Dispose();
    }

    private async Task ReadKeysAsync()
    {
        await KeyReader.RunAsync(Take, _ending.Token);
        _lines.Writer.TryComplete();
    }

    private bool Take(IReadOnlyList<Key> keys)
    {
        foreach (Key key in keys)
            Take(key);
        Refresh();
        return true;
    }

    private void Take(Key key)
    {
        string? line = null;
        InterruptMeaning meaning;
        lock (_gate)
        {
            meaning = _interrupt.On(key);
            if (meaning == InterruptMeaning.Leaves)
                Volatile.Write(ref _isInterrupted, true);
            if (key.Kind == KeyKind.Enter)
                line = _editor.Accept();
            else if (meaning == InterruptMeaning.Leaves || (key.Kind == KeyKind.EndOfInput && _editor.Text.Length == 0))
                _lines.Writer.TryComplete();
            else if (key.Kind == KeyKind.Redraw)
                _screen.Forget();
            else if (meaning == InterruptMeaning.None)
                _editor.Apply(key);
        }
        if (meaning == InterruptMeaning.Asks)
            Note("Ctrl-C once more leaves and ends the processes of the demo");

        // Whoever types faster than commands are carried out types in vain, and sees it.
        if (line?.Trim() is { Length: > 0 } typed && !_lines.Writer.TryWrite(typed))
            Note($"{typed}: too many commands before this one are still at work");
    }

    private void Refresh()
    {
        lock (_gate)
        {
            if (_ending.IsCancellationRequested)
                return;
            (int columns, int rows) = RawTerminal.Size();
            _screen.Resize(columns, rows);
            _screen.SetPending(OrderedDemoPanes.Lines(_left.Pane(), _right.Pane(), columns));
            _screen.SetInput(Prompt, _editor.Text, _editor.Cursor);
            RawTerminal.Write(_screen.Render());
        }
    }
}
