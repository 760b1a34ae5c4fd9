using NUnit.Framework;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;
using static PaxosShard.Tests.Unit.Machines.ExecutedLog;

namespace PaxosShard.Tests.Unit.Machines;

/// <summary>The replicated state does what the slow, obvious version does (C2, C3, C4).</summary>
public sealed class NaiveMachineComparisonTests
{
    private static readonly SessionId _first = new(1);
    private static readonly SessionId _second = new(2);

    private static readonly ClientRequest[] _alphabet =
    [
        Request(SessionId.None, 1, new OpenSessionCommand(Guid.Empty).Encode(), 0),
        Send(_first, 1),
        Send(_first, 2),
        Send(_first, 2, "other"),
        Send(_first, 3, previous: 0),
        Send(_first, 3, previous: 2, acknowledgedBelow: 3),
        Send(_first, 4, "", previous: 0, acknowledgedBelow: 2),
        Send(_second, 1),
    ];

    [Test]
    public void Every_log_of_six_requests_of_a_small_alphabet_is_executed_like_the_obvious_version([Values(1, 2)] int sessions)
    {
        const int Length = 6;
        for (int code = 0; code < Math.Pow(_alphabet.Length, Length - 1); code++)
        {
            StateComparison comparison = new(sessions, window: 3);
            string? difference = comparison.Execute(_alphabet[0]);
            for (int place = 1, rest = code; place < Length && difference is null; place++, rest /= _alphabet.Length)
                difference = comparison.Execute(_alphabet[rest % _alphabet.Length]);
            Assert.That(difference ?? comparison.CompareRooms(), Is.Null, $"log {code}");
        }
    }

    [Test]
    public void Random_logs_are_executed_like_the_obvious_version(
        [Range(1, 40)] int seed, [Values(1, 3)] int sessions, [Values(1, 4, 9)] int window)
    {
        Assert.That(FindDifference(seed, sessions, window, requests: 400), Is.Null);
    }

    [Test]
    public void Long_random_logs_are_executed_like_the_obvious_version([Range(1, 20)] int seed) =>
        Assert.That(FindDifference(seed, sessions: 3, window: 9, requests: 1000), Is.Null);

    private static string? FindDifference(int seed, int sessions, int window, int requests)
    {
        StateComparison comparison = new(sessions, window);
        RandomRequests stream = new(seed);
        string? difference = comparison.Execute(_alphabet[0]);
        for (int count = 0; count < requests && difference is null; count++)
            difference = comparison.Execute(stream.Next());
        return difference ?? comparison.CompareRooms();
    }
}
