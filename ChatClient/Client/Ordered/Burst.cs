using PaxosShard.Wire.Commands;

namespace PaxosShard.Client.Ordered;

/// <summary>
/// Operations of an ordered session that leave together when it is disposed of, which waits for all of them and throws the first failure. Until then nothing is sent. Used by one thread.
/// </summary>
/// <param name="session">The session.</param>
public sealed class Burst(OrderedSession session) : IAsyncDisposable
{
    private readonly List<OrderedLinkCall<OrderedResult>> _calls = [];
    private bool _isSent;

    /// <summary>Gathers a command.</summary>
    /// <param name="command">The command.</param>
    /// <returns>Its result, once the burst is disposed of; it ends like <see cref="OrderedSession.ExecuteAsync"/>.</returns>
    /// <exception cref="RejectedException">A rule for keys says no.</exception>
    /// <exception cref="InvalidOperationException">The burst was disposed of.</exception>
    public Task<OrderedResult> AddAsync(KeyCommand command)
    {
        if (_isSent)
            throw new InvalidOperationException("the burst has left already");
        if (KeyRules.Violation(command) is { } violation)
            throw new RejectedException(violation);
        OrderedLinkCall<OrderedResult> call = session.NewCall(command);
        _calls.Add(call);
        return call.Result;
    }

    /// <summary>Gathers a put.</summary>
    public Task<OrderedResult> PutAsync(ReadOnlyMemory<byte> key, ReadOnlyMemory<byte> value) => AddAsync(KeyCommand.Put(key, value));

    /// <summary>Gathers an append.</summary>
    public Task<OrderedResult> AppendAsync(ReadOnlyMemory<byte> key, ReadOnlyMemory<byte> value) => AddAsync(KeyCommand.Append(key, value));

    /// <summary>Gathers a get.</summary>
    public Task<OrderedResult> GetAsync(ReadOnlyMemory<byte> key) => AddAsync(KeyCommand.Get(key));

    /// <summary>Gathers a delete.</summary>
    public Task<OrderedResult> DeleteAsync(ReadOnlyMemory<byte> key) => AddAsync(KeyCommand.Delete(key));

    /// <summary>Sends all of them and waits for them.</summary>
    /// <exception cref="RejectedException">A rule of the state machine said no to one; the others have results of their own.</exception>
    /// <exception cref="OperationFailedException">One was not applied, nor were those behind it.</exception>
    /// <exception cref="OutcomeUnknownException">The outcome of one is unknown.</exception>
    public async ValueTask DisposeAsync()
    {
        if (_isSent)
            return;
        _isSent = true;
        session.Begin(_calls);
        foreach (OrderedLinkCall<OrderedResult> call in _calls)
            await call.Ended;
        foreach (OrderedLinkCall<OrderedResult> call in _calls)
            await call.Result;
    }
}
