using PaxosShard.Client;

namespace PaxosShard.ChatClient.App.Chat;

/// <summary>What to say of a lost primary: nothing below a second; above it, at both edges. Pure.</summary>
internal sealed class OutageNotices
{
    /// <summary>An outage that is shorter is not worth a word.</summary>
    public static readonly TimeSpan Silence = TimeSpan.FromSeconds(1);

    private ConnectionChange? _lost;
    private bool _isTold;

    /// <summary>Counts the outages: the alarm of one is nothing to the next.</summary>
    public int Outage { get; private set; }

    /// <summary>The primary was lost: in <see cref="Silence"/> call <see cref="Alarm"/> with <see cref="Outage"/>.</summary>
    public void Lost(ConnectionChange change)
    {
        Outage++;
        _lost = change;
        _isTold = false;
    }

    /// <summary>The silence is over.</summary>
    /// <param name="outage">The outage it was set for.</param>
    /// <returns>What to say; null when there is a primary again.</returns>
    public string? Alarm(int outage)
    {
        if (outage != Outage || _lost is null || _isTold)
            return null;
        _isTold = true;
        return Text(_lost);
    }

    /// <summary>There is a primary again.</summary>
    /// <returns>What to say first, null when that was said; and whether to say that it is back.</returns>
    public (string? First, bool TellBack) Back(ConnectionChange change)
    {
        string? first = _lost is { } lost && !_isTold && change.Outage >= Silence ? Text(lost) : null;
        bool tellBack = _isTold || first is not null;
        _lost = null;
        _isTold = false;
        return (first, tellBack);
    }

    /// <summary>That it is back.</summary>
    /// <param name="change">The change.</param>
    /// <param name="caughtUp">Messages that the room got meanwhile; null when that could not be read.</param>
    public static string BackText(ConnectionChange change, long? caughtUp) =>
        $"back, {(caughtUp is { } count ? $"{count} caught up, " : "")}{change.Outage.TotalSeconds:0.0} s (primary {change.Address})";

    private static string Text(ConnectionChange lost) => $"lost primary {lost.Address}: {lost.Reason}";
}
