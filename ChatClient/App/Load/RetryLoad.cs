using System.Diagnostics;
using PaxosShard.Client;

namespace PaxosShard.ChatClient.App.Load;

/// <summary>
/// Messages that are called off as soon as they may have left, and are sent again by other clients with their retry tokens, as people do with <c>--retry</c>: most of them at once, and
/// some after their expiry. In time, each attempt gets the same number, and the message is there once; too late, nothing takes effect any more (rule 9).
/// </summary>
internal sealed class RetryLoad : IAsyncDisposable
{
    private const string Author = "retry";
    private const int LateOnes = 8;
    private const int MostAttempts = 40;
    private const int LongestWaitMilliseconds = 3;
    private static readonly TimeSpan _shortLife = TimeSpan.FromSeconds(1);

    // Log time goes by at least 99 % as fast as the machines' own, and no wall clock makes it slower.
    private static readonly TimeSpan _tooLate = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan _pace = TimeSpan.FromMilliseconds(5);

    private readonly ClientOptions _options;
    private readonly string _room = DrillRoom.NewName();
    private readonly List<SentMessage> _messages = [];
    private readonly CancellationTokenSource _stop = new();
    private readonly CancellationTokenSource _abort = new();
    private readonly Task _sending;
    private int _sent;
    private int _retried;
    private int _late;
    private int _refused;
    private int _revived;
    private int _contradicted;

    /// <summary>Starts it.</summary>
    /// <param name="options">How to connect.</param>
    public RetryLoad(ClientOptions options)
    {
        _options = options;
        _sending = Task.Run(SendUntilStoppedAsync);
    }

    /// <summary>Ends the load, which takes some seconds, reads the room back and compares.</summary>
    /// <param name="cancellation">Gives up.</param>
    public async Task<RetryAudit> StopAndAuditAsync(CancellationToken cancellation)
    {
        await _stop.CancelAsync();
        await _sending.WaitAsync(cancellation);
        await using ChatLogClient client = await ChatLogClient.ConnectAsync(_options, cancellation);
        DrillRoom room = await DrillRoom.ReadAsync(client, _room, cancellation);

        // Each is a sender of its own: what different clients send has no order.
        IReadOnlyList<IReadOnlyList<SentMessage>> senders = [.. _messages.Select(static message => new[] { message })];
        return new RetryAudit(Audit.Of(senders, room.Messages, room.First), _retried, _late, _refused, _revived, _contradicted);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _abort.CancelAsync();
        await _sending.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
        _abort.Dispose();
    }

    private async Task SendUntilStoppedAsync()
    {
        do
        {
            List<CalledOff> late = [];
            for (int attempt = 0; attempt < MostAttempts && late.Count < LateOnes; attempt++)
            {
                if (await CallOffAsync(_shortLife) is { } message)
                    late.Add(message);
            }

            long since = Stopwatch.GetTimestamp();
            while (Stopwatch.GetElapsedTime(since) < _tooLate)
            {
                if (await CallOffAsync(_options.Lifetime) is { } message)
                    await TryAgainInTimeAsync(message);
                await Task.Delay(_pace, _abort.Token);
            }

            await TryAgainTooLateAsync(late);
        }
        while (!_stop.IsCancellationRequested);
    }

    /// <summary>Sends a message and calls it off a moment later; null when it was answered before, or had not left.</summary>
    private async Task<CalledOff?> CallOffAsync(TimeSpan lifetime)
    {
        string text = NextText();
        using CancellationTokenSource callOff = new();
        await using ChatLogClient client = await ChatLogClient.ConnectAsync(_options with { Lifetime = lifetime }, _abort.Token);
        try
        {
            Task<long> sending = client.SendAsync(_room, Author, text, callOff.Token);
            await Task.Delay(Random.Shared.Next(LongestWaitMilliseconds), CancellationToken.None);
            await callOff.CancelAsync();
            Note(text, await sending);
        }
        catch (OutcomeUnknownException unknown)
        {
            if (unknown.Retry is { } token)
                return new CalledOff(text, token);
            Note(text, SentOutcome.Unknown);
        }
        catch (OperationCanceledException)
        {
            Note(text, SentOutcome.NotApplied);
        }
        catch (NotAppliedException)
        {
            Note(text, SentOutcome.NotApplied);
            _refused++;
        }

        return null;
    }

    private async Task TryAgainInTimeAsync(CalledOff message)
    {
        _retried++;
        long? first = await TryAgainAsync(message);
        long? second = await TryAgainAsync(message);
        Note(message.Text, first ?? second);
        if (first is null || second is null)
            _refused++;
        else if (first != second)
            _contradicted++;
    }

    /// <summary>A message that has no number by now gets none any more. The number of a message that is sent now shows which numbers are older.</summary>
    private async Task TryAgainTooLateAsync(List<CalledOff> messages)
    {
        long now = await SendAsync();
        foreach (CalledOff message in messages)
        {
            _late++;
            long? number = await TryAgainAsync(message);
            Note(message.Text, number);
            if (number > now)
                _revived++;
        }
    }

    private async Task<long> SendAsync()
    {
        string text = NextText();
        await using ChatLogClient client = await ChatLogClient.ConnectAsync(_options, _abort.Token);
        long number = await client.SendAsync(_room, Author, text, _abort.Token);
        Note(text, number);
        return number;
    }

    /// <summary>The number of the message, as another client is told; null when it is told none.</summary>
    private async Task<long?> TryAgainAsync(CalledOff message)
    {
        await using ChatLogClient client = await ChatLogClient.ConnectAsync(_options with { Retry = message.Token }, _abort.Token);
        try
        {
            return await client.SendAsync(_room, Author, message.Text, _abort.Token);
        }
        catch (Exception failure) when (failure is OutcomeUnknownException or NotAppliedException)
        {
            return null;
        }
    }

    private string NextText() => $"{Author}-{++_sent}";

    private void Note(string text, long? number) =>
        _messages.Add(new SentMessage(text, number is null ? SentOutcome.Unknown : SentOutcome.Acknowledged, number ?? 0));

    private void Note(string text, SentOutcome outcome) => _messages.Add(new SentMessage(text, outcome, 0));

    private sealed record CalledOff(string Text, RetryToken Token);
}

/// <summary>What a <see cref="RetryLoad"/> found.</summary>
/// <param name="Messages">What the room held.</param>
/// <param name="Retried">Messages that were called off and tried again at once, twice.</param>
/// <param name="Late">Messages that were called off and tried again when their expiry was over.</param>
/// <param name="Refused">Messages that were refused, or of which a retry in time was not told the number.</param>
/// <param name="Revived">Late ones that took effect although their expiry was over.</param>
/// <param name="Contradicted">Messages of which two retries were told different numbers.</param>
internal sealed record RetryAudit(Audit Messages, int Retried, int Late, int Refused, int Revived, int Contradicted)
{
    /// <summary>Nothing is wrong.</summary>
    public bool IsClean => Messages.IsClean && Refused + Revived + Contradicted == 0;
}
