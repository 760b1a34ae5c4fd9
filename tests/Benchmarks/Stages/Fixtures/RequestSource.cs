using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Benchmarks.Stages.Fixtures;

/// <summary>Makes the requests of a load: messages of 100 bytes to four rooms, by sessions in turn, each with its next number.</summary>
/// <param name="sessions">How many sessions.</param>
internal sealed class RequestSource(int sessions = RequestSource.FewSessions)
{
    private const int FewSessions = 16;
    private const int Rooms = 4;
    private const int TextBytes = 100;
    private const long Lifetime = 120_000;

    // Results that a session waits for, about: more than two runs have of a session.
    private const int Unacknowledged = 128;

    private static readonly byte[][] _commands =
        [.. Enumerable.Range(0, Rooms).Select(static room => new SendMessageCommand($"room-{room}", "author", new string('x', TextBytes)).Encode())];

    private readonly long[] _numbers = new long[sessions];
    private long _made;

    /// <summary>The next request, with a command in memory of its own.</summary>
    /// <param name="logTime">Log time, about, in milliseconds.</param>
    public ClientRequest Next(long logTime)
    {
        int session = (int)(_made % sessions);
        byte[] command = [.. _commands[_made++ % Rooms]];
        long number = ++_numbers[session];
        SequenceNumber mark = new(Math.Max(1, number - Unacknowledged));
        return new ClientRequest(new SessionId((UInt128)session + 1), new SequenceNumber(number), SequenceNumber.None, mark, command) { Expiry = logTime + Lifetime };
    }

    /// <summary>The next requests.</summary>
    /// <param name="count">How many.</param>
    /// <param name="logTime">As for <see cref="Next(long)"/>.</param>
    public ClientRequest[] Next(int count, long logTime) => [.. Enumerable.Range(0, count).Select(_ => Next(logTime))];
}
