namespace PaxosShard.Benchmarks.Stages.Bodies;

/// <summary>The stages of a message at one of those whom it comes by.</summary>
/// <param name="Name">Who that is.</param>
/// <param name="BytesGoal">Bytes that it is to allocate for each message at most.</param>
/// <param name="Stages">The names of the stages.</param>
public sealed record Way(string Name, int BytesGoal, IReadOnlyList<string> Stages)
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<Way> All { get; } =
    [
        new("primary", 40, ["parse-requests", "propose", "encode-proposals", "build-log", "execute-primary", "encode-replies"]),
        new("follower", 20, ["parse-proposals", "build-log", "execute-follower"]),
        new("client", 100, ["client-core", "decode-replies"]),
    ];
}
