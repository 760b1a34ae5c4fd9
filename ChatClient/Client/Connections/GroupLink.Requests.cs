namespace PaxosShard.Client;

/// <content>How requests come in, and how their callers call them off.</content>
internal sealed partial class GroupLink
{
    private readonly SemaphoreSlim _turn = new(1, 1); // Of those who wait for room.
    private TaskCompletionSource? _room;

    /// <summary>Takes a message in, behind all before it, and sends it as soon as it may go; refuses it when too many wait.</summary>
    public Task<long> PostAsync(ReadOnlyMemory<byte> command, CancellationToken cancellation)
    {
        PendingPost post;
        lock (_gate)
            post = Take(command);
        return OutcomeAsync(post, cancellation);
    }

    /// <summary>Waits for room, then takes a message in; those who wait do so in the order in which they came.</summary>
    /// <returns>The task of its outcome, once it is taken in.</returns>
    public async Task<Task<long>> EnqueueAsync(ReadOnlyMemory<byte> command, CancellationToken cancellation)
    {
        await _turn.WaitAsync(cancellation);
        try
        {
            while (true)
            {
                PendingPost? post = null;
                Task room = Task.CompletedTask;
                lock (_gate)
                {
                    if (_isClosed || _posts.HasRoomFor(command.Length))
                        post = Take(command);
                    else
                        room = (_room ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
                }
                if (post is not null)
                    return OutcomeAsync(post, cancellation);
                await room.WaitAsync(cancellation);
            }
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Asks a question that changes nothing, as often as it takes.</summary>
    /// <param name="command">The encoded question.</param>
    /// <param name="allowance">How long the server may hold it by right.</param>
    /// <param name="timeout">How long to wait beyond that; null: for ever.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>The encoded answer.</returns>
    public async Task<ReadOnlyMemory<byte>> QueryAsync(
        ReadOnlyMemory<byte> command, TimeSpan allowance, TimeSpan? timeout, CancellationToken cancellation)
    {
        PendingQuery? query;
        lock (_gate)
        {
            if (_isClosed)
                throw new NotAppliedException("the client is closed");
            long deadline = timeout is { } limit ? _clock.Now + (long)(limit + allowance).TotalMilliseconds : long.MaxValue;
            query = _queries.Add(command, deadline, (long)allowance.TotalMilliseconds)
                ?? throw new NotAppliedException("too many reads are under way already");
            Pump(_clock.Now);
        }
        await using CancellationTokenRegistration registration = cancellation.UnsafeRegister((_, token) => Cancel(query, token), null);
        return await query.Task;
    }

    private PendingPost Take(ReadOnlyMemory<byte> command)
    {
        long now = _clock.Now;
        PendingPost post = new(command, now + (long)_options.RequestTimeout.TotalMilliseconds);
        if (_isClosed)
            post.Fail(new NotAppliedException("the client is closed"));
        else if (_posts.TryAdd(post) is { } refusal)
            post.Fail(new NotAppliedException(refusal));
        else
            Pump(now);
        return post;
    }

    private Task<long> OutcomeAsync(PendingPost post, CancellationToken cancellation)
    {
        if (cancellation.CanBeCanceled && !post.CallerGone)
        {
            post.Cancellation = cancellation.UnsafeRegister((_, token) => Cancel(post, token), null);
            if (post.CallerGone)
                post.Cancellation.Unregister();
        }
        return post.Task;
    }

    private void TellOfRoom()
    {
        if (_room is null || !(_isClosed || _posts.HasAmpleRoom))
            return;
        _room.TrySetResult();
        _room = null;
    }

    private void Cancel(PendingPost post, CancellationToken token)
    {
        lock (_gate)
        {
            _posts.Cancel(post, token);
            Pump(_clock.Now);
        }
    }

    private void Cancel(PendingQuery query, CancellationToken token)
    {
        lock (_gate)
            _queries.Remove(query);
        query.Cancel(token);
    }
}
