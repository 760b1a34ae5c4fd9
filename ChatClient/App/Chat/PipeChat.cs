using PaxosShard.ChatClient.App.Cli;
using PaxosShard.ChatClient.App.Verbs;
using PaxosShard.Client;
using PaxosShard.Wire;

namespace PaxosShard.ChatClient.App.Chat;

/// <summary>
/// A chat without a terminal: every line of the input is sent as it is, every message that the room gets from now on is printed
/// once, in the room's order. Ends at the end of the input, when all own lines are committed and printed.
/// </summary>
/// <param name="place">Where.</param>
internal sealed class PipeChat(ChatPlace place)
{
    private const int UnderWayMax = 4096;

    private readonly Queue<(long Line, Task<long> Number)> _underWay = [];
    private readonly MessageWriter _writer = new(place.Shell, place.Room, json: false);
    private long _printed;
    private long _lastOwn;
    private long _committed;
    private long _unknown;
    private long _notApplied;
    private ReportedException? _failure;

    /// <summary>Runs it.</summary>
    /// <exception cref="ReportedException">A line could not be sent; the text says which, and what became of the others.</exception>
    public async Task<int> RunAsync(CancellationToken cancellation)
    {
        using CancellationTokenSource ended = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        _printed = (await place.Client.ReadHistoryAsync(place.Room, 0, 1, cancellation)).Last;
        Task printing = Task.Run(() => PrintAsync(ended.Token), CancellationToken.None);
        try
        {
            Task sending = SendAllAsync(ended.Token);
            if (await Task.WhenAny(sending, printing) == printing)
                await printing; // The output is closed, or the room cannot be read.
            await sending;
        }
        finally
        {
            await ended.CancelAsync();
            await printing.ContinueWith(static _ => { }, TaskScheduler.Default);
        }
        cancellation.ThrowIfCancellationRequested();
        await PrintRestAsync(cancellation);
        return _failure is { } failure
            ? throw new ReportedException(failure.Kind, failure.Message) { Outcome = Outcome() }
            : ExitCode.Ok;
    }

    // The only task that prints.
    private async Task PrintAsync(CancellationToken cancellation)
    {
        try
        {
            await foreach (RoomMessage message in RoomFollower.FollowAsync(place.Client, place.Room, _printed + 1, cancellation))
                Print(message);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // The end.
        }
    }

    // What was committed and had not come yet when the input ended.
    private async Task PrintRestAsync(CancellationToken cancellation)
    {
        while (_printed < _lastOwn)
        {
            HistoryResult rest = await place.Client.ReadHistoryAsync(place.Room, _printed + 1, (int)Math.Min(1000, _lastOwn - _printed), cancellation);
            if (rest.Messages.Count == 0)
                return;
            foreach (RoomMessage message in rest.Messages)
                Print(message);
        }
    }

    private void Print(RoomMessage message)
    {
        _writer.Write(message);
        _writer.Flush();
        _printed = message.Number;
    }

    private async Task SendAllAsync(CancellationToken cancellation)
    {
        LineReader lines = new();
        try
        {
            while (_failure is null && await lines.ReadAsync(cancellation) is { } line)
                await TakeAsync(line, cancellation);
        }
        catch (ReportedException exception)
        {
            _failure ??= exception;
        }
        while (_underWay.Count > 0)
            await SettleOldestAsync();
    }

    private async Task TakeAsync(InputLine line, CancellationToken cancellation)
    {
        if (place.Group is { } group && line.Text.StartsWith('\\'))
        {
            foreach (string note in await group.RunAsync(line.Text, cancellation))
                place.Shell.Note(note);
            return;
        }
        if (MessageRules.Violation(place.Room, place.Nick, line.Text) is { } violation)
            throw new ReportedException(ErrorKinds.BadInput, $"line {line.Number}: {violation}");
        _underWay.Enqueue((line.Number, place.Client.SendAsync(place.Room, place.Nick, line.Text, cancellation)));
        while (_underWay.Count >= UnderWayMax || (_underWay.Count > 0 && _underWay.Peek().Number.IsCompleted))
            await SettleOldestAsync();
    }

    private async Task SettleOldestAsync()
    {
        (long line, Task<long> number) = _underWay.Dequeue();
        try
        {
            _lastOwn = Math.Max(_lastOwn, await number);
            _committed++;
        }
        catch (Exception exception) when (exception is OutcomeUnknownException or NotAppliedException or RejectedException or OperationCanceledException)
        {
            bool isUnknown = exception is OutcomeUnknownException;
            _unknown += isUnknown ? 1 : 0;
            _notApplied += isUnknown ? 0 : 1;
            // An unknown outcome weighs more than one that is certain.
            if (_failure is null || (isUnknown && _failure.Kind != ErrorKinds.OutcomeUnknown))
                _failure = new ReportedException(ErrorReport.Classify(exception).Kind, $"line {line}: {exception.Message}");
        }
    }

    private string Outcome() =>
        $"{_committed} lines committed, {_unknown} unknown, {_notApplied} not applied; those behind them were not sent";
}
