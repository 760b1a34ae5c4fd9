using PaxosShard.Wire.Commands;

namespace PaxosShard.ChatClient.App.Load;

/// <summary>What a room holds, compared with what its senders were told.</summary>
/// <param name="Sent">Messages sent.</param>
/// <param name="Acknowledged">Of these, acknowledged.</param>
/// <param name="Unknown">Of these, of unknown outcome.</param>
/// <param name="Lost">Acknowledged, and not there, or not under the number that was told.</param>
/// <param name="Doubled">There more than once.</param>
/// <param name="Reordered">Behind a later message of the same sender.</param>
/// <param name="Denied">Said to be not applied, and there all the same.</param>
internal sealed record Audit(int Sent, int Acknowledged, int Unknown, int Lost, int Doubled, int Reordered, int Denied)
{
    /// <summary>Nothing is wrong.</summary>
    public bool IsClean => Lost + Doubled + Reordered + Denied == 0;

    /// <summary>Compares.</summary>
    /// <param name="senders">The messages of each sender, in the order in which it sent them.</param>
    /// <param name="room">The room, from its first message that is left.</param>
    /// <param name="first">The number of that message; what was acknowledged under a lower one was trimmed, and not lost.</param>
    public static Audit Of(IReadOnlyList<IReadOnlyList<SentMessage>> senders, IReadOnlyList<RoomMessage> room, long first = 1)
    {
        Dictionary<string, List<long>> places = new(StringComparer.Ordinal);
        foreach (RoomMessage message in room)
        {
            if (!places.TryGetValue(message.Text, out List<long>? numbers))
                places.Add(message.Text, numbers = []);
            numbers.Add(message.Number);
        }
        SentMessage[] all = [.. senders.SelectMany(messages => messages)];
        return new Audit(
            all.Length,
            all.Count(message => message.Outcome == SentOutcome.Acknowledged),
            all.Count(message => message.Outcome == SentOutcome.Unknown),
            all.Count(message => message.Outcome == SentOutcome.Acknowledged && message.Number >= first && !PlacesOf(message).Contains(message.Number)),
            all.Count(message => PlacesOf(message).Count > 1),
            senders.Sum(messages => CountReordered(messages, PlacesOf)),
            all.Count(message => message.Outcome == SentOutcome.NotApplied && PlacesOf(message).Count > 0));

        List<long> PlacesOf(SentMessage message) => places.GetValueOrDefault(message.Text) ?? [];
    }

    private static int CountReordered(IReadOnlyList<SentMessage> messages, Func<SentMessage, List<long>> placesOf)
    {
        int reordered = 0;
        long highest = 0;
        foreach (List<long> numbers in messages.Select(placesOf).Where(numbers => numbers.Count > 0))
        {
            if (numbers[0] < highest)
                reordered++;
            highest = Math.Max(highest, numbers[0]);
        }
        return reordered;
    }
}
