using PaxosShard.ChatClient.App.Cli;
using PaxosShard.Client;
using PaxosShard.Wire.Identifiers;

namespace PaxosShard.ChatClient.App.Chat;

/// <summary>
/// What to say of a lost primary, of each group for itself: what is known, once nobody has led for a second; and when another one leads, or the same one again after that long, who it is. Pure.
/// </summary>
internal sealed class OutageNotices
{
    /// <summary>While an outage is shorter nothing is said of it.</summary>
    public static readonly TimeSpan Silence = TimeSpan.FromSeconds(1);

    // Of a cluster several groups may be without a primary at once.
    private readonly Dictionary<GroupId, Loss> _losses = [];

    /// <summary>Counts the outages: the alarm of one is nothing to the next.</summary>
    public int Outage { get; private set; }

    /// <summary>The primary was lost: in <see cref="Silence"/> call <see cref="Alarm"/> with <see cref="Outage"/>.</summary>
    public void Lost(ConnectionChange change)
    {
        Outage++;
        _losses[change.Group] = new Loss(change, Outage);
    }

    /// <summary>The silence is over.</summary>
    /// <param name="outage">The outage it was set for.</param>
    /// <param name="known">What is known of the group; null when nothing is.</param>
    /// <returns>What to say; null when there is a primary again, or it was said.</returns>
    public string? Alarm(int outage, string? known)
    {
        if (_losses.Values.FirstOrDefault(one => one.Outage == outage) is not { IsTold: false } loss)
            return null;
        loss.IsTold = true;
        return known ?? Text(loss.Change);
    }

    /// <summary>The group has a primary again.</summary>
    /// <returns>Whether to say so: not of the one that was lost for a moment only.</returns>
    public bool Back(ConnectionChange change)
    {
        _losses.Remove(change.Group, out Loss? loss);
        return loss is not null && (loss.IsTold || change.Outage >= Silence || change.View != loss.Change.View || !string.Equals(change.Address, loss.Change.Address, StringComparison.Ordinal));
    }

    /// <summary>Who leads, how long nobody did, and that nothing is lost.</summary>
    /// <param name="leader">The name of the replica that leads.</param>
    /// <param name="outage">How long nobody was found that does.</param>
    /// <param name="caughtUp">Messages that the room got meanwhile, below zero when it lacks some that were shown before; null when it could not be read.</param>
    public static string BackText(string leader, TimeSpan outage, long? caughtUp) => $"{leader} leads, {Spoken.Time(outage)}" + caughtUp switch
    {
        null => "",
        < 0 => $", LOST: the room ends {Spoken.Messages(-caughtUp.Value)} before what was shown here",
        0 => ", nothing lost",
        _ => $", nothing lost, {Spoken.Messages(caughtUp.Value)} more meanwhile",
    };

    private static string Text(ConnectionChange lost) => $"lost {Who(lost)} {lost.Address}: {lost.Reason}; trying";

    // Rooms go on without the masters: theirs must not be taken for the primary of a room.
    private static string Who(ConnectionChange change) => change.Group == GroupId.Masters ? "primary of the masters" : "primary";

    private sealed class Loss(ConnectionChange change, int outage)
    {
        public ConnectionChange Change { get; } = change;

        public int Outage { get; } = outage;

        public bool IsTold { get; set; }
    }
}
