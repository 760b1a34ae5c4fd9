using PaxosShard.ChatClient.App.Cli;
using PaxosShard.Client;
using PaxosShard.Programs.Errors;

namespace PaxosShard.ChatClient.App.Verbs;

/// <summary>
/// Lines on their way to a room as one stream: in order, as fast as the group takes them, and nothing behind the first that fails.
/// Used by one task.
/// </summary>
/// <param name="client">A client whose messages are one stream (<see cref="ClientOptions.StopAtFailure"/>).</param>
/// <param name="room">The room.</param>
/// <param name="author">Who speaks.</param>
/// <param name="onCommitted">Told the number of each line that is committed, in the order of the lines.</param>
internal sealed class LineStream(ChatLogClient client, string room, string author, Action<long> onCommitted)
{
    private readonly Queue<(long Line, Task<long> Number)> _underWay = [];
    private long _sent;
    private long _unknown;
    private long _notApplied;

    /// <summary>The first line that failed, or the first of unknown outcome if there is one; null when none did.</summary>
    public ReportedException? Failure { get; private set; }

    /// <summary>Lines that are committed.</summary>
    public long Committed { get; private set; }

    /// <summary>Ends when the oldest line under way has its outcome; null when none is under way.</summary>
    public Task? Oldest => _underWay.TryPeek(out (long Line, Task<long> Number) oldest) ? oldest.Number : null;

    /// <summary>What became of the lines.</summary>
    public string Outcome => $"{Committed} lines committed, {_unknown} unknown, {_notApplied} not applied; those behind them were not sent";

    /// <summary>Sends a line, as soon as there is space for it.</summary>
    /// <exception cref="OperationCanceledException">Called off while it waited for space.</exception>
    public async Task SendAsync(InputLine line, CancellationToken cancellation)
    {
        if (MessageRules.Violation(room, author, line.Text) is { } violation)
        {
            Fail(new ReportedException(ErrorKinds.BadInput, $"line {line.Number}: {violation}"));
            return;
        }
        Task<Task<long>> taken = client.EnqueueAsync(room, author, line.Text, cancellation);
        while (!taken.IsCompleted && Oldest is { } oldest)
        {
            if (await Task.WhenAny(taken, oldest) == oldest)
                await SettleOldestAsync();
        }
        _underWay.Enqueue((line.Number, await taken));
        // Each of the first lines of a session that is taken up again may have run before as another line: one at a time, so that
        // nothing is behind the one that turns out to be wrong.
        bool isCareful = client.Options.Resume is not null && _sent++ < client.Options.Window;
        while (Oldest is { } first && (isCareful || first.IsCompleted))
            await SettleOldestAsync();
    }

    /// <summary>Something before or between the lines failed.</summary>
    public void Fail(ReportedException failure) => Failure ??= failure;

    /// <summary>Waits for the outcome of the oldest line under way.</summary>
    public async Task SettleOldestAsync()
    {
        (long line, Task<long> number) = _underWay.Dequeue();
        try
        {
            onCommitted(await number);
            Committed++;
        }
        catch (Exception exception) when (exception is OutcomeUnknownException or NotAppliedException or RejectedException or OperationCanceledException)
        {
            if (exception is OutcomeUnknownException)
                _unknown++;
            else
                _notApplied++;
            // An unknown outcome weighs more than one that is certain.
            if (Failure is null || (exception is OutcomeUnknownException && Failure.Kind != ErrorKinds.OutcomeUnknown))
                Failure = new ReportedException(ErrorClassifier.Classify(exception).Kind, $"line {line}: {exception.Message}") { Next = Again(line, exception) };
        }
    }

    /// <summary>Waits for the outcome of all lines under way.</summary>
    public async Task SettleAllAsync()
    {
        while (_underWay.Count > 0)
            await SettleOldestAsync();
    }

    /// <summary>Reports what failed, with what became of the lines.</summary>
    /// <exception cref="ReportedException">A line could not be sent.</exception>
    public void ThrowIfFailed()
    {
        if (Failure is not { } failure)
            return;

        // "Certainly not applied" is true of the lines from the failed one on only: a script that took it for all would send some twice.
        bool isPartial = Committed > 0 && failure.Kind.ExitCode == ExitCode.NotApplied;
        throw new ReportedException(failure.Kind, failure.Message) { Outcome = Outcome, Next = failure.Next, Exit = isPartial ? ExitCode.Partial : null };
    }

    // Every line has the number after that of the line before it, so all of them can be told apart from what is there already.
    private static string? Again(long line, Exception exception) => exception is OutcomeUnknownException { Session.Number: > 0 } unknown
        ? $"px send with the lines from {line} on again and --session {unknown.Session.Number} --seq {unknown.Sequence.Number}, which is safe"
        : null;
}
