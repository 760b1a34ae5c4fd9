using System.Buffers;
using System.IO.Pipelines;
using System.Net.Sockets;

namespace PaxosShard.Master.Gateway.Lines;

/// <summary>Writes answers, each as a line, a long one piece by piece. Once the client is gone, or leaves its answers unread for too long, it writes nothing any more. One loop uses it.</summary>
/// <param name="output">Where to.</param>
/// <param name="patience">How long a piece may take.</param>
/// <param name="closing">Ends it at once.</param>
internal sealed class AnswerWriter(PipeWriter output, TimeSpan patience, CancellationToken closing)
{
    private const int PieceBytes = 64 * 1024;
    private const int ContinuationMask = 0xc0;
    private const int Continuation = 0x80;
    private const int LongestCharacter = 4;

    /// <summary>Why nothing is written any more; null while it is.</summary>
    public string? Ended { get; private set; }

    /// <summary>Writes an answer. It may wait for <see cref="FlushAsync"/>.</summary>
    public async ValueTask WriteAsync(GatewayAnswer answer)
    {
        if (Ended is not null)
            return;
        Append(answer.Head.Span);
        if (answer.Value is { } value)
        {
            Append(" | "u8);
            await WriteAsync(value);
        }

        Append("\n"u8);
    }

    /// <summary>Sends what was written.</summary>
    public async ValueTask FlushAsync()
    {
        if (Ended is not null)
            return;
        using CancellationTokenSource late = CancellationTokenSource.CreateLinkedTokenSource(closing);
        late.CancelAfter(patience);
        try
        {
            await output.FlushAsync(late.Token);
        }
        catch (OperationCanceledException)
        {
            Ended = closing.IsCancellationRequested ? "the gateway ends" : $"it has left its answers unread for {patience.TotalSeconds:0.###} s";
        }
        catch (Exception failure) when (failure is IOException or SocketException or ObjectDisposedException)
        {
            Ended = failure.Message;
        }
    }

    private void Append(ReadOnlySpan<byte> bytes) => output.Write(bytes);

    private async ValueTask WriteAsync(ReadOnlyMemory<byte> value)
    {
        int start = 0;
        while (start < value.Length && Ended is null)
        {
            int end = EndOfPiece(value.Span, start);
            FieldText.Append(output, value.Span[start..end], isStart: start == 0, isEnd: end == value.Length);
            start = end;
            if (start < value.Length)
                await FlushAsync();
        }
    }

    // Not within a character, which would be taken for bytes that are none.
    private static int EndOfPiece(ReadOnlySpan<byte> value, int start)
    {
        int end = Math.Min(start + PieceBytes, value.Length);
        int earlier = end;
        while (earlier < value.Length && earlier > end - LongestCharacter && (value[earlier] & ContinuationMask) == Continuation)
            earlier--;
        return earlier;
    }
}
