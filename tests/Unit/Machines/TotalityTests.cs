using NUnit.Framework;
using PaxosShard.Replica.Core.Execution;
using PaxosShard.Wire;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Entries;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;
using static PaxosShard.Tests.Unit.Machines.ExecutedLog;

namespace PaxosShard.Tests.Unit.Machines;

/// <summary>Execution and queries are total: whatever the bytes, there is an answer, and the same one everywhere (P9).</summary>
public sealed class TotalityTests
{
    private const int LongestAhead = 15 * 60 * 1000;
    private const int LongestJump = 20 * 60 * 1000;

    private static readonly byte[][] _wellFormed =
    [
        new SendMessageCommand("lobby", "ann", "hello").Encode(),
        new ReadHistoryQuery("lobby", -3, 5).Encode(),
        new ListRoomsQuery("lobby", 5).Encode(),
        new FollowRoomQuery("lobby", 1, 1000).Encode(),
        new ReadStatusQuery().Encode(),
        KeyCommand.Put("key"u8.ToArray(), "value"u8.ToArray()).Encode(),
        KeyCommand.Append("key"u8.ToArray(), "value"u8.ToArray()).Encode(),
        KeyCommand.CompareAndSet("key"u8.ToArray(), "value"u8.ToArray(), "other"u8.ToArray()).Encode(),
        KeyCommand.CompareAndSet("key"u8.ToArray(), null, "other"u8.ToArray()).Encode(),
        KeyCommand.Delete("key"u8.ToArray()).Encode(),
        KeyCommand.Get("key"u8.ToArray()).Encode(),
        new ListKeysQuery("k"u8.ToArray(), "ke"u8.ToArray(), 5).Encode(),
    ];

    private ExecutedLog _log = null!;
    private ExecutedLog _other = null!;

    [SetUp]
    public void StartTwoLogs()
    {
        _log = new ExecutedLog(sessions: 5, window: 8);
        _other = new ExecutedLog(sessions: 5, window: 8);
    }

    [Test]
    public void Random_bytes_are_answered([Range(1, 5)] int seed)
    {
        Random random = new(seed);
        for (int count = 0; count < 2000; count++)
        {
            byte[] bytes = new byte[random.Next(40)];
            random.NextBytes(bytes);
            AssertAnswered(bytes, random);
        }
    }

    [Test]
    public void Every_first_byte_is_answered()
    {
        Random random = new(1);
        for (int kind = 0; kind < 256; kind++)
        {
            AssertAnswered([(byte)kind], random);
            AssertAnswered([(byte)kind, .. new byte[16]], random);
        }
    }

    [Test]
    public void Well_formed_commands_with_a_byte_changed_cut_or_added_are_answered()
    {
        Random random = new(2);
        foreach (byte[] bytes in _wellFormed)
        {
            for (int place = 0; place < bytes.Length; place++)
            {
                byte[] changed = [.. bytes];
                changed[place] ^= (byte)(1 << random.Next(8));
                AssertAnswered(changed, random);
                AssertAnswered(bytes[..place], random);
                AssertAnswered([.. bytes, (byte)place], random);
            }
        }
    }

    [Test]
    public void A_read_in_the_log_is_malformed_and_a_post_among_the_reads_too()
    {
        byte[] history = new ReadHistoryQuery("lobby", 1, 1).Encode();
        byte[] send = new SendMessageCommand("lobby", "ann", "hello").Encode();

        Assert.That(_log.Execute(Request(new SessionId(1), 1, history)).Status, Is.EqualTo(ReplyStatus.Malformed));
        Assert.That(_log.Execute(Request(new SessionId(1), 2, new ReadStatusQuery().Encode())).Status, Is.EqualTo(ReplyStatus.Malformed));
        Assert.That(_log.State.Read(Query(send)).Status, Is.EqualTo(ReplyStatus.Malformed));
        Assert.That(_log.State.TryAnswer(Query(history), out _)!.Value.Status, Is.EqualTo(ReplyStatus.Malformed));
        Assert.That(_log.State.Read(Query([])).Status, Is.EqualTo(ReplyStatus.Malformed));
        Assert.That(_log.State.TryAnswer(Query([]), out _)!.Value.Status, Is.EqualTo(ReplyStatus.Malformed));
    }

    private static long AroundLogTime(long logTime, Random random)
    {
        long[] expiries =
        [
            long.MinValue, -1, 0, logTime - 1, logTime, logTime + 1, logTime + random.Next(LongestAhead), logTime + LongestAhead,
            logTime + LongestAhead + 1, Limits.HighestTime, long.MaxValue,
        ];
        return expiries[random.Next(expiries.Length)];
    }

    // Log time goes on with it, sometimes by more than any session lives, and views go up and down.
    private static EntryStamp StampAround(ReplicatedState state, Random random)
    {
        long logTime = state.LogTime + (random.Next(20) == 0 ? random.Next(LongestJump) : random.Next(-50, 100));
        long view = state.HighestFirstView.Number + (random.Next(20) == 0 ? random.Next(-2, 3) : 0);
        return new EntryStamp(new View(Math.Max(0, view)), Math.Max(0, logTime), random.NextInt64(Limits.HighestTime + 1));
    }

    private void AssertAnswered(byte[] command, Random random)
    {
        ReplicatedState state = _log.State;
        ClientRequest logged = Request(
            new SessionId((uint)random.Next(0, 9)),
            random.Next(-2, 20),
            command,
            random.Next(-2, 20),
            random.Next(-2, 12),
            AroundLogTime(state.LogTime, random));
        Entry entry = EntryOf(StampAround(state, random), logged);

        Assert.DoesNotThrow(() => state.AnswerFromStore(logged));
        Assert.DoesNotThrow(() => _log.Execute(entry));
        _other.Execute(entry);
        Assert.That(_other.State.Hash, Is.EqualTo(state.Hash));
        Assert.That(state.Read(Query(command)).View, Is.EqualTo(View.None));
        Assert.DoesNotThrow(() => state.TryAnswer(Query(command), out _));
    }
}
