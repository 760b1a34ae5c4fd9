using System.Buffers;
using System.IO.Pipelines;
using System.Net.Sockets;
using System.Threading.Channels;
using CommunityToolkit.HighPerformance.Buffers;
using NLog;
using PaxosShard.Master.Gateway.Holding;
using PaxosShard.Master.Gateway.Lines;

namespace PaxosShard.Master.Gateway.Connections;

/// <summary>
/// The connection of one client: lines in, and their answers out in the order of the lines. Lines overlap, but a line about a key or room waits for the one before it about the same. It
/// takes no thread while nothing arrives, and reads nothing while as many lines as may be are without their answer.
/// </summary>
/// <param name="socket">The connected socket; disposed of when the connection has ended.</param>
/// <param name="options">The bounds.</param>
/// <param name="requests">Who carries requests out, now or when they are not held back any more.</param>
/// <param name="budget">Where bytes are counted.</param>
internal sealed class GatewayConnection(Socket socket, GatewayOptions options, HeldRequests requests, ByteBudget budget)
{
    private const int ReadBytes = 16 * 1024;

    private static readonly Logger _log = LogManager.GetLogger(nameof(GatewayConnection));

    private readonly Channel<PendingAnswer> _pending = Channel.CreateBounded<PendingAnswer>(
        new BoundedChannelOptions(options.LinesPerConnection) { SingleReader = true, SingleWriter = true });

    // The requests whose answers are not written yet, in the order of their lines.
    private readonly List<PendingAnswer> _open = [];
    private readonly Lock _gate = new();

    /// <summary>Serves the client until it has ended its lines and has all answers, or is gone. Never fails.</summary>
    /// <param name="stopping">No more lines are read, and those that are under way get their answers.</param>
    /// <param name="closing">Nothing is written any more.</param>
    public async Task RunAsync(CancellationToken stopping, CancellationToken closing)
    {
        string remote = socket.RemoteEndPoint?.ToString() ?? "nowhere";
        try
        {
            Prepare();
            await using NetworkStream stream = new(socket, ownsSocket: true);
            await ServeAsync(stream, remote, stopping, closing);
        }
        catch (Exception failure) when (failure is IOException or SocketException or ObjectDisposedException)
        {
            _log.Debug("The client {Remote} of the gateway was gone at once: {Reason:l}", remote, failure.Message);
            socket.Dispose();
        }
        catch (Exception failure)
        {
            _log.Error(failure, "The connection of the client {Remote} of the gateway failed", remote);
            socket.Dispose();
        }
    }

    // A client that is lost without a word is found out by the system.
    private void Prepare()
    {
        socket.NoDelay = true;
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, optionValue: true);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, 10);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, 2);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, 3);
    }

    private async Task ServeAsync(NetworkStream stream, string remote, CancellationToken stopping, CancellationToken closing)
    {
        using CancellationTokenSource gone = CancellationTokenSource.CreateLinkedTokenSource(stopping);

        // Without bytes to read there is no buffer either: idle clients cost next to nothing.
        PipeReader input = PipeReader.Create(stream, new StreamPipeReaderOptions(bufferSize: ReadBytes, leaveOpen: true, useZeroByteReads: true));
        PipeWriter output = PipeWriter.Create(stream, new StreamPipeWriterOptions(leaveOpen: true));
        AnswerWriter writer = new(output, options.Unread, closing);
        using LineReader lines = new(input, options.LineBytes, budget);
        Task answering = AnswerAsync(writer, gone);
        try
        {
            await ReadAsync(lines, remote, gone.Token);
        }
        finally
        {
            _pending.Writer.Complete();
            await answering;
        }

        if (writer.Ended is { } reason && !closing.IsCancellationRequested)
            _log.Info("The client {Remote} of the gateway did not get all its answers: {Reason:l}", remote, reason);
        await input.CompleteAsync();
        await output.CompleteAsync(writer.Ended is null ? null : new IOException(writer.Ended)); // With an exception it does not try to write what is left.
    }

    private async Task ReadAsync(LineReader lines, string remote, CancellationToken gone)
    {
        try
        {
            while (await _pending.Writer.WaitToWriteAsync(gone))
            {
                ReceivedLine line = await lines.ReadAsync(gone);
                if (line.Outcome == LineOutcome.End)
                    return;
                _pending.Writer.TryWrite(Begin(line));
            }
        }
        catch (OperationCanceledException)
        {
            // The gateway ends, or nobody takes the answers.
        }
        catch (Exception failure) when (failure is IOException or SocketException or ObjectDisposedException)
        {
            _log.Debug("The connection of the client {Remote} of the gateway broke: {Reason:l}", remote, failure.Message);
        }
    }

    private PendingAnswer Begin(in ReceivedLine line) => line.Outcome switch
    {
        LineOutcome.TooLong => PendingAnswer.Of(GatewayAnswer.Fail($"the line is longer than {options.LineBytes} bytes")),
        LineOutcome.NoSpace => PendingAnswer.Of(GatewayAnswer.Busy($"requests and answers hold as many bytes as they may, {budget.Limit}")),
        LineOutcome.NoEnd => PendingAnswer.Of(GatewayAnswer.Fail("the line has no end: a request ends with a line feed")),
        _ => Begin(line.Bytes),
    };

    private PendingAnswer Begin(in ReadOnlySequence<byte> line)
    {
        if (Parse(line, out string problem) is not { } request)
            return PendingAnswer.Of(GatewayAnswer.Fail(problem));
        Task? before;
        lock (_gate)
            before = _open.FindLast(one => one.Request!.IsAboutTheSameAs(request))?.Answer;
        PendingAnswer pending = PendingAnswer.Begin(request, line.Length, budget, () => RunAsync(request, before));
        if (pending.Request is null)
            return pending;
        lock (_gate)
            _open.Add(pending);
        return pending;
    }

    private async Task<GatewayAnswer> RunAsync(GatewayRequest request, Task? before)
    {
        if (before is not null)
            await before;
        return await requests.RunAsync(request);
    }

    private static GatewayRequest? Parse(in ReadOnlySequence<byte> line, out string problem)
    {
        if (line.IsSingleSegment)
            return RequestLine.Parse(line.FirstSpan, out problem);
        using SpanOwner<byte> whole = SpanOwner<byte>.Allocate((int)line.Length);
        line.CopyTo(whole.Span);
        return RequestLine.Parse(whole.Span, out problem);
    }

    /// <summary>Writes the answers in the order of their lines. When nobody takes them any more it still waits for all: they hold threads and bytes until then.</summary>
    private async Task AnswerAsync(AnswerWriter writer, CancellationTokenSource gone)
    {
        while (await _pending.Reader.WaitToReadAsync(CancellationToken.None))
        {
            // It keeps its place until it is written.
            while (_pending.Reader.TryPeek(out PendingAnswer? next))
            {
                await writer.WriteAsync(await next.Answer);
                lock (_gate)
                    _open.Remove(next);
                next.Dispose();
                _pending.Reader.TryRead(out _);
                if (!_pending.Reader.TryPeek(out PendingAnswer? behind) || !behind.Answer.IsCompleted)
                    await writer.FlushAsync();
                if (writer.Ended is not null)
                    await gone.CancelAsync();
            }
        }
    }
}
