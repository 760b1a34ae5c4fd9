using PaxosShard.Client;

namespace PaxosShard.ChatClient.App.Verbs;

/// <summary>What to say of a follow that stands still, of one that goes on again, and of messages that it does not show. Pure.</summary>
internal static class FollowNotes
{
    /// <summary>One line, of messages that were trimmed before they were shown.</summary>
    /// <param name="next">The number of the first of them.</param>
    /// <param name="firstLeft">The number of the first that is left.</param>
    public static string Trimmed(long next, long firstLeft) => firstLeft - next == 1
        ? $"message {next} was trimmed; going on from {firstLeft}"
        : $"{firstLeft - next} messages were trimmed, {next} to {firstLeft - 1}; going on from {firstLeft}";

    /// <summary>One line.</summary>
    public static string Text(FollowOutage outage) => outage.IsOver
        ? $"the group answers again after {outage.Length.TotalSeconds:0.0} s; following goes on"
        : $"waiting for the group, which has not answered for {outage.Length.TotalSeconds:0.0} s: {outage.Reason}";
}
