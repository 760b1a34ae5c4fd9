using PaxosShard.Client;
using PaxosShard.Wire.Identifiers;

namespace PaxosShard.ChatClient.App.Chat;

/// <summary>What to say of a lost primary, of each group for itself: nothing below a second; above it, at both edges. Pure.</summary>
internal sealed class OutageNotices
{
    /// <summary>An outage that is shorter is not worth a word.</summary>
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
    /// <returns>What to say; null when there is a primary again, or it was said.</returns>
    public string? Alarm(int outage)
    {
        if (_losses.Values.FirstOrDefault(one => one.Outage == outage) is not { IsTold: false } loss)
            return null;
        loss.IsTold = true;
        return Text(loss.Change);
    }

    /// <summary>The group has a primary again.</summary>
    /// <returns>What to say first, null when that was said; and whether to say that it is back.</returns>
    public (string? First, bool TellBack) Back(ConnectionChange change)
    {
        _losses.Remove(change.Group, out Loss? loss);
        string? first = loss is { IsTold: false } && change.Outage >= Silence ? Text(loss.Change) : null;
        return (first, loss is { IsTold: true } || first is not null);
    }

    /// <summary>That it is back.</summary>
    /// <param name="change">The change.</param>
    /// <param name="caughtUp">Messages that the room got meanwhile; null when that could not be read.</param>
    public static string BackText(ConnectionChange change, long? caughtUp) =>
        $"back, {(caughtUp is { } count ? $"{count} caught up, " : "")}{change.Outage.TotalSeconds:0.0} s ({Who(change)} {change.Address})";

    private static string Text(ConnectionChange lost) => $"lost {Who(lost)} {lost.Address}: {lost.Reason}";

    // Rooms go on without the masters: theirs must not be taken for the primary of a room.
    private static string Who(ConnectionChange change) => change.Group == GroupId.Masters ? "primary of the masters" : "primary";

    private sealed class Loss(ConnectionChange change, int outage)
    {
        public ConnectionChange Change { get; } = change;

        public int Outage { get; } = outage;

        public bool IsTold { get; set; }
    }
}
