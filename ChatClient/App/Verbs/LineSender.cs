using System.Diagnostics;
using PaxosShard.ChatClient.App.Cli;
using PaxosShard.Client;

namespace PaxosShard.ChatClient.App.Verbs;

/// <summary>
/// Sends the lines of standard input as messages, many at once and in order. Stops reading at the first line that fails, waits for
/// those before it, and says how many are committed.
/// </summary>
/// <param name="client">The client.</param>
/// <param name="shell">Where to say so.</param>
/// <param name="room">The room.</param>
/// <param name="author">Who speaks.</param>
/// <param name="numbers">Prints the numbers.</param>
internal sealed class LineSender(ChatLogClient client, Shell shell, string room, string author, NumberWriter numbers)
{
    private const int UnderWayMax = 4096;

    private readonly Queue<(long Line, Task<long> Number)> _underWay = [];
    private long _committed;
    private long _unknown;
    private long _notApplied;
    private ReportedException? _failure;

    /// <summary>Sends them all.</summary>
    /// <exception cref="ReportedException">A line could not be sent; the text says which, and what became of the others.</exception>
    public async Task<int> SendAllAsync(CancellationToken cancellation)
    {
        long start = Stopwatch.GetTimestamp();
        LineReader lines = new();
        try
        {
            while (await NextAsync(lines, cancellation) is { } line)
                await SendAsync(line, cancellation);
        }
        catch (ReportedException exception)
        {
            _failure ??= exception;
        }
        while (_underWay.Count > 0)
            await SettleOldestAsync();
        cancellation.ThrowIfCancellationRequested();
        if (_failure is { } failure)
            throw new ReportedException(failure.Kind, failure.Message) { Outcome = Outcome(), Next = failure.Next };
        shell.Note($"{_committed} messages committed in {Stopwatch.GetElapsedTime(start).TotalSeconds:0.00} s");
        return ExitCode.Ok;
    }

    // While the input pauses, numbers and failures come out all the same: whoever writes it may wait for them.
    private async ValueTask<InputLine?> NextAsync(LineReader lines, CancellationToken cancellation)
    {
        if (_failure is not null)
            return null;
        ValueTask<InputLine?> ready = lines.ReadAsync(cancellation);
        if (ready.IsCompleted)
            return await ready;
        Task<InputLine?> next = ready.AsTask();
        while (!next.IsCompleted && _failure is null && _underWay.TryPeek(out (long Line, Task<long> Number) oldest))
        {
            if (await Task.WhenAny(next, oldest.Number) != next)
                await SettleOldestAsync();
        }
        if (_failure is not null)
            return null;
        numbers.Flush();
        return await next;
    }

    private async Task SendAsync(InputLine line, CancellationToken cancellation)
    {
        if (MessageRules.Violation(room, author, line.Text) is { } violation)
            throw new ReportedException(ErrorKinds.BadInput, $"line {line.Number}: {violation}");
        _underWay.Enqueue((line.Number, client.SendAsync(room, author, line.Text, cancellation)));
        while (_underWay.Count >= UnderWayMax || (_underWay.Count > 0 && _underWay.Peek().Number.IsCompleted))
            await SettleOldestAsync();
    }

    private async Task SettleOldestAsync()
    {
        (long line, Task<long> number) = _underWay.Dequeue();
        try
        {
            numbers.Write(await number);
            _committed++;
        }
        catch (Exception exception) when (exception is OutcomeUnknownException or NotAppliedException or RejectedException or OperationCanceledException)
        {
            if (exception is OutcomeUnknownException)
                _unknown++;
            else
                _notApplied++;
            // An unknown outcome weighs more than one that is certain.
            if (_failure is null || (exception is OutcomeUnknownException && _failure.Kind != ErrorKinds.OutcomeUnknown))
                _failure = new ReportedException(ErrorReport.Classify(exception).Kind, $"line {line}: {exception.Message}") { Next = Again(line, exception) };
        }
    }

    // Every line has the number after that of the line before it, so all of them can be told apart from what is there already.
    private static string? Again(long line, Exception exception) => exception is OutcomeUnknownException unknown
        ? $"px send with the lines from {line} on again and --session {unknown.Session.Number} --seq {unknown.Sequence.Number}, which is safe"
        : null;

    private string Outcome() =>
        $"{_committed} lines committed, {_unknown} unknown, {_notApplied} not applied; those behind them were not sent";
}
