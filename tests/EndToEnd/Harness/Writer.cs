using PaxosShard.Client;

namespace PaxosShard.Tests.EndToEnd.Harness;

/// <summary>One client that says numbered messages, many at a time, and remembers what became of each.</summary>
/// <param name="name">Its name, and the beginning of everything it says.</param>
/// <param name="room">Where it says it.</param>
/// <param name="client">How.</param>
internal sealed class Writer(string name, string room, ChatLogClient client)
{
    private const int MostUnderWay = 256;
    private const string Decoration = "\tpipe|dollar$ \U0001F600 ünï \\t \\ end";

    private readonly List<SentMessage> _sent = [];
    private int _acknowledged;

    /// <summary>Its name.</summary>
    public string Name => name;

    /// <summary>Where it speaks.</summary>
    public string Room => room;

    /// <summary>How many messages are committed so far.</summary>
    public int Acknowledged => Volatile.Read(ref _acknowledged);

    /// <summary>Everything it said, in order, each with what became of it; only when nothing is under way.</summary>
    public IReadOnlyList<SentMessage> Sent => _sent;

    /// <summary>Says a number of messages.</summary>
    public Task SayAsync(int count, CancellationToken cancellation) => SayAsync(() => count-- > 0, cancellation);

    /// <summary>Says messages as fast as it can until it is told to stop; then waits for what is under way.</summary>
    public Task SayUntilAsync(CancellationToken stop, CancellationToken cancellation) =>
        SayAsync(() => !stop.IsCancellationRequested, cancellation);

    /// <summary>Takes a message for said.</summary>
    public void Remember(SentMessage message) => _sent.Add(message);

    private async Task SayAsync(Func<bool> another, CancellationToken cancellation)
    {
        Queue<Task> underWay = new();
        while (another())
        {
            if (underWay.Count == MostUnderWay)
                await underWay.Dequeue();
            SentMessage message = new($"{name}-{_sent.Count + 1}{Decoration}");
            _sent.Add(message);
            underWay.Enqueue(SayAsync(message, cancellation));
        }

        await Task.WhenAll(underWay);
    }

    private async Task SayAsync(SentMessage message, CancellationToken cancellation)
    {
        try
        {
            message.Number = await client.SendAsync(room, name, message.Text, cancellation);
            message.Fate = MessageFate.Committed;
            Interlocked.Increment(ref _acknowledged);
        }
        catch (OutcomeUnknownException)
        {
            message.Fate = MessageFate.Unknown;
        }
        catch (NotAppliedException)
        {
            message.Fate = MessageFate.NotApplied;
        }
    }
}

/// <summary>A message that was said.</summary>
/// <param name="text">What was said; no other message of the test has the same text.</param>
internal sealed class SentMessage(string text)
{
    /// <summary>What was said.</summary>
    public string Text { get; } = text;

    /// <summary>What became of it.</summary>
    public MessageFate Fate { get; set; }

    /// <summary>Its number in the room, when it is committed.</summary>
    public long Number { get; set; }
}

/// <summary>What the client was told of its message.</summary>
internal enum MessageFate
{
    /// <summary>Nothing: it may be there or not.</summary>
    Unknown,

    /// <summary>It is there, once.</summary>
    Committed,

    /// <summary>It is not there.</summary>
    NotApplied,
}
