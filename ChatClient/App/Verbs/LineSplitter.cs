using System.Buffers;
using System.Text;
using System.Text.Unicode;
using CommunityToolkit.HighPerformance.Buffers;
using PaxosShard.ChatClient.App.Cli;
using PaxosShard.Programs.Errors;
using PaxosShard.Wire;

namespace PaxosShard.ChatClient.App.Verbs;

/// <summary>Cuts bytes into lines of text. Holds at most one line of the longest message and refuses what is longer.</summary>
internal sealed class LineSplitter : IDisposable
{
    private readonly ArrayPoolBufferWriter<byte> _rest = new();
    private readonly Queue<InputLine> _lines = [];
    private long _number;

    /// <summary>Takes what came next of the input.</summary>
    /// <exception cref="ReportedException">A line is not UTF-8 or too long; those before it can still be taken.</exception>
    public void Add(ReadOnlySpan<byte> bytes)
    {
        while (bytes.IndexOf((byte)'\n') is var end && end >= 0)
        {
            Append(bytes[..end]);
            TakeRest();
            bytes = bytes[(end + 1)..];
        }
        Append(bytes);
    }

    /// <summary>The input has ended: what is left is a line, if it is not empty.</summary>
    /// <exception cref="ReportedException">It is not UTF-8.</exception>
    public void End()
    {
        if (_rest.WrittenCount > 0)
            TakeRest();
    }

    /// <summary>The next whole line; null when there is none yet.</summary>
    public InputLine? Next() => _lines.TryDequeue(out InputLine? line) ? line : null;

    /// <inheritdoc/>
    public void Dispose() => _rest.Dispose();

    private void Append(ReadOnlySpan<byte> bytes)
    {
        if (_rest.WrittenCount + bytes.Length > Limits.MessageText)
            throw new ReportedException(ErrorKinds.BadInput, $"line {_number + 1}: the text is longer than {Limits.MessageText} bytes");
        _rest.Write(bytes);
    }

    private void TakeRest()
    {
        _number++;
        if (!Utf8.IsValid(_rest.WrittenSpan))
            throw new ReportedException(ErrorKinds.BadInput, $"line {_number}: not valid UTF-8");
        _lines.Enqueue(new InputLine(_number, Encoding.UTF8.GetString(_rest.WrittenSpan)));
        _rest.Clear();
    }
}

/// <summary>One line of the input.</summary>
/// <param name="Number">From 1.</param>
/// <param name="Text">Without its line feed.</param>
internal sealed record InputLine(long Number, string Text);
