using PaxosShard.Wire.Identifiers;

namespace PaxosShard.Client;

/// <summary>The connection to the primary was lost, or is back.</summary>
/// <param name="Kind">Which of the two.</param>
/// <param name="Address">The primary that was lost, or that leads now.</param>
/// <param name="View">Its view.</param>
/// <param name="Reason">Why it was lost; empty when it is back.</param>
/// <param name="Outage">How long there was none; zero when it was lost.</param>
/// <param name="Resent">Requests that were sent once more; zero when it was lost.</param>
public sealed record ConnectionChange(ConnectionChangeKind Kind, string Address, View View, string Reason, TimeSpan Outage, int Resent)
{
    /// <summary>The group that it leads, or led; of a cluster with masters there are several.</summary>
    public GroupId Group { get; init; }
}

/// <summary>What happened to the connection.</summary>
public enum ConnectionChangeKind
{
    /// <summary>There is none now.</summary>
    Lost,

    /// <summary>There is one again.</summary>
    Back,
}
