using NUnit.Framework;
using PaxosShard.Replica.Machines.Rooms;
using PaxosShard.Wire.Entries;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;
using static PaxosShard.Tests.Unit.Machines.ExecutedLog;

namespace PaxosShard.Tests.Unit.Machines;

/// <summary>The replicated state does what the slow, obvious version does (C2, C3, C4).</summary>
public sealed class NaiveMachineComparisonTests
{
    private static readonly SessionId _first = new(1);
    private static readonly SessionId _second = new(2);

    // The first slot is at 1000: one step of 1600 ms passes the lower expiry, two pass the higher one.
    private static readonly LogStep[] _alphabet =
    [
        new(Send(_first, 1, expiry: 2500)),
        new(Send(_first, 2, expiry: 3500)),
        new(Send(_first, 2, "other", expiry: 3500)),
        new(Send(_first, 3, previous: 0, expiry: 3500)),
        new(Send(_first, 3, previous: 2, acknowledgedBelow: 3, expiry: 3500)),
        new(Send(_second, 1, expiry: 2500)),
        new(Send(_first, 1, expiry: 2500)) { IsOfFirstView = true },
        new() { Milliseconds = 1600 },
        new() { Views = 1 },
    ];

    [Test]
    public void Every_log_of_five_slots_of_a_small_alphabet_is_executed_like_the_obvious_version([Values(1, 2)] int sessions)
    {
        const int Length = 5;
        for (int code = 0; code < Math.Pow(_alphabet.Length, Length); code++)
        {
            StateComparison comparison = new(sessions, window: 3);
            string? difference = null;
            EntryStamp stamp = new(View.First, 1000, 1000);
            for (int place = 0, rest = code; place < Length && difference is null; place++, rest /= _alphabet.Length)
            {
                LogStep step = _alphabet[rest % _alphabet.Length];
                stamp = new EntryStamp(new View(stamp.FirstView.Number + step.Views), stamp.LogTime + step.Milliseconds, place);
                difference = Execute(comparison, step, stamp);
            }

            Assert.That(difference ?? comparison.CompareRooms(), Is.Null, $"log {code}");
        }
    }

    [Test]
    public void Random_logs_are_executed_like_the_obvious_version(
        [Range(1, 40)] int seed, [Values(1, 3)] int sessions, [Values(1, 4, 9)] int window)
    {
        Assert.That(FindDifference(new RandomRequests(seed), new StateComparison(sessions, window), slots: 400), Is.Null);
    }

    [Test]
    public void Long_random_logs_are_executed_like_the_obvious_version([Range(1, 20)] int seed) =>
        Assert.That(FindDifference(new RandomRequests(seed), new StateComparison(sessions: 3, window: 9), slots: 1000), Is.Null);

    [Test]
    public void Random_logs_are_executed_like_the_obvious_version_when_little_of_a_room_is_kept(
        [Range(1, 5)] int seed, [Values(0, 1, 7)] int messages, [Values(0, 150, 1000)] int bytes, [Values(0, 100, 200_000)] int age)
    {
        StateComparison comparison = new(sessions: 3, window: 9, retention: new RoomRetention(messages, bytes, age));
        Assert.That(FindDifference(new RandomRequests(seed), comparison, slots: 200, comparesAlways: true), Is.Null);
    }

    [Test]
    public void Random_logs_of_clients_that_change_expiries_are_executed_like_the_obvious_version(
        [Range(1, 40)] int seed, [Values(1, 3, 9)] int sessions)
    {
        RandomRequests stream = new(seed, keepsExpiries: false);
        Assert.That(FindDifference(stream, new StateComparison(sessions, window: 9, keepsExpiries: false), slots: 400), Is.Null);
    }

    [Test]
    public void Thousands_of_sessions_are_dropped_slot_by_slot_like_in_the_obvious_version([Range(1, 5)] int seed)
    {
        Random random = new(seed);
        StateComparison comparison = new(sessions: 9000, window: 9);
        string? difference = null;
        for (uint number = 1; number <= 9000 && difference is null; number += 3000)
            difference = comparison.Execute(new EntryStamp(View.First, 1000, 0), FirstRequests(number, 3000, random));
        for (int slot = 0; slot < 12 && difference is null; slot++)
        {
            // More are due than are looked at for one slot, and some of them stay because of a second request.
            ClientRequest[] requests =
            [
                .. Enumerable.Range(0, random.Next(400)).Select(_ => Send(new SessionId((uint)random.Next(1, 9000)), 2, previous: 0, expiry: 300_000)),
            ];
            difference = comparison.Execute(new EntryStamp(new View(random.Next(2)), 70_000 + (slot * 10_000), 0), requests);
        }

        Assert.That(difference, Is.Null);
        Assert.That(comparison.State.Sessions.Count, Is.LessThan(6000));
    }

    private static ClientRequest[] FirstRequests(uint first, int count, Random random) =>
        [.. Enumerable.Range(0, count).Select(number => Send(new SessionId(first + (uint)number), 1, expiry: 20_000 + random.Next(100_000)))];

    private static string? Execute(StateComparison comparison, LogStep step, EntryStamp stamp)
    {
        EntryStamp own = step.IsOfFirstView ? stamp with { FirstView = View.First } : stamp;
        return step.Request is { } request ? comparison.Execute(own, request) : comparison.Execute(own);
    }

    private static string? FindDifference(RandomRequests stream, StateComparison comparison, int slots, bool comparesAlways = false)
    {
        string? difference = null;
        for (int slot = 0; slot < slots && difference is null; slot++)
        {
            EntryStamp stamp = stream.NextStamp();
            difference = (slot % 5) switch
            {
                0 => comparison.Execute(stamp),
                1 => comparison.Execute(stamp, stream.Next(), stream.Next(), stream.Next()),
                _ => comparison.Execute(stamp, stream.Next()),
            };
            if (comparesAlways)
                difference ??= comparison.CompareRooms();
        }

        return difference ?? comparison.CompareRooms();
    }

    /// <summary>A slot of a log: how much later it is, how many views further, and what stands in it; nothing is a no-op.</summary>
    private sealed record LogStep(ClientRequest? Request = null)
    {
        public int Milliseconds { get; init; }

        public int Views { get; init; }

        /// <summary>Its entry was first proposed in the first view, whichever it is by now.</summary>
        public bool IsOfFirstView { get; init; }
    }
}
