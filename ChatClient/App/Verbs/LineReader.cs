using System.IO.Pipelines;
using PaxosShard.Programs;
using PaxosShard.Programs.Errors;

namespace PaxosShard.ChatClient.App.Verbs;

/// <summary>Reads standard input line by line, as the bytes come. A failure is reported behind the lines before it.</summary>
internal sealed class LineReader
{
    private const int BytesPerRead = 64 * 1024;

    // It never pauses the writer: nothing is read while there is a whole line, and no line is longer than a message. And it is never
    // completed at the reader's end, because a read that was left behind may still write into its memory.
    private readonly Pipe _input = new(new PipeOptions(pauseWriterThreshold: 0, minimumSegmentSize: BytesPerRead, useSynchronizationContext: false));
    private readonly LineSplitter _lines;
    private bool _hasEnded;

    /// <summary>Nothing is read yet.</summary>
    public LineReader() => _lines = new LineSplitter(_input.Reader);

    /// <summary>The next line; null at the end.</summary>
    /// <exception cref="ReportedException">The next line is not UTF-8 or too long.</exception>
    public async ValueTask<InputLine?> ReadAsync(CancellationToken cancellation)
    {
        while (true)
        {
            if (_lines.Next() is { } line)
                return line;
            if (_hasEnded)
                return null;
            // A read that blocks cannot be called off; it is left behind when the program ends.
            Memory<byte> room = _input.Writer.GetMemory(BytesPerRead);
            int count = Descriptor.WaitForInput(Descriptor.Input, 0)
                ? Descriptor.Read(Descriptor.Input, room.Span)
                : await Task.Run(() => Descriptor.Read(Descriptor.Input, room.Span), CancellationToken.None).WaitAsync(cancellation);
            await TakeAsync(count);
        }
    }

    private async ValueTask TakeAsync(int count)
    {
        _hasEnded = count == 0;
        _input.Writer.Advance(count);
        if (_hasEnded)
            await _input.Writer.CompleteAsync();
        else
            await _input.Writer.FlushAsync(CancellationToken.None);
    }
}
