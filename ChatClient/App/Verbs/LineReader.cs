using PaxosShard.ChatClient.App.Cli;
using PaxosShard.ChatClient.App.Posix;
using PaxosShard.Programs.Errors;

namespace PaxosShard.ChatClient.App.Verbs;

/// <summary>Reads standard input line by line, as the bytes come. A failure is reported behind the lines before it.</summary>
internal sealed class LineReader : IDisposable
{
    private readonly LineSplitter _splitter = new();
    private readonly byte[] _buffer = new byte[64 * 1024];
    private ReportedException? _failure;
    private bool _hasEnded;

    /// <summary>The next line; null at the end.</summary>
    /// <exception cref="ReportedException">The next line is not UTF-8 or too long.</exception>
    public async ValueTask<InputLine?> ReadAsync(CancellationToken cancellation)
    {
        while (true)
        {
            if (_splitter.Next() is { } line)
                return line;
            if (_failure is not null)
                throw _failure;
            if (_hasEnded)
                return null;
            // A read that blocks cannot be called off; it is left behind when the program ends.
            int count = Descriptor.WaitForInput(Descriptor.Input, 0)
                ? Descriptor.Read(Descriptor.Input, _buffer)
                : await Task.Run(() => Descriptor.Read(Descriptor.Input, _buffer), CancellationToken.None).WaitAsync(cancellation);
            Take(count);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _splitter.Dispose();

    private void Take(int count)
    {
        try
        {
            _hasEnded = count == 0;
            if (_hasEnded)
                _splitter.End();
            else
                _splitter.Add(_buffer.AsSpan(0, count));
        }
        catch (ReportedException exception)
        {
            _failure = exception;
        }
    }
}
