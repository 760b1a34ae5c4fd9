using System.Diagnostics;
using PaxosShard.Client;
using PaxosShard.Wire.Commands;

namespace PaxosShard.ChatClient.App.Load.Follows;

/// <summary>One follower of a room: receives what the client library gives it, and checks that each message comes once and in order.</summary>
/// <param name="room">The room.</param>
/// <param name="deliveries">The time that counts.</param>
internal sealed class RoomFollower(FollowedRoom room, DeliveryWindow deliveries)
{
    // Numbers that were passed over, and those of them that came later.
    private readonly List<(long From, long To)> _passedOver = [];
    private readonly HashSet<long> _late = [];
    private long _next = room.First;
    private long _received;
    private FollowFaults _faults;
    private volatile string? _failure;

    /// <summary>The room.</summary>
    public FollowedRoom Room => room;

    /// <summary>From the sending of each message to its delivery, of those that count.</summary>
    public LatencyHistogram Latency { get; } = new(isShared: false);

    /// <summary>How many messages it has received.</summary>
    public long Received => Volatile.Read(ref _received);

    /// <summary>It has everything that was acknowledged, as far as numbers go.</summary>
    public bool HasAll => Volatile.Read(ref _next) > room.HighestAcknowledged;

    /// <summary>Why it has ended by itself; null when it has not.</summary>
    public string? Failure => _failure;

    /// <summary>What is wrong with what it has received; to be read when nothing comes any more.</summary>
    public FollowFaults Faults
    {
        get
        {
            long passedOver = _passedOver.Sum(static range => range.To - range.From) - _late.Count;
            return _faults with { Missing = passedOver + Math.Max(0, room.HighestAcknowledged + 1 - _next) };
        }
    }

    /// <summary>Follows until it is called off; never fails, but says why it has ended.</summary>
    public async Task RunAsync(ChatLogClient client, CancellationToken cancellation)
    {
        try
        {
            await using IAsyncEnumerator<RoomMessage> messages = client.FollowAsync(room.Name, room.First, cancellation).GetAsyncEnumerator(cancellation);
            long at = 0;
            while (true)
            {
                // What is here already came together with the one before.
                ValueTask<bool> next = messages.MoveNextAsync();
                bool isNew = !next.IsCompleted || at == 0;
                if (!await next)
                    break;
                if (isNew)
                    at = Stopwatch.GetTimestamp();
                Take(messages.Current, at);
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // It has seen enough.
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            _failure = exception.Message;
        }
    }

    /// <summary>A message was received.</summary>
    /// <param name="message">The message.</param>
    /// <param name="at">When, as the clock of the machine counts.</param>
    public void Take(RoomMessage message, long at)
    {
        if (message.Number == _next)
            Volatile.Write(ref _next, _next + 1);
        else
            TakeOutOfOrder(message.Number);
        Volatile.Write(ref _received, _received + 1);
        if (room.Find(message.Author, message.Text) is not { } sent)
            return; // Somebody else's.
        if (!room.IsAt(sent, message.Number))
            _faults.Doubled++;
        if (deliveries.Has(at))
            Latency.Add(Stopwatch.GetElapsedTime(room.SentAt(sent), at));
    }

    private void TakeOutOfOrder(long number)
    {
        if (number > _next)
        {
            _faults.Gaps++;
            _passedOver.Add((_next, number));
            Volatile.Write(ref _next, number + 1);
        }
        else if (_passedOver.Exists(range => number >= range.From && number < range.To) && _late.Add(number))
        {
            _faults.Reordered++;
        }
        else
        {
            _faults.Doubled++;
        }
    }
}
