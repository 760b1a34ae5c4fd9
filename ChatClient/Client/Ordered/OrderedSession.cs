using PaxosShard.Client.Core.Ordered;
using PaxosShard.Client.Links;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Identifiers;

namespace PaxosShard.Client.Ordered;

/// <summary>
/// Operations on any keys and rooms of a cluster that take effect in the order in which they are called, although nothing is waited for between them (<c>Master/ORDERED.md</c>). Nobody sees the effect of one before those of all
/// that were called earlier; results come in the order of the calls. It is no transaction: others may see the first ones without the rest.
/// </summary>
/// <remarks>
/// Safe from any thread; calls that come from several at once have the order in which they get here. When one is not applied, because its token was cancelled or its time is over, everything behind it that had been called is not
/// applied either (<see cref="OperationFailedException"/>), and that is certain when it is told. When that cannot be found out (<see cref="OutcomeUnknownException"/>) the session is over: whoever goes on opens another one.
/// Results such as a mismatch, or a value that is too long (<see cref="RejectedException"/>), fail nothing else. Up to 256 operations are under way; more wait for their turn.
/// </remarks>
public sealed class OrderedSession : IAsyncDisposable
{
    private readonly GroupLink _link;
    private readonly TimeSpan _timeout;
    private readonly Lock _gate = new();

    // A lock of its own, which nobody holds for longer than it takes to read or write it: users go on while _gate may be held.
    private readonly Lock _hearing = new();
    private Task _last = Task.CompletedTask;
    private SequenceNumber _heard = SequenceNumber.None;

    internal OrderedSession(GroupLink link, TimeSpan timeout)
    {
        _link = link;
        _timeout = timeout;
    }

    /// <summary>The core's side of it.</summary>
    internal OrderedLine Line { get; } = new();

    private SequenceNumber Heard
    {
        get
        {
            lock (_hearing)
                return _heard;
        }
    }

    /// <summary>The value of a key in its place among the changes; null when it is not there.</summary>
    /// <param name="key">The key.</param>
    /// <param name="cancellation">Cancels it and everything behind it.</param>
    public async Task<ReadOnlyMemory<byte>?> GetAsync(ReadOnlyMemory<byte> key, CancellationToken cancellation)
    {
        KeyResult result = (await ExecuteAsync(KeyCommand.Get(key), cancellation)).Result;
        if (result.Outcome == KeyOutcome.Done)
            return result.Value;
        return null; // Within a conditional expression it would become an empty value.
    }

    /// <summary>Stores a value, whatever was there.</summary>
    /// <param name="key">The key.</param>
    /// <param name="value">What is stored.</param>
    /// <param name="cancellation">Cancels it and everything behind it.</param>
    public Task PutAsync(ReadOnlyMemory<byte> key, ReadOnlyMemory<byte> value, CancellationToken cancellation) =>
        ExecuteAsync(KeyCommand.Put(key, value), cancellation);

    /// <summary>Puts bytes behind what is there.</summary>
    /// <param name="key">The key.</param>
    /// <param name="value">What is put behind it.</param>
    /// <param name="cancellation">Cancels it and everything behind it.</param>
    public Task AppendAsync(ReadOnlyMemory<byte> key, ReadOnlyMemory<byte> value, CancellationToken cancellation) =>
        ExecuteAsync(KeyCommand.Append(key, value), cancellation);

    /// <summary>Takes a key away, and tells whether it was there.</summary>
    /// <param name="key">The key.</param>
    /// <param name="cancellation">Cancels it and everything behind it.</param>
    public async Task<bool> DeleteAsync(ReadOnlyMemory<byte> key, CancellationToken cancellation) =>
        (await ExecuteAsync(KeyCommand.Delete(key), cancellation)).Result.Outcome == KeyOutcome.Done;

    /// <summary>Stores a value if what is there is what is expected; as <see cref="KeyClient.CompareAndSetAsync"/>.</summary>
    /// <param name="key">The key.</param>
    /// <param name="expected">What has to be there; null: nothing may be there.</param>
    /// <param name="value">What is stored.</param>
    /// <param name="cancellation">Cancels it and everything behind it.</param>
    public async Task<KeyResult> CompareAndSetAsync(ReadOnlyMemory<byte> key, ReadOnlyMemory<byte>? expected, ReadOnlyMemory<byte> value, CancellationToken cancellation) =>
        (await ExecuteAsync(KeyCommand.CompareAndSet(key, expected, value), cancellation)).Result;

    /// <summary>Appends a message to a room.</summary>
    /// <param name="room">As for <see cref="ChatLogClient.SendAsync"/>.</param>
    /// <param name="author">As for <see cref="ChatLogClient.SendAsync"/>.</param>
    /// <param name="text">As for <see cref="ChatLogClient.SendAsync"/>.</param>
    /// <param name="cancellation">Cancels it and everything behind it.</param>
    /// <returns>The message's number in its room.</returns>
    public Task<long> SendAsync(string room, string author, string text, CancellationToken cancellation)
    {
        if (MessageRules.Violation(room, author, text) is { } violation)
            return Task.FromException<long>(new RejectedException(violation));
        OrderedLinkCall<long> call = new(this, new SendMessageCommand(room, author, text).Encode(), _timeout, static (_, payload) => SendMessageResult.Decode(payload.Span).Number);
        Begin([call]);
        return WatchAsync(call, cancellation);
    }

    /// <summary>Does what a command on a key says; each of the methods for keys is one of them.</summary>
    /// <param name="command">The command.</param>
    /// <param name="cancellation">Cancels it and everything behind it.</param>
    /// <exception cref="RejectedException">A rule says no.</exception>
    /// <exception cref="OperationFailedException">It was not applied, and nothing behind it either.</exception>
    /// <exception cref="OutcomeUnknownException">It may have been applied, or may still be; the session is over.</exception>
    public Task<OrderedResult> ExecuteAsync(KeyCommand command, CancellationToken cancellation)
    {
        if (KeyRules.Violation(command) is { } violation)
            return Task.FromException<OrderedResult>(new RejectedException(violation));
        OrderedLinkCall<OrderedResult> call = NewCall(command);
        Begin([call]);
        return WatchAsync(call, cancellation);
    }

    /// <summary>Begins to gather operations that are sent together: one behind the other, in the order in which they are gathered.</summary>
    public Burst Dispatch() => new(this);

    /// <summary>Waits until everything that was called has ended.</summary>
    public async ValueTask DisposeAsync()
    {
        Task last;
        lock (_gate)
            last = _last;
        await last;
    }

    internal OrderedLinkCall<OrderedResult> NewCall(KeyCommand command) => new(
        this,
        command.Encode(),
        _timeout,
        static (call, payload) => new OrderedResult(call.Sequence.Number, call.Group, KeyResult.Decode(payload.Span)));

    /// <summary>Its user is about to be told that something was not applied, of which an operation was the first.</summary>
    internal void Hear(SequenceNumber firstFailed)
    {
        lock (_hearing)
        {
            if (_heard < firstFailed)
                _heard = firstFailed;
        }
    }

    internal void Begin(IReadOnlyList<OrderedLinkCall> calls)
    {
        lock (_gate)
        {
            foreach (OrderedLinkCall call in calls)
                call.Ordered.Heard = Heard;
            _link.Begin(calls);
            if (calls.Count > 0)
                _last = calls[^1].Ended;
        }
    }

    private async Task<T> WatchAsync<T>(OrderedLinkCall<T> call, CancellationToken cancellation) =>
        await _link.WhileNotCalledOffAsync(call, call.Result, cancellation);
}
