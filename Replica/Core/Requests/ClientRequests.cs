using PaxosShard.Replica.Core.Execution;
using PaxosShard.Replica.Core.Group;
using PaxosShard.Replica.Core.Log;
using PaxosShard.Replica.Core.Ordered;
using PaxosShard.Replica.Core.Queues;
using PaxosShard.Replica.Core.Snapshots;
using PaxosShard.Replica.Core.Steps;
using PaxosShard.Wire;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Entries;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Replica.Core.Requests;

/// <summary>
/// What clients have asked a primary for and have no answer to yet: commands that wait for a place in the log, commands that were
/// proposed, reads behind the barrier, and waits (ClientRequest in, ClientReply out). Made for one view and dropped with it; the waits
/// are those of the replica.
/// </summary>
internal sealed class ClientRequests : IOrderedOutlet
{
    /// <summary>Bytes of answers to the reads of one round; once there are so many, the other reads of the round are told to ask again.</summary>
    public const int ReadBytes = 3 * 1024 * 1024;

    private const int MostUnusedLists = 16;

    private readonly GroupOptions _options;
    private readonly View _view;
    private readonly StepTime _time;
    private readonly LogClock _clock;
    private readonly Executor _executor;
    private readonly WaitTable _waits;
    private readonly Compaction _compaction;
    private readonly Outbox _outbox;
    private readonly RequestQueue _queue;
    private readonly Queue<ProposedBatch> _proposed = new();
    private readonly Stack<List<ClientHandle>> _unusedLists = new();
    private readonly ReadBarrier _barrier;
    private readonly List<WaitingRequest> _readyReads = [];
    private readonly QueuedClients _queued = new();
    private readonly ReadsBehindQueues _behindQueues = new();

    /// <summary>Nothing is asked for yet.</summary>
    /// <param name="options">The bounds.</param>
    /// <param name="view">The view, named in every answer.</param>
    /// <param name="time">Now.</param>
    /// <param name="clock">Log time, stamped on what is proposed.</param>
    /// <param name="executor">This replica's state: answers duplicates and reads.</param>
    /// <param name="waits">Where reads wait until something has happened.</param>
    /// <param name="compaction">Says when old versions fill the memory: then changes are answered busy.</param>
    /// <param name="outbox">Where answers go.</param>
    public ClientRequests(
        GroupOptions options, View view, StepTime time, LogClock clock, Executor executor, WaitTable waits, Compaction compaction, Outbox outbox)
    {
        _options = options;
        _view = view;
        _time = time;
        _clock = clock;
        _executor = executor;
        _waits = waits;
        _compaction = compaction;
        _outbox = outbox;
        _queue = new RequestQueue(options);
        _barrier = new ReadBarrier(options);
        Ordered = new OrderedDispatch(() => executor.State, this, options.TickMilliseconds, options.PlacesEarly);
    }

    /// <summary>What waits for its place in an ordered session, and who waits for news of one.</summary>
    public OrderedDispatch Ordered { get; }

    /// <summary>Commands that wait for a place in the log.</summary>
    public int WaitingCount => _queue.Count;

    /// <summary>Bytes of them.</summary>
    public long WaitingBytes => _queue.Bytes;

    /// <summary>Commands that were proposed and are not executed.</summary>
    public int ProposedCount => _proposed.Sum(static batch => batch.Clients.Count);

    /// <summary>Reads behind the barrier, and behind what waits for its effect.</summary>
    public int ReadCount => _barrier.Count + _behindQueues.Count;

    /// <summary>Commands that have their place and wait for their effect, and for whose results somebody waits.</summary>
    public int QueuedCount => _queued.Count;

    /// <summary>What has executed counts: see <see cref="IOrderedOutlet.MayTell"/>. Set by the primary.</summary>
    public Func<bool> MayTell { get; set; } = static () => false;

    /// <summary>The slot of the next entry. Set by the primary.</summary>
    public Func<Slot> NextSlot { get; set; } = static () => Slot.Zero;

    /// <summary>What is taken in now is in that slot, if it is in the next entry; null when that may have to wait. Set by the primary.</summary>
    public Func<Slot?> OpenSlot { get; set; } = static () => null;

    /// <summary>The next entry may wait until the one before it is durable: whatever waits for it waits for another operation too.</summary>
    public bool IsPatient => _queue.IsPatient;

    /// <summary>More of the session whose operation waits for longest is about to be taken in.</summary>
    public bool ExpectsMore => _queue.FirstSession is { } session && Ordered.ExpectsMore(session);

    /// <summary>The newest nonce of the read barrier; heartbeats carry it.</summary>
    public long Nonce => _barrier.Nonce;

    /// <summary>ClientRequest while this replica serves: a command goes to the queue, a read to the barrier, one that waits to the waits.</summary>
    public void Take(in WaitingRequest waiting)
    {
        ReadOnlyMemory<byte> command = waiting.Request.Command;
        if (command.IsEmpty || command.Length > Limits.Command || waiting.Request.Session.IsOrdered)
        {
            Refuse(in waiting, ReplyStatus.Malformed);
            return;
        }

        switch (_executor.State.Classify(command.Span))
        {
            case CommandClass.Write:
                OnCommand(in waiting);
                break;
            case CommandClass.Wait:
                OnWait(in waiting);
                break;
            default:
                OnRead(in waiting);
                break;
        }
    }

    /// <summary>Puts the oldest commands that wait, as many as fit, into one entry; the slot is the one it is proposed in.</summary>
    public Entry TakeEntry(Slot slot)
    {
        if (!_unusedLists.TryPop(out List<ClientHandle>? clients))
            clients = [];
        Entry entry = _queue.TakeEntry(new EntryStamp(_view, _clock.Now, _time.WallInRange), clients);
        _proposed.Enqueue(new ProposedBatch(slot, entry, clients));
        Ordered.OnProposed(slot, entry);
        return entry;
    }

    /// <summary>A slot was executed: whoever waits for its results gets them.</summary>
    /// <param name="slot">The slot.</param>
    /// <param name="entry">What was executed in it.</param>
    /// <param name="mayAnswer">False while nobody knows whether this state is right: the results stay here, and the outcome is open for who waits (rule 12).</param>
    public void OnExecuted(Slot slot, Entry entry, bool mayAnswer)
    {
        if (_proposed.TryPeek(out ProposedBatch batch) && batch.Slot == slot)
            OnExecuted(in batch, entry, mayAnswer);
        AnswerQueued(mayAnswer);
        Ordered.OnExecuted(entry);
    }

    /// <summary>At the end of a step: what has become certain in the queues is told. Before anything is proposed, so that what follows from it is in the next entry.</summary>
    public void Advance()
    {
        Ordered.IsPaused = _behindQueues.NeedsEmptyQueues;
        Ordered.Advance();
        if (_behindQueues.Count > 0)
            _queue.HurryAlong();
    }

    /// <summary>A tick has passed.</summary>
    public void OnTick()
    {
        Ordered.OnTick();
        _queue.HurryAlong();
        _queue.OnTick();
        long late = _time.Tick - (OrderedDispatch.LongestWait / _options.TickMilliseconds);

        // Where an arc has gone its queues have gone too: the client asks there for what becomes of the command.
        foreach (OperationName name in _queued.Find(late, name => _executor.State.Queues.Find(name.Session, name.Sequence.Number) is null))
            RefuseQueued(name, ReplyStatus.Superseded, _view);
        List<WaitingRequest> reads = [];
        _behindQueues.TakeLate(_executor.State, late, reads);
        foreach (WaitingRequest read in reads)
            Refuse(in read, ReplyStatus.Busy);
    }

    /// <summary>A connection is gone, of a client or of another group.</summary>
    public void Forget(ClientHandle client)
    {
        Ordered.Forget(client);
        _queued.Forget(client);
    }

    /// <summary>Starts a round of the read barrier when reads wait and none is under way; true when its nonce has to be sent (rule 8).</summary>
    /// <param name="decided">The decided slot now.</param>
    public bool TryStartReads(Slot decided) => _barrier.TryStartRound(decided);

    /// <summary>A replica whose promise is not above this view echoed a nonce.</summary>
    public void OnEcho(ReplicaId from, long nonce) => _barrier.OnEcho(from, nonce);

    /// <summary>
    /// At the end of a step: what waits on is kept, and the reads of a round are answered that a quorum has echoed, once the state has reached what was decided when it began; those behind
    /// <see cref="ReadBytes"/> of answers are told busy.
    /// </summary>
    public void Finish()
    {
        _queue.Keep();
        _readyReads.Clear();
        _behindQueues.TakeReady(_executor.State, _readyReads);
        int waited = _readyReads.Count;
        _barrier.TryFinishRound(_executor.State.Executed, _readyReads);
        long bytes = 0;
        for (int index = 0; index < _readyReads.Count; index++)
        {
            WaitingRequest read = _readyReads[index];
            if (index >= waited && _behindQueues.TryKeep(in read, _executor.State, _time.Tick))
                continue;

            // Answers may be a thousand times as long as what they answer: all at once would take the memory, and pass the bound of the connection.
            if (bytes >= ReadBytes)
            {
                Refuse(in read, ReplyStatus.Busy);
                continue;
            }

            ClientReply answer = Ordered.ByHand.TryAnswer(read.Request) ?? _executor.State.Read(read.Request);
            bytes += answer.Payload.Length;
            Answer(in read, in answer);
        }
    }

    /// <summary>Answers a request with nothing but a status.</summary>
    public void Refuse(in WaitingRequest waiting, ReplyStatus status) => _outbox.Refuse(waiting.Client, waiting.Request.Session, waiting.Request.Sequence, status, _view);

    /// <summary>
    /// This replica does not serve any more: whatever was not proposed is refused, and nothing of it ever runs. Unless the view goes on and others were told of places in the next entry: then that is proposed
    /// still, since what was told of a view holds as long as that lasts.
    /// </summary>
    /// <param name="status">What the clients are told.</param>
    /// <param name="toldView">The view that they are told.</param>
    /// <param name="goesOn">The view goes on.</param>
    public void RefuseWaiting(ReplyStatus status, View toldView, bool goesOn)
    {
        bool isPromised = goesOn && Ordered.HasPromised;
        foreach (WaitingRequest waiting in isPromised ? [] : _queue.Drain().Where(static waiting => waiting.Client != default))
            _outbox.Refuse(waiting.Client, waiting.Request.Session, waiting.Request.Sequence, status, toldView);
        Ordered.RefuseAll(waiting => _outbox.Refuse(waiting.Client, waiting.Request.Session, waiting.Request.Sequence, status, toldView), isPromised);
        foreach (WaitingRequest read in _barrier.Drain().Concat(_behindQueues.Drain()))
            _outbox.Refuse(read.Client, read.Request.Session, read.Request.Sequence, status, toldView);
        _waits.AnswerAll(status, toldView, _outbox.Replies);
    }

    /// <summary>The view is lost: who waits is told to ask the next one's primary. What was proposed may still be decided, so its outcome is open.</summary>
    public void RefuseAll(View next)
    {
        foreach (ProposedBatch batch in _proposed)
            Refuse(in batch, next);
        _proposed.Clear();
        foreach (OperationName name in _queued.All())
            RefuseQueued(name, ReplyStatus.Superseded, next);
        RefuseWaiting(ReplyStatus.Redirect, next, goesOn: false);
    }

    /// <inheritdoc/>
    bool IOrderedOutlet.MayTell => MayTell();

    /// <inheritdoc/>
    View IOrderedOutlet.View => _view;

    /// <inheritdoc/>
    Slot IOrderedOutlet.NextSlot => NextSlot();

    /// <inheritdoc/>
    bool IOrderedOutlet.IsAwaited(OperationName name) => _queued.Has(name);

    /// <inheritdoc/>
    bool IOrderedOutlet.TryPropose(in WaitingRequest waiting, OrderedPlace place, bool isPatient) => !_compaction.IsAtBound && _queue.TryAdd(in waiting, place, isPatient);

    /// <inheritdoc/>
    Slot? IOrderedOutlet.KeepPlaces() => OpenSlot() is { } slot && _queue.TryKeepPlaces() ? slot : null;

    /// <inheritdoc/>
    bool IOrderedOutlet.TrySettle(OperationName name, in SettleGateCommand settle, bool isUrgent)
    {
        WaitingRequest waiting = new(default, new ClientRequest(name.Session, name.Sequence, SequenceNumber.None, SequenceNumber.None, settle.Encode()));
        if (isUrgent)
            return _queue.TryAdd(in waiting);
        _queue.AddAlong(in waiting);
        return true;
    }

    /// <inheritdoc/>
    void IOrderedOutlet.Foretell(OperationName name, in ClientReply reply)
    {
        foreach (ClientHandle client in _queued.Take(name))
            _outbox.Reply(client, reply with { View = _view });
    }

    /// <inheritdoc/>
    void IOrderedOutlet.Answer(in WaitingRequest waiting, in ClientReply reply) => Answer(in waiting, in reply);

    /// <inheritdoc/>
    void IOrderedOutlet.Ask(GroupId group, IReadOnlyList<string> addresses, in GroupNote note) => _outbox.Ask(new GroupQuestion(group, addresses, note));

    /// <inheritdoc/>
    void IOrderedOutlet.Tell(ClientHandle asker, in GroupNote note) => _outbox.Tell(new GroupAnswer(asker, note));

    private void OnCommand(in WaitingRequest waiting)
    {
        if (_executor.State.AnswerFromStore(waiting.Request) is { } known)
            Answer(in waiting, in known);
        else if (_compaction.IsAtBound || !_queue.TryAdd(in waiting))
            Refuse(in waiting, ReplyStatus.Busy);
    }

    private void OnRead(in WaitingRequest waiting)
    {
        if (ReadCount >= _options.WaitingReads || !_barrier.TryAdd(in waiting))
            Refuse(in waiting, ReplyStatus.Busy);
    }

    private void OnWait(in WaitingRequest waiting)
    {
        if (_executor.State.TryAnswer(waiting.Request, out Wait wait) is { } ready)
        {
            Answer(in waiting, in ready);
            return;
        }

        long ticks = Math.Clamp(wait.Milliseconds, 0, _options.LongestWaitMilliseconds) / _options.TickMilliseconds;
        if (!_waits.TryPark(waiting.Client, waiting.Request, in wait, _time.Tick + ticks))
            Refuse(in waiting, ReplyStatus.Busy);
    }

    private void Answer(List<ClientHandle> clients)
    {
        ReadOnlySpan<ClientReply> results = _executor.Results;
        for (int index = 0; index < results.Length; index++)
        {
            if (results[index].Status == ReplicatedState.Queued)
                AwaitQueued(clients[index], in results[index]);
            else if (clients[index] != default)
                _outbox.Reply(clients[index], results[index] with { View = _view });
        }
    }

    private void OnExecuted(in ProposedBatch batch, Entry entry, bool mayAnswer)
    {
        _proposed.Dequeue();
        Invariant.Holds(batch.Entry.Equals(entry) && _executor.Results.Length == batch.Clients.Count);
        if (mayAnswer)
            Answer(batch.Clients);
        else
            Refuse(in batch, _view);
        batch.Clients.Clear();
        if (_unusedLists.Count < MostUnusedLists)
            _unusedLists.Push(batch.Clients);
    }

    private void AwaitQueued(ClientHandle client, in ClientReply reply)
    {
        if (_queued.Add(new OperationName(reply.Session, reply.Sequence), client, _time.Tick) is { } first)
            _outbox.Refuse(first, reply.Session, reply.Sequence, ReplyStatus.Superseded, _view);
    }

    // What ran out of its queue has its result. What went has left no trace, unless it goes on elsewhere.
    private void AnswerQueued(bool mayAnswer)
    {
        if (_queued.Count == 0)
            return;
        foreach (QueuedOperation gone in _executor.State.Voided)
            RefuseQueued(new OperationName(gone.Session, new SequenceNumber(gone.Sequence)), ReplyStatus.Busy, _view);
        foreach (ClientReply ran in _executor.State.Drained)
        {
            OperationName name = new(ran.Session, ran.Sequence);
            if (!mayAnswer)
                RefuseQueued(name, ReplyStatus.Superseded, _view);
            foreach (ClientHandle client in _queued.Take(name))
                _outbox.Reply(client, ran with { View = _view });
        }
    }

    private void RefuseQueued(OperationName name, ReplyStatus status, View toldView)
    {
        foreach (ClientHandle client in _queued.Take(name))
            _outbox.Refuse(client, name.Session, name.Sequence, status, toldView);
    }

    // What was proposed is in the log, whatever becomes of it.
    private void Refuse(in ProposedBatch batch, View toldView)
    {
        int index = 0;
        foreach (EntryCommand command in batch.Entry.Commands)
        {
            ClientHandle client = batch.Clients[index++];
            if (client != default)
                _outbox.Refuse(client, command.Session, command.Sequence, ReplyStatus.Superseded, toldView);
        }
    }

    private void Answer(in WaitingRequest waiting, in ClientReply reply) => _outbox.Reply(waiting.Client, reply with { View = _view });

    /// <summary>A slot this primary filled with clients' requests, and who waits for their replies.</summary>
    /// <param name="Slot">The slot.</param>
    /// <param name="Entry">What was proposed.</param>
    /// <param name="Clients">Who sent each command, in the entry's order.</param>
    private readonly record struct ProposedBatch(Slot Slot, Entry Entry, List<ClientHandle> Clients);
}
