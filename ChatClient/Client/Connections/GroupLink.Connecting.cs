using PaxosShard.Wire;

namespace PaxosShard.Client;

/// <content>How the link finds, keeps and replaces its connection.</content>
internal sealed partial class GroupLink
{
    private async Task ConnectLoopAsync()
    {
        ReplicaConnection? next = null;
        long lostAt = _options.Time.GetTimestamp();
        bool wasConnected = false;
        try
        {
            while (true)
            {
                if (next is null && !_hadProgress)
                    await Task.Delay(_restlessness.Next(_options.BackOffLast), _stop.Token);
                next ??= await _finder.FindAsync(() => _view, IsIdle, _stop.Token);
                ReplicaConnection connection = next;
                next = null;
                int resent = Attach(connection);
                _firstConnection.TrySetResult();
                if (wasConnected)
                {
                    TimeSpan outage = _options.Time.GetElapsedTime(lostAt);
                    _onChange(new(ConnectionChangeKind.Back, connection.Address, _view, "", outage, resent));
                }
                Departure departure = await WaitForDepartureAsync(connection);
                lostAt = _options.Time.GetTimestamp();
                wasConnected = true;
                next = departure.Next;
                Detach();
                await connection.DisposeAsync();
                _onChange(new(ConnectionChangeKind.Lost, connection.Address, _view, departure.Reason, TimeSpan.Zero, 0));
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // Closed by its owner.
        }
        catch (Exception exception)
        {
            _firstConnection.TrySetException(exception);
            Close($"the client failed: {exception.Message}");
        }
        finally
        {
            await CleanUpAsync(next);
        }
    }

    private async Task<Departure> WaitForDepartureAsync(ReplicaConnection connection)
    {
        Task<Departure> departure = _departure.Task;
        Task first = await Task.WhenAny(departure, connection.Completion).WaitAsync(_stop.Token);
        if (first == departure)
            return await departure;
        Departure ended = new(await connection.Completion, null);
        // A probe may have found the next primary in the same moment.
        return _departure.TrySetResult(ended) ? ended : ended with { Next = (await departure).Next };
    }

    private async Task CleanUpAsync(ReplicaConnection? next)
    {
        ReplicaConnection? connection = _connection;
        Detach();
        await _probe; // Never faults; what it found too late is in the departure.
        if (!_departure.TrySetResult(new Departure("closed", null)) && (await _departure.Task).Next is { } found && found != next)
            await found.DisposeAsync();
        if (connection is not null)
            await connection.DisposeAsync();
        if (next is not null)
            await next.DisposeAsync();
    }

    private bool IsIdle()
    {
        lock (_gate)
            return _posts.IsIdle && _queries.Count == 0;
    }

    private int Attach(ReplicaConnection connection)
    {
        lock (_gate)
        {
            long now = _clock.Now;
            _connection = connection;
            _view = View.Max(_view, connection.Status.View);
            _departure = NewDeparture();
            _resend.Reset();
            _silence.Reconnected(_hadProgress);
            _hadProgress = false;
            connection.Start(OnReply);
            Pump(now);
            return _posts.UnderWay + _queries.Count;
        }
    }

    private void Detach()
    {
        lock (_gate)
        {
            _connection = null;
            _ = _probeStop.CancelAsync(); // Not Cancel: what it wakes must not run under the lock.
            _posts.Detach();
            _queries.Detach();
        }
    }

    private void Leave(Departure departure) => _departure.TrySetResult(departure);
}
