using PaxosShard.Wire;

namespace PaxosShard.Client;

/// <summary>
/// A client's lasting link to the primary of a group, whoever that is: keeps a connection to it, replaces it when it breaks,
/// falls silent or is deposed, and sends again what has no answer yet. One lock guards all state; it is held for memory only,
/// never over I/O, and callers' continuations never run under it.
/// </summary>
internal sealed partial class GroupLink : IAsyncDisposable
{
    private static readonly TimeSpan _tick = TimeSpan.FromMilliseconds(10);

    private readonly ClientOptions _options;
    private readonly AddressBook _addresses;
    private readonly PrimaryFinder _finder;
    private readonly Action<ConnectionChange> _onChange;
    private readonly Lock _gate = new();
    private readonly RunningClock _clock;
    private readonly PostChannel _posts;
    private readonly QueryTable _queries;
    private readonly ResendSchedule _resend;
    private readonly SilenceWatch _silence;
    private readonly BackOff _restlessness;
    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource _firstConnection = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TaskCompletionSource<Departure> _departure = NewDeparture();
    private ReplicaConnection? _connection;
    private View _view = View.First;
    private PendingQuery? _opening;
    private Guid _nonce = Guid.NewGuid();
    private Task _loops = Task.CompletedTask;
    private Task _probe = Task.CompletedTask;
    private CancellationTokenSource _probeStop = new();
    private bool _hadProgress = true;
    private bool _isClosed;

    /// <summary>A link that is not started yet.</summary>
    /// <param name="options">Bounds and time-outs, valid.</param>
    /// <param name="addresses">The addresses, shared by the links of one client.</param>
    /// <param name="onChange">Told when the primary is lost and when one is back; called one at a time, from the link's own loop.</param>
    public GroupLink(ClientOptions options, AddressBook addresses, Action<ConnectionChange> onChange)
    {
        _options = options;
        _addresses = addresses;
        _onChange = onChange;
        _clock = new RunningClock(options.Time.Milliseconds());
        _finder = new PrimaryFinder(options, addresses);
        _posts = new PostChannel(options);
        _queries = new QueryTable(options.Reads + 1); // One place more for the opening of a session.
        _resend = new ResendSchedule(options);
        _silence = new SilenceWatch(options);
        _restlessness = new BackOff(options.BackOffFirst);
    }

    /// <summary>Done when the first primary is found.</summary>
    public Task FirstConnection => _firstConnection.Task;

    /// <summary>The primary's address; null when there is none at the moment.</summary>
    public string? PrimaryAddress
    {
        get
        {
            lock (_gate)
                return _connection?.Address;
        }
    }

    /// <summary>Starts to look for the primary.</summary>
    public void Start() => _loops = Task.WhenAll(Task.Run(ConnectLoopAsync), Task.Run(TickLoopAsync));

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (!Close("the client was closed"))
            return;
        await _stop.CancelAsync();
        await _loops;
        _probeStop.Dispose();
        _stop.Dispose();
    }

    private bool Close(string reason)
    {
        lock (_gate)
        {
            if (_isClosed)
                return false;
            _isClosed = true;
            _posts.Close(reason);
            foreach (PendingQuery query in _queries.All())
                query.Fail(new NotAppliedException(reason));
            TellOfRoom();
            return true;
        }
    }

    /// <summary>Why nothing could be sent: no primary, or one that takes nothing.</summary>
    public NotAppliedException Unavailable()
    {
        string time = $"{_options.RequestTimeout.TotalSeconds:0.###} s";
        IReadOnlyList<AddressFailure> failures = _addresses.Failures();
        return PrimaryAddress is { } address
            ? new NotAppliedException($"the primary {address} took no copy of it within {time}")
            : new UnavailableException($"no primary was found within {time}", failures);
    }

    private static TaskCompletionSource<Departure> NewDeparture() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private void OnReply(ReplicaConnection connection, ClientReply reply)
    {
        lock (_gate)
        {
            if (connection != _connection)
                return;
            long now = _clock.Now;
            ReplyEffect effect = reply.Session == SessionId.None ? OnAnswer(reply) : _posts.OnReply(reply, now);
            switch (effect)
            {
                case ReplyEffect.None:
                    OnProgress();
                    break;
                case ReplyEffect.Moved or ReplyEffect.Superseded:
                    Leave(new Departure("it is not the primary any more", null));
                    break;
                default:
                    _resend.Refused(effect, now);
                    if (effect == ReplyEffect.NoQuorum)
                        StartProbe();
                    break;
            }
            ResendIfDue(now);
            Pump(now);
        }
    }

    private void OnProgress()
    {
        if (!_hadProgress)
            _restlessness.Reset();
        _hadProgress = true;
        _silence.Progress();
        _resend.Succeeded();
        if (!_probe.IsCompleted)
            _ = _probeStop.CancelAsync();
    }

    private ReplyEffect OnAnswer(ClientReply reply)
    {
        if (_queries.Find(reply.Sequence) is not { } query)
            return ReplyEffect.None;
        ReplyEffect effect = ReplyEffects.Of(reply.Status);
        if (effect != ReplyEffect.None)
        {
            _queries.Refuse(query);
            return effect;
        }
        _queries.Settle(query, reply);
        if (query == _opening)
            OnOpened(reply);
        return ReplyEffect.None;
    }

    private void OnOpened(ClientReply reply)
    {
        _opening = null;
        _nonce = Guid.NewGuid();
        if (reply.Status == ReplyStatus.Ok)
            _posts.Open(OpenSessionResult.Decode(reply.Payload.Span).Session);
        else
            _posts.RefuseWaiting($"no session was opened: {QueryTable.ReplyText(reply)}");
    }

    private void Pump(long now)
    {
        _posts.Pump(_connection, now);
        if (_posts.WantsSession && _opening is null && _connection is not null)
            _opening = _queries.Add(new OpenSessionCommand(_nonce).Encode(), long.MaxValue, 0);
        if (_connection is not null)
            _queries.Pump(_connection, now);
        TellOfRoom();
    }

    private void ResendIfDue(long now)
    {
        if (!_resend.IsDue(now, !_posts.IsHeld || _posts.IsSettled))
            return;
        if (_posts.IsHeld)
            _posts.Rewind();
        _queries.Release();
    }

    private async Task TickLoopAsync()
    {
        using PeriodicTimer timer = new(_tick);
        try
        {
            while (await timer.WaitForNextTickAsync(_stop.Token))
                OnTick(_options.Time.Milliseconds());
        }
        catch (OperationCanceledException)
        {
            // Closed by its owner.
        }
    }

    // The only one that moves the clock: in between, no time passes.
    private void OnTick(long actual)
    {
        lock (_gate)
        {
            _clock.Look(actual, _connection?.HasUnread ?? false);
            long now = _clock.Now;
            _posts.Expire(now, Unavailable);
            foreach (PendingQuery query in _queries.Expired(now))
            {
                _queries.Remove(query);
                query.Fail(Unavailable());
            }
            if (_connection is not null)
            {
                if (_posts.IsOvertaken(now - ResendSchedule.OvertakenMilliseconds))
                    _posts.Rewind();
                ResendIfDue(now);
                _posts.Retransmit(_connection, now);
                _queries.Retransmit(_connection, now);
                if (_silence.IsTooLong(now, Earliest(_posts.OverdueSince(), _queries.OverdueSince())))
                    StartProbe();
            }
            Pump(now);
        }
    }

    private static long? Earliest(long? left, long? right) =>
        left is null ? right : right is null ? left : Math.Min(left.Value, right.Value);

    /// <summary>Asks all replicas, beside the requests that wait, until somebody leads in a higher view or something is answered.</summary>
    private void StartProbe()
    {
        if (_connection is null || !_probe.IsCompleted)
            return;
        _probeStop.Dispose();
        _probeStop = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
        CancellationToken stop = _probeStop.Token;
        TaskCompletionSource<Departure> departure = _departure;
        _probe = Task.Run(() => ProbeAsync(departure, stop), CancellationToken.None);
    }

    private async Task ProbeAsync(TaskCompletionSource<Departure> departure, CancellationToken stop)
    {
        try
        {
            ReplicaConnection found = await _finder.FindAsync(LowestViewToMoveTo, static () => false, stop);
            if (!departure.TrySetResult(new Departure($"no answer, and {found.Address} leads", found)))
                await found.DisposeAsync();
        }
        catch (OperationCanceledException)
        {
            // Something was answered, or the connection ended.
        }
    }

    private View LowestViewToMoveTo()
    {
        lock (_gate)
            return _silence.IsTimeToReconnect ? _view : new View(_view.Number + 1);
    }

    /// <summary>Why a connection is left, and the one to go on with when it is open already.</summary>
    private sealed record Departure(string Reason, ReplicaConnection? Next);
}
