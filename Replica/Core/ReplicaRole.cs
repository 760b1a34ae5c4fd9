namespace PaxosShard.Replica.Core;

/// <summary>What a replica does in the view it has promised.</summary>
public enum ReplicaRole
{
    /// <summary>It accepts what the view's primary proposes.</summary>
    Follower,

    /// <summary>It owns the view and collects promises: phase 1.</summary>
    Candidate,

    /// <summary>It owns the view and proposes: phase 2.</summary>
    Primary,
}
