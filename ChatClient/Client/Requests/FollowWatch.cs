namespace PaxosShard.Client;

/// <summary>Tells the consumer of a follow when nobody answers for a while, and when somebody does again: once each.</summary>
/// <param name="options">How long a while is.</param>
/// <param name="reason">What is waited for.</param>
/// <param name="onOutage">Told; it returns soon and never throws.</param>
internal sealed class FollowWatch(ClientOptions options, Func<string> reason, Action<FollowOutage> onOutage)
{
    /// <summary>Waits for an answer, however long that takes.</summary>
    /// <param name="answer">The answer.</param>
    /// <param name="allowance">How long the server may hold it by right.</param>
    /// <param name="cancellation">Ends the watch; the answer ends by itself.</param>
    public async Task<ReadOnlyMemory<byte>> WatchAsync(Task<ReadOnlyMemory<byte>> answer, TimeSpan allowance, CancellationToken cancellation)
    {
        long start = options.Time.GetTimestamp();
        bool isLate = await IsLateAsync(answer, allowance, cancellation);
        if (isLate)
            onOutage(new FollowOutage(IsOver: false, options.Time.GetElapsedTime(start), reason()));
        ReadOnlyMemory<byte> payload = await answer;
        if (isLate)
            onOutage(new FollowOutage(IsOver: true, options.Time.GetElapsedTime(start), ""));
        return payload;
    }

    private async Task<bool> IsLateAsync(Task answer, TimeSpan allowance, CancellationToken cancellation)
    {
        using RunningTimeout patience = new(allowance + options.OutageNotice, options.Time, cancellation);
        using CancellationTokenSource over = CancellationTokenSource.CreateLinkedTokenSource(patience.Token);
        await Task.WhenAny(answer, Task.Delay(Timeout.Infinite, over.Token));
        await over.CancelAsync();
        return !answer.IsCompleted && !cancellation.IsCancellationRequested;
    }
}
