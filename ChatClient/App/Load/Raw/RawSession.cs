using PaxosShard.Wire;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.ChatClient.App.Load.Raw;

/// <summary>A session of a <see cref="RawBench"/> (rule 9): numbers its requests, and knows when each was sent and which have their results.</summary>
/// <param name="id">The session; none for reads, whose numbers only match their answers.</param>
/// <param name="most">Most requests under way; <see cref="Most"/> at most, but for reads.</param>
internal sealed class RawSession(SessionId id, int most = RawSession.Most)
{
    /// <summary>Most requests under way: a replica runs none that is farther above the oldest one without a result.</summary>
    public const int Most = 512;

    private static readonly long _lifetime = (long)TimeSpan.FromMinutes(2).TotalMilliseconds;

    private readonly long[] _sentAt = new long[2 * most];
    private long _next = 1;
    private long _acknowledgedBelow = 1;

    /// <summary>The session.</summary>
    public SessionId Id => id;

    /// <summary>The next request would be too far above the oldest without a result.</summary>
    public bool IsFull => _next - _acknowledgedBelow >= _sentAt.Length;

    /// <summary>The next request.</summary>
    /// <param name="command">Its command.</param>
    /// <param name="logTime">Log time, about.</param>
    /// <param name="now">What the clock of the machine shows.</param>
    public ClientRequest Next(ReadOnlyMemory<byte> command, long logTime, long now)
    {
        long number = _next++;
        _sentAt[number % _sentAt.Length] = now;
        if (id == SessionId.None)
            return new ClientRequest(id, new SequenceNumber(number), SequenceNumber.None, SequenceNumber.None, command);
        return new ClientRequest(id, new SequenceNumber(number), SequenceNumber.None, new SequenceNumber(_acknowledgedBelow), command) { Expiry = logTime + _lifetime };
    }

    /// <summary>A result has come.</summary>
    /// <returns>When its request was sent, by the clock of the machine.</returns>
    /// <exception cref="WireFormatException">It was not acknowledged, or answers no request under way.</exception>
    public long Take(in ClientReply reply)
    {
        long number = reply.Sequence.Number;
        if (reply.Status != ReplyStatus.Ok || number < _acknowledgedBelow || number >= _next || _sentAt[number % _sentAt.Length] is not (> 0 and var sentAt))
            throw new WireFormatException($"request {number} was answered {reply.Status}");
        _sentAt[number % _sentAt.Length] = 0;
        while (_acknowledgedBelow < _next && _sentAt[_acknowledgedBelow % _sentAt.Length] == 0)
            _acknowledgedBelow++;
        return sentAt;
    }
}
