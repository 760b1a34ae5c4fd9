using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using PaxosShard.Client.Core;
using PaxosShard.Wire;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Identifiers;

namespace PaxosShard.Client.Links;

/// <summary>
/// A client's lasting link to the primary of a group, or of each group of a cluster with masters, whoever that is: its core decides, and this carries
/// out what the core decides, with sockets, time and tasks. Callers never go on within a step: those whose calls ended together do so behind it, one after the other (<see cref="EndedCalls"/>).
/// </summary>
internal sealed class GroupLink : IAsyncDisposable
{
    private static readonly TimeSpan _tick = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan _shortTick = TimeSpan.FromMilliseconds(5);

    // Well below what counts as a pause of the process.
    private static readonly TimeSpan _longestTick = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan _tickOfEach = TimeSpan.FromMilliseconds(0.05);
    private static int _count;

    private readonly ClientOptions _options;
    private readonly Action<ConnectionChange> _onChange;
    private readonly ClientCore _core;
    private readonly CorePump _pump;
    private readonly LinkConnections _connections;
    private readonly OpenCalls _calls = new();
    private readonly Func<Call, Exception> _notTaken;

    // The connection to the primary of each group; touched within steps only.
    private readonly Dictionary<GroupId, int> _primaries = [];
    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource _firstConnection = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile IReadOnlyList<string> _addresses;
    private volatile string? _primaryAddress;
    private int _isClosed;
    private Task _ticking = Task.CompletedTask;

    /// <summary>A link that is not started yet.</summary>
    /// <param name="options">Bounds and time-outs, valid.</param>
    /// <param name="addresses">Whom to ask first.</param>
    /// <param name="onChange">Told when the primary is lost and when one is back; called one at a time.</param>
    public GroupLink(ClientOptions options, IReadOnlyList<string> addresses, Action<ConnectionChange> onChange)
    {
        _options = options;
        _addresses = addresses;
        _onChange = onChange;
        Span<byte> seed = stackalloc byte[Unsafe.SizeOf<UInt128>()];
        RandomNumberGenerator.Fill(seed);
        _core = new ClientCore(options.ForCore(Unsafe.ReadUnaligned<UInt128>(ref seed[0])), addresses);
        _pump = new CorePump(_core, options.Time, CarryOut, OnFailure);
        _connections = new LinkConnections(options.Cluster, options.ConnectAt, _pump);
        _notTaken = NotTaken;
    }

    /// <summary>Done when the first primary is found.</summary>
    public Task FirstConnection => _firstConnection.Task;

    /// <summary>The primary's address; null when there is none at the moment.</summary>
    public string? PrimaryAddress => _primaryAddress;

    /// <summary>The addresses of the group to which the given ones led, or of the masters, that were known when a primary was found last.</summary>
    public IReadOnlyList<string> Addresses => _addresses;

    /// <summary>Starts to look for the primary.</summary>
    public void Start() => _ticking = Task.Run(TickAsync);

    /// <summary>Takes a request in, behind all before it, and sends it as soon as it may go; refuses it when too many wait.</summary>
    /// <param name="command">What is to be encoded.</param>
    /// <param name="size">Bytes of it.</param>
    /// <param name="write">Encodes it.</param>
    /// <param name="decode">Reads the result.</param>
    /// <param name="cancellation">Calls it off.</param>
    public Task<T> SendAsync<TCommand, T>(in TCommand command, int size, SpanAction<byte, TCommand> write, ResultDecoder<T> decode, CancellationToken cancellation) =>
        SendAsync(SendCall<T>.Of(command, size, write, _options.RequestTimeout, decode), cancellation);

    /// <summary>As the other one, of a command that is encoded already.</summary>
    public Task<T> SendAsync<T>(ReadOnlyMemory<byte> command, ResultDecoder<T> decode, CancellationToken cancellation) =>
        SendAsync(group: null, command, decode, cancellation);

    /// <summary>As the other ones, to one group.</summary>
    /// <param name="group">The group; null: the one that serves what the request is about. The masters stand for the group to which the addresses led, also where there are none.</param>
    /// <param name="command">The encoded command.</param>
    /// <param name="decode">Reads the result.</param>
    /// <param name="cancellation">Calls it off.</param>
    public Task<T> SendAsync<T>(GroupId? group, ReadOnlyMemory<byte> command, ResultDecoder<T> decode, CancellationToken cancellation) =>
        SendAsync(new SendCall<T>(command, _options.RequestTimeout, waitsForRoom: false, decode, group), cancellation);

    /// <summary>Waits for space, then takes a request in; those who wait do so in the order in which they came.</summary>
    /// <returns>The task of its outcome, once it is taken in.</returns>
    public Task<Task<T>> EnqueueAsync<T>(ReadOnlyMemory<byte> command, ResultDecoder<T> decode, CancellationToken cancellation)
    {
        SendCall<T> call = new(command, _options.RequestTimeout, waitsForRoom: true, decode);
        Task<Task<T>> taken = call.Taken;
        _ = SendAsync(call, cancellation);
        return taken;
    }

    /// <summary>Asks a question that changes nothing, as often as it takes.</summary>
    /// <exception cref="NotAppliedException">No answer in time, or one that cannot be read.</exception>
    public Task<T> QueryAsync<T>(ReadOnlyMemory<byte> command, ResultDecoder<T> decode, CancellationToken cancellation) =>
        QueryAsync(group: null, command, decode, cancellation);

    /// <summary>Asks one group a question that changes nothing, as often as it takes.</summary>
    /// <param name="group">The group; null: the one that serves what the question is about. Where there are no masters, they answer with nothing.</param>
    /// <param name="command">The encoded question.</param>
    /// <param name="decode">Reads the answer.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="NotAppliedException">No answer in time, or one that cannot be read.</exception>
    public Task<T> QueryAsync<T>(GroupId? group, ReadOnlyMemory<byte> command, ResultDecoder<T> decode, CancellationToken cancellation) =>
        AskAsync(new QueryCall(command, _options.RequestTimeout, group), decode, cancellation);

    /// <summary>Asks one group a question that a replica may hold until it has an answer: nobody is thought to be silent meanwhile.</summary>
    /// <param name="group">The group.</param>
    /// <param name="command">The encoded question.</param>
    /// <param name="held">How long it may be held, as the question itself says.</param>
    /// <param name="decode">Reads the answer.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="NotAppliedException">No answer in time, or one that cannot be read.</exception>
    public Task<T> WaitAsync<T>(GroupId group, ReadOnlyMemory<byte> command, TimeSpan held, ResultDecoder<T> decode, CancellationToken cancellation) =>
        AskAsync(new QueryCall(command, _options.RequestTimeout, held, group), decode, cancellation);

    /// <summary>Follows a room until it is cancelled.</summary>
    public async IAsyncEnumerable<RoomMessage> FollowAsync(FollowCall call, [EnumeratorCancellation] CancellationToken cancellation)
    {
        Begin(call);
        await foreach (IReadOnlyList<RoomMessage> messages in call.Deliveries.ReadAllAsync(cancellation))
        {
            foreach (RoomMessage message in messages)
                yield return message;
            _pump.Post(ClientInput.More(call.Follow), isAlone: true);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isClosed, 1) != 0)
            return;
        _pump.Ended.Close();
        _pump.Post([ClientInput.Close("the client was closed")]);
        _pump.Ended.ResumeSoon();
        await _stop.CancelAsync();
        await _ticking;
        await _connections.DisposeAsync();
        _stop.Dispose();
    }

    /// <summary>Why nothing could be sent: no primary, or one that takes nothing. Only within a step, or when the link is disposed of.</summary>
    public NotAppliedException Unavailable() => Unavailable(_core.PrimaryAddress, _core.Failures);

    /// <summary>Takes calls in together, in their order: what they ask leaves together too.</summary>
    public void Begin(IReadOnlyList<LinkCall> calls)
    {
        List<ClientInput> inputs = [];
        bool isAlone = false;
        foreach (LinkCall call in calls)
        {
            if (_calls.TryAdd(call, out isAlone))
                inputs.Add(ClientInput.Begin(call.Call));
        }

        if (inputs.Count == 1)
            _pump.Post(inputs[0], isAlone);
        else if (inputs.Count > 1)
        {
            _pump.Post(CollectionsMarshal.AsSpan(inputs));
            _pump.Ended.ResumeSoon();
        }
    }

    private static AddressFailure[] Failures(IReadOnlyList<(string Address, string Reason)> failures) =>
        [.. failures.Select(static failure => new AddressFailure(failure.Address, failure.Reason))];

    private NotAppliedException NotTaken(Call call) => Unavailable(_core.PrimaryAddressFor(call), _core.FailuresFor(call));

    private NotAppliedException Unavailable(string? primary, IReadOnlyList<(string Address, string Reason)> failures)
    {
        string time = $"{_options.RequestTimeout.TotalSeconds:0.###} s";
        return primary is not null
            ? new NotAppliedException($"the primary {primary} took no copy of it within {time}")
            : new UnavailableException($"no primary was found within {time}", Failures(failures));
    }

    private Task<T> SendAsync<T>(SendCall<T> call, CancellationToken cancellation)
    {
        Task<T> result = call.Result;
        Begin(call);
        call.Watch(_pump, cancellation);
        return result;
    }

    private async Task<T> AskAsync<T>(QueryCall call, ResultDecoder<T> decode, CancellationToken cancellation)
    {
        Begin(call);
        ReadOnlyMemory<byte> answer = await WhileNotCalledOffAsync(call, call.Answer, cancellation);
        try
        {
            return decode(answer.Span);
        }
        catch (WireFormatException exception)
        {
            throw new NotAppliedException($"the answer cannot be read: {exception.Message}");
        }
    }

    private void Begin(LinkCall call)
    {
        if (_calls.TryAdd(call, out bool isAlone))
            _pump.Post(ClientInput.Begin(call.Call), isAlone);
    }

    /// <summary>Waits for the end of a call, and calls it off when its caller does not want it any more.</summary>
    public async Task<T> WhileNotCalledOffAsync<T>(LinkCall call, Task<T> outcome, CancellationToken cancellation)
    {
        if (!cancellation.CanBeCanceled || outcome.IsCompleted)
            return await outcome;
        await using CancellationTokenRegistration registration = cancellation.UnsafeRegister(
            (_, token) => _pump.CallOff(call, token), null);
        return await outcome;
    }

    private async Task TickAsync()
    {
        Interlocked.Increment(ref _count);
        try
        {
            while (true)
            {
                _pump.Tick(HasUnread);
                await Task.Delay(TickOf(Volatile.Read(ref _count), _pump.IsSoon), _stop.Token);
            }
        }
        catch (OperationCanceledException)
        {
            // Closed by its owner.
        }
        finally
        {
            Interlocked.Decrement(ref _count);
        }
    }

    /// <summary>How long a link waits between two looks at the clock: longer where there are so many in the process that looking would take most of its time.</summary>
    /// <param name="links">How many there are.</param>
    /// <param name="isSoon">Something is due within a few milliseconds.</param>
    internal static TimeSpan TickOf(int links, bool isSoon)
    {
        TimeSpan crowded = links * _tickOfEach;
        return crowded > _longestTick ? _longestTick : crowded > _tick ? crowded : isSoon ? _shortTick : _tick;
    }

    private bool HasUnread()
    {
        foreach (int primary in _primaries.Values)
        {
            if (_connections.HasUnread(primary))
                return true;
        }

        return false;
    }

    private void CarryOut(ClientEffects effects)
    {
        foreach (ConnectEffect connect in effects.Connects)
            _connections.Connect(connect.Connection, connect.Address, connect.Group);
        _connections.Send(effects.Sends);
        _connections.Send(effects.OrderedSends);
        foreach (int connection in effects.Closes)
            _connections.Close(connection);
        foreach (PrimaryChange change in effects.Changes)
            OnChange(change);
        foreach (Core.Requests.Request taken in effects.Taken)
            ((SendCall)taken.Caller!).OnTaken();
        foreach (OutageNotice notice in effects.Outages)
            OnOutage(notice);
        foreach (Delivery delivery in effects.Deliveries)
            ((FollowCall)delivery.Follow.Caller!).OnDelivered(delivery.Messages);
        foreach (Completion completion in effects.Completions)
        {
            EndedCall ended = EndedCall.Of(completion, _notTaken);
            _calls.Remove(ended.Call);
            _pump.Ended.Add(ended);
        }
    }

    private void OnFailure(Exception failure)
    {
        _firstConnection.TrySetException(failure);
        _calls.FailAll(CorePump.FailureText(failure), _pump.Ended);
    }

    private void OnChange(in PrimaryChange change)
    {
        _primaryAddress = _core.PrimaryAddress;
        if (!change.IsFound)
        {
            _primaries.Remove(change.Group);
            _onChange(new ConnectionChange(ConnectionChangeKind.Lost, change.Address, change.View, change.Reason, TimeSpan.Zero, 0) { Group = change.Group });
            return;
        }
        _primaries[change.Group] = change.Connection;
        _connections.OnPrimary(change.Connection);
        _addresses = [.. _core.KnownAddresses];
        if (!_firstConnection.TrySetResult() && change.Outage >= 0)
        {
            TimeSpan outage = TimeSpan.FromMilliseconds(change.Outage);
            _onChange(new ConnectionChange(ConnectionChangeKind.Back, change.Address, change.View, "", outage, change.Resent) { Group = change.Group });
        }
    }

    private void OnOutage(in OutageNotice notice)
    {
        string reason = notice.IsOver ? "" : string.Join("; ", Failures(_core.FailuresFor(notice.Follow)).Select(static failure => failure.ToString()));
        ((FollowCall)notice.Follow.Caller!).OnOutage(new FollowOutage(notice.IsOver, TimeSpan.FromMilliseconds(notice.Milliseconds), reason));
    }
}
