namespace PaxosShard.Replica.Sharding;

/// <summary>What a <see cref="ConfigurationFollower"/> is about: by it people are told what does not work.</summary>
internal enum FollowStep
{
    /// <summary>Asks the own group what it has adopted.</summary>
    AskGroup,

    /// <summary>Asks the masters for what comes next.</summary>
    AskMasters,

    /// <summary>Tells the own group to go on.</summary>
    TellGroup,
}
