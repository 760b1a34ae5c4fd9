using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Entries;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Tests.Unit.Machines;

/// <summary>
/// Clients that pipeline, repeat, reorder, skip, lie about their numbers, acknowledge and come back after their session was dropped, and primaries
/// that stamp what they propose, drawn from a seed.
/// </summary>
/// <param name="seed">The same seed draws the same.</param>
/// <param name="keepsExpiries">
/// The clients do with expiries what the rule asks of them: never another one for the same number, never a lower one for a higher number of a
/// session. Without that nothing runs differently on two replicas, but a request may run twice.
/// </param>
internal sealed class RandomRequests(int seed, bool keepsExpiries = true)
{
    private const int Lifetime = 2 * 60 * 1000;
    private const int LongestAhead = 15 * 60 * 1000;
    private const int LongestJump = 20 * 60 * 1000;

    // Three results with it are more than a session may have kept.
    private static readonly byte[] _largeValue = new byte[400_000];
    private static readonly byte[] _putLargeValue = KeyCommand.Put("key"u8.ToArray(), _largeValue).Encode();
    private static readonly byte[] _readLargeValue = KeyCommand.CompareAndSet("key"u8.ToArray(), null, "v"u8.ToArray()).Encode();

    private readonly Random _random = new(seed);
    private readonly List<ClientRequest> _sent = [];
    private readonly Dictionary<SessionId, long> _nextSequence = [];
    private readonly Dictionary<SessionId, Dictionary<long, long>> _expiries = [];
    private long _logTime = 1000;
    private long _view;
    private int _sessions = 1;

    /// <summary>The stamp of the next entry: mostly a little later and of the same view; log time may jump, and both may go back.</summary>
    public EntryStamp NextStamp()
    {
        long logTime = Math.Max(0, _logTime + _random.Next(24) switch
        {
            0 => _random.Next(LongestJump),
            1 => -_random.Next(LongestJump),
            2 => _random.Next(Lifetime),
            _ => _random.Next(100),
        });
        long view = Math.Max(0, _view + _random.Next(16) switch
        {
            0 => _random.Next(1, 4),
            1 => -_random.Next(1, 4),
            _ => 0,
        });
        _logTime = Math.Max(_logTime, logTime);
        _view = Math.Max(_view, view);
        return new EntryStamp(new View(view), logTime, _random.Next(1_000_000));
    }

    /// <summary>The next request; its expiry lies around the log time of the stamp that was drawn last.</summary>
    public ClientRequest Next()
    {
        if (_random.Next(100) < 8)
            _sessions++;
        ClientRequest request = _random.Next(100) switch
        {
            < 35 when _sent.Count > 0 => Repeated(),
            < 78 => InOrder(),
            < 94 => Arbitrary(),
            _ => Nonsense(),
        };
        _sent.Add(request);
        return request;
    }

    private static SessionId Session(int number) => new(new UInt128((ulong)number % 3, (ulong)number));

    private ClientRequest Repeated() =>
        _random.Next(3) == 0 ? _sent[_random.Next(_sent.Count)] : _sent[^_random.Next(1, Math.Min(_sent.Count, 8) + 1)];

    private ClientRequest InOrder()
    {
        SessionId session = Session(Math.Max(1, _sessions - _random.Next(4)));
        long sequence = _nextSequence.GetValueOrDefault(session, 1);
        _nextSequence[session] = sequence + 1;
        long acknowledged = Math.Max(1, sequence - _random.Next(6));
        return ExecutedLog.Request(session, sequence, Command(), sequence - 1, acknowledged, ExpiryOf(session, sequence, Expiry()));
    }

    private ClientRequest Arbitrary()
    {
        SessionId session = Session(Math.Max(1, _sessions - _random.Next(5)));
        long sequence = Math.Max(1, _nextSequence.GetValueOrDefault(session, 1) + _random.Next(-6, 6));
        long previous = _random.Next(3) == 0 ? 0 : Math.Max(0, sequence - _random.Next(1, 4));
        long acknowledged = _random.Next(3) == 0 ? Math.Max(0, sequence - _random.Next(-1, 6)) : 0;
        return ExecutedLog.Request(session, sequence, Command(), previous, acknowledged, ExpiryOf(session, sequence, Expiry()));
    }

    private ClientRequest Nonsense()
    {
        SessionId session = OneOf(SessionId.None, new SessionId(UInt128.MaxValue >> 1), new SessionId(UInt128.One << 64));
        long sequence = Extreme();
        long expiry = ExpiryOf(session, sequence, OneOf(long.MinValue, -1, 0, Expiry(), Expiry(), Expiry(), long.MaxValue));
        byte[] command = _random.Next(2) == 0 ? Command() : [(byte)_random.Next(256)];
        return ExecutedLog.Request(session, sequence, command, Extreme(), Extreme(), expiry);
    }

    private long Extreme() => OneOf(long.MinValue, -1, 0, 1, 2, 3, long.MaxValue - 1, long.MaxValue);

    // Mostly a lifetime from log time, as an honest client heard it a moment ago; now and then at one of the edges.
    private long Expiry() => _logTime + _random.Next(10) switch
    {
        0 => _random.Next(-1, 2),
        1 => LongestAhead + _random.Next(-1, 2),
        2 => _random.Next(200),
        _ => Lifetime - _random.Next(5000),
    };

    private long ExpiryOf(SessionId session, long sequence, long drawn)
    {
        if (!keepsExpiries)
            return drawn;
        if (!_expiries.TryGetValue(session, out Dictionary<long, long>? known))
            _expiries.Add(session, known = []);
        if (known.TryGetValue(sequence, out long kept))
            return kept;
        long lowest = known.Where(other => other.Key < sequence).Select(other => other.Value).DefaultIfEmpty(long.MinValue).Max();
        long highest = known.Where(other => other.Key > sequence).Select(other => other.Value).DefaultIfEmpty(long.MaxValue).Min();
        return known[sequence] = Math.Clamp(drawn, lowest, highest);
    }

    private byte[] Command() => _random.Next(60) switch
    {
        0 => _putLargeValue,
        < 5 => _readLargeValue,
        _ => new SendMessageCommand(
            _random.Next(3) == 0 ? "garden" : "lobby", "ann", _random.Next(20) == 0 ? string.Empty : $"{_random.Next(1000)}").Encode(),
    };

    private T OneOf<T>(params ReadOnlySpan<T> values) => values[_random.Next(values.Length)];
}
