namespace PaxosShard.ChatClient.App.Groups;

/// <summary>What <c>up</c> is asked for.</summary>
internal sealed record GroupPlan
{
    /// <summary>Replicas; null for what the directory has, or 3.</summary>
    public int? Replicas { get; init; }

    /// <summary>The port of the first replica, the others follow; null: free ones.</summary>
    public int? BasePort { get; init; }

    /// <summary>More words for the command line of every replica, for drills.</summary>
    public IReadOnlyList<string> ReplicaArguments { get; init; } = [];

    /// <summary>How long to wait until the group commits.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(30);
}
