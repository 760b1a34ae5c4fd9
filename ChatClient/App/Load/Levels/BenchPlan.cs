namespace PaxosShard.ChatClient.App.Load.Levels;

/// <summary>What a <see cref="Bench"/> measures.</summary>
internal sealed record BenchPlan
{
    /// <summary>What people call it when the primary is killed meanwhile.</summary>
    public const string KillPrimary = "kill-primary";

    /// <summary>Most operations that are under way at a fixed rate: what is due beyond that waits, and its time counts.</summary>
    public const int MostUnderWay = 16 * 1024;

    /// <summary>What each client does.</summary>
    public BenchOperation Operation { get; init; }

    /// <summary>Bytes of each text or value.</summary>
    public required int SizeBytes { get; init; }

    /// <summary>Keys that are put and read in turn.</summary>
    public int Keys { get; init; } = 1000;

    /// <summary>Connections, each of a client of its own; no more than there are operations at once.</summary>
    public int Connections { get; init; } = 1;

    /// <summary>Rooms to which messages go in turn.</summary>
    public int Rooms { get; init; } = 1;

    /// <summary>Followers of each room, each on a connection of its own; they receive and check what is sent.</summary>
    public int Followers { get; init; }

    /// <summary>The primary is killed in the middle of the time that counts, and started again behind it.</summary>
    public bool KillsPrimary { get; init; }

    /// <summary>Time before anything counts.</summary>
    public required TimeSpan WarmUp { get; init; }

    /// <summary>Time that counts.</summary>
    public required TimeSpan Length { get; init; }
}

/// <summary>What the clients of a bench do.</summary>
internal enum BenchOperation
{
    /// <summary>Messages to rooms.</summary>
    Send,

    /// <summary>Values that are put.</summary>
    Put,

    /// <summary>Values that are read.</summary>
    Get,

    /// <summary>Bytes that are appended to values.</summary>
    Append,

    /// <summary>Reads and puts in turn.</summary>
    Mix,
}
