using System.CommandLine;
using System.Globalization;
using PaxosShard.ChatClient.App.Cli;
using PaxosShard.ChatClient.App.Groups;
using PaxosShard.Client;
using PaxosShard.Programs.Errors;
using PaxosShard.Wire.Commands;

namespace PaxosShard.ChatClient.App.Verbs;

/// <summary><c>px tail</c>: prints the messages of a room, up to its present end or for as long as it goes on.</summary>
internal static class TailCommand
{
    private const int MessagesPerRead = 1000;

    /// <summary>The verb.</summary>
    public static Command Create(Shell shell)
    {
        Argument<string> room = new("room") { HelpName = "ROOM", Description = "Name of the room" };
        Option<string> from = new("--from") { Description = "start (what is left of it), last, a number, or -20 for the last 20", DefaultValueFactory = _ => "start", HelpName = "F" };
        Option<long?> newest = new("--last", "-n") { Description = "Begin with the last so many messages, as --from -N does", HelpName = "N" };
        Option<bool> follow = new("--follow", "-f") { Description = "Go on with new messages as they come" };
        Option<long?> count = new("--count") { Description = "End after this many messages", HelpName = "N" };
        Option<string?> timeout = new("--timeout") { Description = "How long to wait for the group: 5s, 500ms (default: 10s); with --follow: end after this time (default: never)", HelpName = "T" };
        Option<bool> json = new("--json") { Description = "One JSON object a line, with the exact text and the time" };
        Option<bool> times = new("--times") { Description = "The time of each message behind its number, by the clock of this machine" };
        Option<bool> utc = new("--utc") { Description = "Times in UTC, as in JSON" };
        Command command = new("tail", "Print messages of a room: number, author and text, with tabs between; backslashes and control characters as escapes.\nExample: px tail lobby --from -20 --follow\nExample: px tail lobby --times")
        {
            room, from, newest, follow, count, timeout, json, times, utc,
        };
        TargetOptions target = new(command, hasTimeout: false);
        command.SetAction(async (parsed, cancellation) =>
        {
            TailRequest request = new(
                parsed.GetRequiredValue(room),
                StartOf(parsed.GetRequiredValue(from), isGiven: parsed.GetResult(from) is { Implicit: false }, parsed.GetValue(newest)),
                parsed.GetValue(count) ?? long.MaxValue,
                parsed.GetValue(timeout) is { } time ? TargetOptions.ParseTime(time, "--timeout") : null,
                target.Resolve(parsed, shell).LocalDirectory(shell));
            if (request.Count < 1)
                throw new ReportedException(ErrorKinds.Usage, $"--count is 1 or more, not {request.Count}");
            bool follows = parsed.GetValue(follow);
            ClientOptions options = OptionsFor(request, follows, target.ClientOptions(parsed, shell));
            // Who follows without a time waits for the group from the start, and is told so.
            await using ChatLogClient client = follows && request.Timeout is null
                ? ChatLogClient.Start(options)
                : await ChatLogClient.ConnectAsync(options, cancellation);
            MessageWriter writer = new(shell, request.Room, parsed.GetValue(json), parsed.GetValue(utc) ? TimeZoneInfo.Utc : parsed.GetValue(times) ? TimeZoneInfo.Local : null);
            return follows
                ? await FollowAsync(client, request, shell, writer, cancellation)
                : await ReadAsync(client, request, shell, writer, cancellation);
        });
        return command;
    }

    private static long StartOf(string from, bool isGiven, long? last)
    {
        if (last is not { } count)
            return TailStart.Parse(from);
        if (isGiven)
            throw new ReportedException(ErrorKinds.Usage, "--from and --last both say where to begin; give one of them");
        return count is >= 1 and <= Wire.Limits.HighestNumber ? -count : throw new ReportedException(ErrorKinds.Usage, $"--last is 1 or more, not {count}");
    }

    // Who follows for a short time still gives the group the usual time to answer.
    private static ClientOptions OptionsFor(TailRequest request, bool follows, ClientOptions options) =>
        request.Timeout is { } timeout && (!follows || timeout > options.RequestTimeout) ? options with { RequestTimeout = timeout } : options;

    private static async Task<int> ReadAsync(ChatLogClient client, TailRequest request, Shell shell, MessageWriter writer, CancellationToken cancellation)
    {
        long printed = 0;
        long next = request.From;
        long? end = null;
        while (printed < request.Count && (end is null || next <= end) && shell.HasReader)
        {
            int wanted = (int)Math.Min(MessagesPerRead, request.Count - printed);
            HistoryResult history = await client.ReadHistoryAsync(request.Room, next, wanted, cancellation);
            end ??= history.Last; // Later reads see later ends; what was there when this began is what is printed.
            if (history.Last == 0)
                throw new ReportedException(ErrorKinds.NoRoom, request.Room);
            if (printed == 0)
                NoteStart(request, history.First, shell);
            if (history.Messages.Count == 0)
            {
                if (printed == 0)
                    shell.Note($"{request.Room} ends with message {history.Last}; there is none from {next} on");
                break;
            }
            foreach (RoomMessage message in history.Messages.Where(message => message.Number <= end))
            {
                writer.Write(message);
                printed++;
            }
            next = history.Messages[^1].Number + 1;
        }
        return ExitCode.Ok;
    }

    private static async Task<int> FollowAsync(ChatLogClient client, TailRequest request, Shell shell, MessageWriter writer, CancellationToken cancellation)
    {
        using DemoEndWatch watch = new(request.Directory, cancellation);
        using CancellationTokenSource late = CancellationTokenSource.CreateLinkedTokenSource(watch.Token);
        if (request.Timeout is { } timeout)
            late.CancelAfter(timeout);
        long printed = 0;
        try
        {
            await foreach (RoomMessage message in client.FollowAsync(request.Room, request.From, OnOutage, late.Token))
            {
                if (printed == 0)
                    NoteStart(request, message.Number, shell);
                writer.Write(message);
                writer.Flush();
                if (++printed == request.Count || !shell.HasReader)
                    break;
            }
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            if (watch.Ended is { } ended)
                throw ended;
            if (request.Count != long.MaxValue)
                throw new ReportedException(ErrorKinds.Partial, $"{printed} of {request.Count} in {request.Room}");
        }
        return ExitCode.Ok;

        void OnOutage(FollowOutage outage)
        {
            if (outage.IsOver)
                watch.OnBack();
            else
                watch.OnLost();
            if (watch.Ended is null) // Else that is told, and not how it was noticed.
                shell.Note(FollowNotes.Text(outage));
        }
    }

    private static void NoteStart(TailRequest request, long first, Shell shell)
    {
        if (request.From == TailStart.Start && first > 1)
            shell.Note(FollowNotes.Trimmed(1, first));
    }

    private sealed record TailRequest(string Room, long From, long Count, TimeSpan? Timeout, string? Directory);
}

/// <summary>Where to begin in a room, as people write it.</summary>
internal static class TailStart
{
    /// <summary>The first message left: farther before the end than any room begins.</summary>
    public const long Start = -Wire.Limits.HighestNumber;

    /// <summary>Reads <c>start</c>, <c>last</c>, a number, or <c>-20</c> for the last 20.</summary>
    /// <returns>1 or more: that number; below: relative to the end.</returns>
    /// <exception cref="ReportedException">It is none of these.</exception>
    public static long Parse(string text) => text switch
    {
        "start" => Start,
        "last" => -1,
        _ when long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number)
            && number is not 0 and >= -Wire.Limits.HighestNumber and <= Wire.Limits.HighestNumber => number,
        _ => throw new ReportedException(ErrorKinds.Usage, $"--from: '{text}' is neither start, last, a number nor -20"),
    };
}
