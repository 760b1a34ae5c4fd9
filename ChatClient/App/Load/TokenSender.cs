using PaxosShard.Client;

namespace PaxosShard.ChatClient.App.Load;

/// <summary>Sends messages of which no two are equal, at a steady pace, and notes what it is told of each.</summary>
/// <param name="client">The client; one of its own, so that its order is its own.</param>
/// <param name="room">The room.</param>
/// <param name="name">The sender's name; part of every text.</param>
/// <param name="times">Where the moments of acknowledgement go.</param>
internal sealed class TokenSender(ChatLogClient client, string room, string name, AcknowledgementTimes times)
{
    private const int UnderWayMax = 1024;
    private static readonly TimeSpan _pace = TimeSpan.FromMilliseconds(2);

    private readonly List<SentMessage> _messages = [];

    /// <summary>What was sent, in order; complete once <see cref="SendUntilAsync"/> has ended.</summary>
    public IReadOnlyList<SentMessage> Messages => _messages;

    /// <summary>Sends until it is told to stop, and waits for what is under way.</summary>
    public async Task SendUntilAsync(CancellationToken stop)
    {
        Queue<Task<SentMessage>> underWay = [];
        using PeriodicTimer timer = new(_pace);
        long number = 0;
        try
        {
            while (await timer.WaitForNextTickAsync(stop))
            {
                while (underWay.TryPeek(out Task<SentMessage>? oldest) && (oldest.IsCompleted || underWay.Count >= UnderWayMax))
                    _messages.Add(await underWay.Dequeue());
                underWay.Enqueue(SendAsync($"{name}-{++number}"));
            }
        }
        catch (OperationCanceledException)
        {
            // Told to stop.
        }
        while (underWay.Count > 0)
            _messages.Add(await underWay.Dequeue());
    }

    private async Task<SentMessage> SendAsync(string text)
    {
        try
        {
            long number = await client.SendAsync(room, name, text, CancellationToken.None);
            times.Add();
            return new SentMessage(text, SentOutcome.Acknowledged, number);
        }
        catch (OutcomeUnknownException)
        {
            return new SentMessage(text, SentOutcome.Unknown, 0);
        }
        catch (NotAppliedException)
        {
            return new SentMessage(text, SentOutcome.NotApplied, 0);
        }
    }
}
