using PaxosShard.ChatClient.App.Cli;
using PaxosShard.Client;
using PaxosShard.Programs;
using PaxosShard.Programs.Errors;
using PaxosShard.Wire.Identifiers;

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
    /// <summary>What shows whether a message was applied.</summary>
    public const string Look = "px tail ROOM --from -20 --dir DIR";

    /// <summary>The same command again.</summary>
    public const string AgainOne = "AGAIN";

    private readonly Queue<(long Line, Task<long> Number)> _underWay = [];
    private long _retried;
    private bool _isRetry;
    private long _unknown;
    private long _notApplied;

    /// <summary>The first line that failed, or the first of unknown outcome if there is one; null when none did.</summary>
    public ReportedException? Failure { get; private set; }

    /// <summary>What becomes of empty lines.</summary>
    public BlankLines Blank { get; init; }

    /// <summary>Empty lines that were left out.</summary>
    public long Skipped { get; private set; }

    /// <summary>Lines that are committed.</summary>
    public long Committed { get; private set; }

    /// <summary>Ends when the oldest line under way has its outcome; null when none is under way.</summary>
    public Task? Oldest => _underWay.TryPeek(out (long Line, Task<long> Number) oldest) ? oldest.Number : null;

    /// <summary>At least one line was sent.</summary>
    public bool HasSent => Committed + _unknown + _notApplied > 0;

    /// <summary>What became of the lines.</summary>
    public string Outcome => $"{Spoken.Count(Committed, "line")} committed, {_unknown} unknown, {_notApplied} not applied; those behind them were not sent";

    /// <summary>The command that sends the lines from one on again; null when standard input is no file, and so is gone.</summary>
    public static string? AgainFrom(long line)
    {
        string? path = File.ResolveLinkTarget("/proc/self/fd/0", returnFinalTarget: false)?.FullName;
        return path is not null && File.Exists(path) && !path.StartsWith("/dev/", StringComparison.Ordinal) ? $"tail -n +{line} {ShellWord.Of(path)} | AGAIN" : null;
    }

    /// <summary>Sends a line, as soon as there is space for it.</summary>
    /// <exception cref="OperationCanceledException">Called off while it waited for space.</exception>
    public async Task SendAsync(InputLine line, CancellationToken cancellation)
    {
        if (line.Text.Length == 0 && Blank == BlankLines.Skip)
        {
            Skipped++;
            return;
        }
        if (line.Text.Length == 0 && Blank == BlankLines.Keep)
            line = line with { Text = " " };
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
        // Each of the first lines behind one that is sent again may have run before, perhaps as another line: one at a time, so that nothing is
        // behind the one that turns out to be wrong.
        _isRetry = client.Options.Retry is not null && _retried < client.Options.Window;
        if (_isRetry)
            _retried++;
        while (Oldest is { } first && (_isRetry || first.IsCompleted))
            await SettleOldestAsync();
    }

    /// <summary>What to say of empty lines that were left out; null when there were none.</summary>
    public string? SkippedNote => Skipped == 0 ? null : $"{Skipped} empty {(Skipped == 1 ? "line was" : "lines were")} left out (--blank keep sends them, --blank fail stops there)";

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
            bool isUnknown = RetryOption.IsUnknown(exception, _isRetry) || (_isRetry && exception is OperationCanceledException);
            if (isUnknown)
                _unknown++;
            else
                _notApplied++;
            // An unknown outcome weighs more than one that is certain.
            if (Failure is null || (isUnknown && Failure.Kind.ExitCode != ExitCode.OutcomeUnknown))
                Failure = FailureOf(line, exception, isUnknown);
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
        throw new ReportedException(failure.Kind, failure.Message) { Outcome = failure.Outcome is { } unknown ? $"{Outcome}; {unknown}" : Outcome, Next = failure.Next, Exit = isPartial ? ExitCode.Partial : null };
    }

    /// <summary>The error for a group that is gone for good, with what became of the lines.</summary>
    /// <param name="gone">That it is gone.</param>
    public ReportedException AtEnd(ReportedException gone) => new(gone.Kind, gone.Message)
    {
        Outcome = $"{Outcome}; {gone.Kind.Outcome}",
        Next = gone.Next,
        Exit = _unknown > 0 ? ExitCode.OutcomeUnknown : Committed > 0 ? ExitCode.Partial : null,
    };

    private ReportedException FailureOf(long line, Exception exception, bool isUnknown)
    {
        string what = $"line {line}: {exception.Message}";
        return isUnknown
            ? RetryOption.Unknown(what, _isRetry, TokenOf(exception), AgainFrom(line), $"px send with the lines from {line} on again and", Look)
            : new ReportedException(ErrorClassifier.Classify(exception).Kind, what);
    }

    // Every line has the number after that of the line before it, so all of them can be told apart from what is there already.
    private RetryToken? TokenOf(Exception exception)
    {
        if (exception is OutcomeUnknownException unknown)
            return unknown.Retry;
        return client.Options.Retry is { } retry
            ? retry with { Sequence = new SequenceNumber(retry.Sequence.Number + _retried - 1) }
            : null;
    }
}
