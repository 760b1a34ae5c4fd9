using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using PaxosShard.Programs.Errors;
using PaxosShard.Wire;

namespace PaxosShard.ChatClient.App.Verbs;

/// <summary>Cuts what comes through a pipe into lines of text. It leaves at most one line of the longest message in there and refuses what is longer.</summary>
/// <param name="input">Where the bytes come from.</param>
internal sealed class LineSplitter(PipeReader input)
{
    private static readonly UTF8Encoding _strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private ReportedException? _failure;
    private long _number;

    /// <summary>The next whole line, or at the end of the input what is left; null when there is none yet, and behind the last.</summary>
    /// <exception cref="ReportedException">The next line is not UTF-8 or too long, and nothing behind it is taken.</exception>
    public InputLine? Next()
    {
        if (_failure is not null)
            throw _failure;
        if (!input.TryRead(out ReadResult read))
            return null;
        try
        {
            (InputLine? line, SequencePosition rest) = Take(read);
            input.AdvanceTo(rest, line is null ? read.Buffer.End : rest);
            return line;
        }
        catch (ReportedException failure)
        {
            _failure = failure;
            throw;
        }
    }

    private (InputLine? Line, SequencePosition Next) Take(in ReadResult read)
    {
        ReadOnlySequence<byte> bytes = read.Buffer;
        SequencePosition? end = bytes.PositionOf((byte)'\n');
        ReadOnlySequence<byte> line = end is { } feed ? bytes.Slice(0, feed) : bytes;
        if (line.Length > Limits.MessageText)
            throw new ReportedException(ErrorKinds.BadInput, $"line {_number + 1}: the text is longer than {Limits.MessageText} bytes");
        if (end is null && (!read.IsCompleted || line.IsEmpty))
            return (null, bytes.Start);
        string text = Decode(line);
        return (new InputLine(++_number, text), end is { } found ? bytes.GetPosition(1, found) : bytes.End);
    }

    private string Decode(in ReadOnlySequence<byte> line)
    {
        try
        {
            return _strict.GetString(line);
        }
        catch (DecoderFallbackException)
        {
            throw new ReportedException(ErrorKinds.BadInput, $"line {_number + 1}: not valid UTF-8");
        }
    }
}

/// <summary>One line of the input.</summary>
/// <param name="Number">From 1.</param>
/// <param name="Text">Without its line feed.</param>
internal sealed record InputLine(long Number, string Text);
