namespace PaxosShard.ChatClient.App.Load.OrderedDrills;

/// <summary>What an <see cref="OrderedDrill"/> is to do.</summary>
/// <param name="Changes">How many shards are added or removed, unless there is a <see cref="Length"/>.</param>
internal sealed record OrderedDrillPlan(int Changes)
{
    /// <summary>Most clients.</summary>
    public const int MostClients = 64;

    /// <summary>Shards at the beginning; there is one more after every second change.</summary>
    public int Shards { get; init; } = 3;

    /// <summary>Clients, each with a burst under way.</summary>
    public int Clients { get; init; } = 8;

    /// <summary>Operations of a burst.</summary>
    public int Fanout { get; init; } = 16;

    /// <summary>Changes begin until so much time has passed; null: there are as many as were asked for.</summary>
    public TimeSpan? Length { get; init; }
}
