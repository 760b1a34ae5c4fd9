using PaxosShard.ChatClient.App.Groups;
using PaxosShard.ChatClient.App.Verbs;
using PaxosShard.Client;
using PaxosShard.Programs.Errors;
using PaxosShard.Wire.Commands;

namespace PaxosShard.ChatClient.App.Chat;

/// <summary>
/// A chat without a terminal: every line of the input is sent as it is, every message that the room gets from now on is printed
/// once, in the room's order. Ends at the end of the input, when all own lines are committed and printed; whether anybody reads what is
/// printed changes nothing of what is sent.
/// </summary>
internal sealed class PipeChat
{
    private readonly ChatPlace _place;
    private readonly MessageWriter _writer;
    private readonly LineStream _stream;
    private long _printed;
    private long _lastOwn;

    /// <summary>A chat that is not begun yet.</summary>
    /// <param name="place">Where; the messages of its client are one stream.</param>
    public PipeChat(ChatPlace place)
    {
        _place = place;
        _writer = new MessageWriter(place.Shell, place.Room, json: false);
        _stream = new LineStream(place.Client, place.Room, place.Nick, number => _lastOwn = Math.Max(_lastOwn, number)) { Blank = place.Blank };
    }

    /// <summary>Runs it.</summary>
    /// <exception cref="ReportedException">A line could not be sent; the text says which, and what became of the others.</exception>
    public async Task<int> RunAsync(CancellationToken cancellation)
    {
        using DemoEndWatch watch = new(_place.Client, _place.Directory, cancellation);
        using CancellationTokenSource ended = CancellationTokenSource.CreateLinkedTokenSource(watch.Token);
        _printed = (await _place.Client.ReadHistoryAsync(_place.Room, 0, 1, cancellation)).Last;
        Task printing = Task.Run(() => PrintAsync(ended.Token), CancellationToken.None);
        try
        {
            await SendAllAsync(watch.Token);
        }
        finally
        {
            await ended.CancelAsync();
            await printing.ContinueWith(static _ => { }, TaskScheduler.Default);
        }
        if (cancellation.IsCancellationRequested && _stream.HasSent)
            _place.Shell.Note($"interrupted: {_stream.Outcome}");
        cancellation.ThrowIfCancellationRequested();
        if (watch.Ended is { } gone)
            throw _stream.AtEnd(gone);
        _stream.ThrowIfFailed();
        await printing; // What could not be read or written is told behind what became of the lines.
        await PrintRestAsync(cancellation);
        return ExitCode.Ok;
    }

    // The only task that prints.
    private async Task PrintAsync(CancellationToken cancellation)
    {
        try
        {
            while (_place.Shell.HasReader)
                await FollowAsync(cancellation);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // The end.
        }
    }

    private async Task FollowAsync(CancellationToken cancellation)
    {
        try
        {
            await foreach (RoomMessage message in _place.Client.FollowAsync(
                _place.Room, _printed + 1, OnOutage, cancellation))
            {
                Print(message);
                if (!_place.Shell.HasReader)
                    return;
            }
        }
        catch (TrimmedException trimmed)
        {
            Skip(trimmed);
        }
    }

    private void OnOutage(FollowOutage outage)
    {
        if (DemoEnd.Find(_place.Directory) is null) // Else that is told, and not how it was noticed.
            _place.Shell.Note(FollowNotes.Text(outage));
    }

    // What was committed and had not come yet when the input ended.
    private async Task PrintRestAsync(CancellationToken cancellation)
    {
        while (_printed < _lastOwn && _place.Shell.HasReader)
        {
            try
            {
                HistoryResult rest = await _place.Client.ReadHistoryAsync(_place.Room, _printed + 1, (int)Math.Min(1000, _lastOwn - _printed), cancellation);
                if (rest.Messages.Count == 0)
                    return;
                foreach (RoomMessage message in rest.Messages)
                    Print(message);
            }
            catch (TrimmedException trimmed)
            {
                Skip(trimmed);
            }
        }
    }

    private void Skip(TrimmedException trimmed)
    {
        _place.Shell.Note(FollowNotes.Trimmed(_printed + 1, trimmed.FirstLeft));
        _printed = trimmed.FirstLeft - 1;
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
            while (_stream.Failure is null && await lines.ReadAsync(cancellation) is { } line)
                await TakeAsync(line, cancellation);
        }
        catch (ReportedException exception)
        {
            _stream.Fail(exception);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // What became of those under way is told first.
        }
        await _stream.SettleAllAsync();
        if (_stream.SkippedNote is { } skipped)
            _place.Shell.Note(skipped);
    }

    private async Task TakeAsync(InputLine line, CancellationToken cancellation)
    {
        if (_place.Group is not { } group || !line.Text.StartsWith('\\'))
        {
            await _stream.SendAsync(line, cancellation);
            return;
        }
        foreach (string note in await group.RunAsync(line.Text, _place.Room, _place.Shell.Note, cancellation))
            _place.Shell.Note(note);
    }
}
