using PaxosShard.Client;

namespace PaxosShard.ChatClient.App.Verbs;

/// <summary>What to say of a follow that stands still, and of one that goes on again. Pure.</summary>
internal static class FollowNotes
{
    /// <summary>One line.</summary>
    public static string Text(FollowOutage outage) => outage.IsOver
        ? $"the group answers again after {outage.Length.TotalSeconds:0.0} s; following goes on"
        : $"waiting for the group, which has not answered for {outage.Length.TotalSeconds:0.0} s: {outage.Reason}";
}
