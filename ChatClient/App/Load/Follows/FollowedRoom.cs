using System.Diagnostics;
using System.Globalization;
using PaxosShard.Client;

namespace PaxosShard.ChatClient.App.Load.Follows;

/// <summary>A room to which a bench sends, so that what its followers receive can be held against what was acknowledged. Safe from any thread.</summary>
/// <param name="name">Its name.</param>
/// <param name="author">Who sends; nobody else has this name, so that messages of others are told apart.</param>
/// <param name="sizeBytes">Bytes of each text, at least <see cref="LeastBytes"/>.</param>
/// <param name="first">The number that the first message of the bench can have.</param>
internal sealed class FollowedRoom(string name, string author, int sizeBytes, long first)
{
    /// <summary>Fewest bytes of a text: it begins with the number of the message among those of the bench to its room.</summary>
    public const int LeastBytes = 12;

    private readonly string _filling = new('x', sizeBytes - LeastBytes);
    private readonly SentTimes _sent = new();
    private long _highest = first - 1;
    private long _contradictions;

    /// <summary>Its name.</summary>
    public string Name => name;

    /// <summary>The number from which on it is followed.</summary>
    public long First => first;

    /// <summary>The highest number that was acknowledged; the one before <see cref="First"/> when there is none.</summary>
    public long HighestAcknowledged => Interlocked.Read(ref _highest);

    /// <summary>Acknowledgements with another number than the one with which the message was received.</summary>
    public long Contradictions => Interlocked.Read(ref _contradictions);

    /// <summary>Sends the next message.</summary>
    /// <param name="client">By whom.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task SendAsync(ChatLogClient client, CancellationToken cancellation)
    {
        long message = Begin(Stopwatch.GetTimestamp());
        Acknowledge(message, await client.SendAsync(name, author, TextOf(message), cancellation));
    }

    /// <summary>A message is sent.</summary>
    /// <param name="at">When, as the clock of the machine counts.</param>
    /// <returns>Which one it is, from 0.</returns>
    public long Begin(long at) => _sent.Add(at);

    /// <summary>The text of a message; no other one of the bench to the room has it.</summary>
    public string TextOf(long message) => string.Create(CultureInfo.InvariantCulture, $"{message:D12}{_filling}");

    /// <summary>A message is acknowledged.</summary>
    public void Acknowledge(long message, long number)
    {
        if (!_sent.IsAt(message, number))
            Interlocked.Increment(ref _contradictions);
        for (long highest = HighestAcknowledged; number > highest; highest = HighestAcknowledged)
            _ = Interlocked.CompareExchange(ref _highest, number, highest);
    }

    /// <summary>The message of the bench that this is; null when it is none.</summary>
    public long? Find(string by, string text)
    {
        if (text.Length != sizeBytes || !string.Equals(by, author, StringComparison.Ordinal))
            return null;
        return long.TryParse(text.AsSpan(0, LeastBytes), NumberStyles.None, CultureInfo.InvariantCulture, out long message) && message < _sent.Count ? message : null;
    }

    /// <summary>When a message was sent, as the clock of the machine counts.</summary>
    public long SentAt(long message) => _sent.SentAt(message);

    /// <summary>A message was received with this number; false when somebody has it with another one.</summary>
    public bool IsAt(long message, long number) => _sent.IsAt(message, number);
}
