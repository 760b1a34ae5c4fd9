namespace PaxosShard.Benchmarks.Stages.Bodies;

/// <summary>A stage that there is.</summary>
/// <param name="Name">What it is called on the command line.</param>
/// <param name="Body">Its class.</param>
/// <param name="Goal">Nanoseconds for each message that it is to take at most; null when none is set.</param>
/// <param name="What">What it does, in a few words.</param>
/// <param name="Create">Makes it, not opened, for batches of the smallest size.</param>
public sealed record StageKind(string Name, Type Body, int? Goal, string What, Func<Stage> Create)
{
    /// <summary>All stages, in the order of a message's way; behind them what is on nobody's way all the time.</summary>
    public static IReadOnlyList<StageKind> All { get; } =
    [
        Of<ParseRequests>("parse-requests", 60, "primary: the frames of requests (C) in a receive buffer become inputs"),
        Of<Propose>("propose", 60, "primary: inputs go through the inbox and the queue into one entry, which is accepted and proposed"),
        Of<EncodeProposals>("encode-proposals", 40, "primary: the frame of a proposal (P), once, and a copy of it for each of two followers"),
        Of<ParseProposals>("parse-proposals", 40, "follower: the frames of proposals become entries that are checked"),
        Of<BuildLog>("build-log", 40, "both: the batch that would go to the disk, with its checksums"),
        Of<ExecuteAsPrimary>("execute-primary", 180, "primary: a vote decides an entry, which is executed; the replies are made"),
        Of<ExecuteAsFollower>("execute-follower", 150, "follower: a proposal is accepted, the entry before it is executed, the vote is made"),
        Of<EncodeReplies>("encode-replies", 30, "primary: the frames of replies (R)"),
        Of<DecodeReplies>("decode-replies", 60, "client: the frames of replies in a receive buffer become replies"),
        Of<CallAndComplete>("client-core", null, "client: its core takes calls, their requests are encoded, and its core takes the replies"),
        Of<CheckSessions>("check-sessions", null, "what a primary does with a request on arrival: is it new? One request of each of 1,024 sessions"),
        Of<FindShards>("find-shards", null, "the arc of a room, and the shard that owns it, of 8 shards"),
        Of<WalkState>("walk-state", null, "a snapshot of 16,384 messages and keys in pieces; for each of these records"),
    ];

    /// <summary>It takes messages in batches of several sizes.</summary>
    public bool IsBatched => Body.IsSubclassOf(typeof(BatchedStage));

    /// <summary>Makes it, not opened.</summary>
    /// <param name="batch">Messages that come together, for a stage that takes them in batches.</param>
    public Stage Make(int batch)
    {
        Stage stage = Create();
        if (stage is BatchedStage batched)
            batched.Batch = batch;
        return stage;
    }

    private static StageKind Of<T>(string name, int? goal, string what)
        where T : Stage, new() => new(name, typeof(T), goal, what, static () => new T());
}
