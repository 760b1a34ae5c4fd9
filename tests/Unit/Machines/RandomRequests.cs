using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Tests.Unit.Machines;

/// <summary>
/// Clients that pipeline, repeat, reorder, skip, lie about their numbers, acknowledge and come back after their eviction,
/// drawn from a seed.
/// </summary>
internal sealed class RandomRequests(int seed)
{
    private readonly Random _random = new(seed);
    private readonly List<ClientRequest> _sent = [];
    private readonly Dictionary<long, long> _nextSequence = [];
    private long _openings = 1;

    public ClientRequest Next()
    {
        ClientRequest request = _random.Next(100) switch
        {
            < 8 => Opening(),
            < 40 when _sent.Count > 0 => Repeated(),
            < 80 => InOrder(),
            < 95 => Arbitrary(),
            _ => Nonsense(),
        };
        _sent.Add(request);
        return request;
    }

    private ClientRequest Opening()
    {
        _openings++;
        Guid nonce = new(_random.Next(6), 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
        return ExecutedLog.Request(SessionId.None, 1, new OpenSessionCommand(nonce).Encode(), 0);
    }

    private ClientRequest Repeated() =>
        _random.Next(3) == 0 ? _sent[_random.Next(_sent.Count)] : _sent[^_random.Next(1, Math.Min(_sent.Count, 8) + 1)];

    private ClientRequest InOrder()
    {
        long session = Math.Max(1, _openings - _random.Next(4));
        long sequence = _nextSequence.GetValueOrDefault(session, 1);
        _nextSequence[session] = sequence + 1;
        long acknowledged = Math.Max(1, sequence - _random.Next(6));
        return ExecutedLog.Request(new SessionId(session), sequence, Command(), sequence - 1, acknowledged);
    }

    private ClientRequest Arbitrary()
    {
        long session = Math.Max(1, _openings - _random.Next(5));
        long sequence = Math.Max(1, _nextSequence.GetValueOrDefault(session, 1) + _random.Next(-6, 6));
        long previous = _random.Next(3) == 0 ? 0 : Math.Max(0, sequence - _random.Next(1, 4));
        long acknowledged = _random.Next(3) == 0 ? Math.Max(0, sequence - _random.Next(-1, 6)) : 0;
        return ExecutedLog.Request(new SessionId(session), sequence, Command(), previous, acknowledged);
    }

    private ClientRequest Nonsense() => ExecutedLog.Request(
        new SessionId(Extreme()), Extreme(), _random.Next(2) == 0 ? Command() : [(byte)_random.Next(256)], Extreme(), Extreme());

    private long Extreme()
    {
        long[] values = [long.MinValue, -1, 0, 1, 2, _openings, _openings + 1, long.MaxValue - 1, long.MaxValue];
        return values[_random.Next(values.Length)];
    }

    private byte[] Command() => new SendMessageCommand(
        _random.Next(3) == 0 ? "garden" : "lobby", "ann", _random.Next(20) == 0 ? string.Empty : $"{_random.Next(1000)}").Encode();
}
