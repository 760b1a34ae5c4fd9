using System.Diagnostics;
using PaxosShard.ChatClient.App.Cli;
using PaxosShard.ChatClient.App.Groups;
using PaxosShard.Programs.Errors;

namespace PaxosShard.ChatClient.App.Verbs;

/// <summary>
/// Sends the lines of standard input as messages. Stops reading at the first line that fails, waits for those before it, and says how
/// many are committed. Whether anybody reads the numbers changes nothing of that.
/// </summary>
/// <param name="stream">The lines on their way.</param>
/// <param name="shell">Where to say so.</param>
/// <param name="numbers">Prints the numbers.</param>
/// <param name="watch">Calls it off when the demo that takes the lines is ended.</param>
internal sealed class LineSender(LineStream stream, Shell shell, NumberWriter numbers, DemoEndWatch watch)
{
    /// <summary>Sends them all.</summary>
    /// <exception cref="ReportedException">A line could not be sent; the text says which, and what became of the others.</exception>
    public async Task<int> SendAllAsync(CancellationToken cancellation)
    {
        long start = Stopwatch.GetTimestamp();
        LineReader lines = new();
        try
        {
            while (await NextAsync(lines, watch.Token) is { } line)
                await stream.SendAsync(line, watch.Token);
        }
        catch (ReportedException exception)
        {
            stream.Fail(exception);
        }
        catch (OperationCanceledException) when (watch.Token.IsCancellationRequested)
        {
            // What became of those under way is told first.
        }
        await stream.SettleAllAsync();
        if (cancellation.IsCancellationRequested)
            shell.Note($"interrupted: {stream.Outcome}");
        cancellation.ThrowIfCancellationRequested();
        if (watch.Ended is { } ended)
            throw stream.AtEnd(ended);
        stream.ThrowIfFailed();
        numbers.Flush();
        if (numbers.Failure is { } failure)
            throw new ReportedException(ErrorKinds.FileSystem, failure) { Outcome = $"all {Spoken.Count(stream.Committed, "line")} committed; not all their numbers were written" };
        if (stream.SkippedNote is { } skipped)
            shell.Note(skipped);
        shell.Note($"{Spoken.Messages(stream.Committed)} committed in {Stopwatch.GetElapsedTime(start).TotalSeconds:0.00} s");
        return ExitCode.Ok;
    }

    // While the input pauses, numbers and failures come out all the same: whoever writes it may wait for them.
    private async ValueTask<InputLine?> NextAsync(LineReader lines, CancellationToken cancellation)
    {
        if (stream.Failure is not null)
            return null;
        ValueTask<InputLine?> ready = lines.ReadAsync(cancellation);
        if (ready.IsCompleted)
            return await ready;
        Task<InputLine?> next = ready.AsTask();
        while (!next.IsCompleted && stream.Failure is null && stream.Oldest is { } oldest)
        {
            if (await Task.WhenAny(next, oldest) != next)
                await stream.SettleOldestAsync();
        }
        if (stream.Failure is not null)
            return null;
        numbers.Flush();
        return await next;
    }
}
