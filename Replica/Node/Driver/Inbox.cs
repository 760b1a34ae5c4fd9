using PaxosShard.Replica.Core.Steps;

namespace PaxosShard.Replica.Node.Driver;

/// <summary>
/// The one door to the driver: connections and the log thread put inputs in, the driver takes all of them as one turn.
/// Bounded in count and bytes by the <see cref="InboxBudget"/> of each source, so that one client cannot starve the
/// others and clients cannot starve the peers; a source whose budget is spent waits, which stops reading from its socket.
/// What is not traffic (a peer came or went, a sync is done) needs no budget: there is little of it. Any thread posts; one
/// thread takes.
/// </summary>
/// <param name="wake">Called whenever there is something to take; has to be cheap.</param>
public sealed class Inbox(Action wake)
{
    private readonly Lock _gate = new();
    private readonly List<InboxBudget> _touched = [];
    private readonly List<Input> _reports = [];
    private List<Input> _waiting = [];
    private List<Input> _taken = [];
    private List<TaskCompletionSource> _senders = [];
    private bool _isClosed;
    private RecordNumber _synced;
    private RecordNumber _syncedSeen;

    /// <summary>Puts in what is not traffic; never waits.</summary>
    public void Post(Input input)
    {
        lock (_gate)
        {
            if (_isClosed)
                return;
            (input.IsReport ? _reports : _waiting).Add(input);
        }

        wake();
    }

    /// <summary>Tells that the log is on the disk up to a record. Of several reports only the last one is kept.</summary>
    public void PostSynced(RecordNumber record)
    {
        lock (_gate)
            _synced = RecordNumber.Max(_synced, record);
        wake();
    }

    /// <summary>Puts in a batch of one source, all or nothing; false when the budget has no space.</summary>
    /// <param name="source">The budget of the source.</param>
    /// <param name="batch">The inputs, in order; copied.</param>
    /// <param name="bytes">Bytes of the frames they came in.</param>
    public bool TryPost(InboxBudget source, List<Input> batch, long bytes)
    {
        lock (_gate)
        {
            if (!TryAdd(source, batch, bytes))
                return false;
        }

        wake();
        return true;
    }

    /// <summary>Puts in a batch of one source, waiting for space as long as it takes.</summary>
    /// <param name="source">The budget of the source.</param>
    /// <param name="batch">The inputs, in order; copied.</param>
    /// <param name="bytes">Bytes of the frames they came in.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async ValueTask PostAsync(
        InboxBudget source, List<Input> batch, long bytes, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task space;
            lock (_gate)
            {
                if (TryAdd(source, batch, bytes))
                    break;
                TaskCompletionSource sender = new(TaskCreationOptions.RunContinuationsAsynchronously);
                _senders.Add(sender);
                space = sender.Task;
            }

            await space.WaitAsync(cancellationToken);
        }

        wake();
    }

    /// <summary>Nobody takes any more: what is put in from now on is forgotten, and nobody waits for space.</summary>
    public void Close()
    {
        List<TaskCompletionSource> senders;
        lock (_gate)
        {
            _isClosed = true;
            _waiting.Clear();
            _reports.Clear();
            (senders, _senders) = (_senders, []);
        }

        WakeSenders(senders);
    }

    /// <summary>Nothing waits.</summary>
    public bool IsEmpty
    {
        get
        {
            lock (_gate)
                return _waiting.Count == 0 && _reports.Count == 0 && _synced <= _syncedSeen;
        }
    }

    /// <summary>Takes everything, in the order it came, reports of the disk behind it and that of the log last. The list is valid until the next call.</summary>
    /// <param name="traffic">
    /// False takes only reports of the disk: the rest waits, and with it those who send it. Those of snapshots are among them, for a log without space gets it when a
    /// snapshot is durable.
    /// </param>
    public List<Input> Take(bool traffic)
    {
        _taken.Clear();
        List<TaskCompletionSource>? senders = null;
        lock (_gate)
        {
            if (traffic)
            {
                (_taken, _waiting) = (_waiting, _taken);
                foreach (InboxBudget source in _touched)
                    source.Clear();
                _touched.Clear();
                if (_senders.Count > 0)
                    (senders, _senders) = (_senders, []);
            }

            _taken.AddRange(_reports);
            _reports.Clear();
            if (_synced > _syncedSeen)
            {
                _syncedSeen = _synced;
                _taken.Add(Input.Synced(_synced));
            }
        }

        if (senders is not null)
            WakeSenders(senders);
        return _taken;
    }

    private static void WakeSenders(List<TaskCompletionSource> senders)
    {
        foreach (TaskCompletionSource sender in senders)
            sender.TrySetResult();
    }

    private bool TryAdd(InboxBudget source, List<Input> batch, long bytes)
    {
        if (_isClosed)
            return true;
        if (!source.HasRoom(batch.Count, bytes))
            return false;
        if (source.IsEmpty)
            _touched.Add(source);
        source.Take(batch.Count, bytes);
        _waiting.AddRange(batch);
        return true;
    }
}
