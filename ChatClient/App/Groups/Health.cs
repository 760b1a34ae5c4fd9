using PaxosShard.Programs.Errors;

namespace PaxosShard.ChatClient.App.Groups;

/// <summary>How well a group or a cluster is, best first.</summary>
internal enum Health
{
    /// <summary>It decides, and every replica takes part.</summary>
    Well,

    /// <summary>It decides, and a replica is missing.</summary>
    Degraded,

    /// <summary>Enough replicas take part, and none of them serves as the primary yet.</summary>
    NoPrimary,

    /// <summary>Too few replicas take part.</summary>
    NoQuorum,
}

/// <summary>What is told of it.</summary>
internal static class HealthWords
{
    /// <summary>As people read it.</summary>
    public static string Text(this Health health) => health switch
    {
        Health.Well => "well",
        Health.Degraded => "degraded",
        Health.NoPrimary => "no primary",
        _ => "no quorum",
    };

    /// <summary>What <c>px status</c> ends with.</summary>
    public static int ToExitCode(this Health health) => health switch
    {
        Health.Well => ExitCode.Ok,
        Health.Degraded => ExitCode.Partial,
        _ => ExitCode.NotApplied,
    };
}
