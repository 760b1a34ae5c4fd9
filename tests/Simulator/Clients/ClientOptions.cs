using PaxosShard.Client.Core;

namespace PaxosShard.Simulator.Clients;

/// <summary>How a simulated client behaves. Times in virtual microseconds, chances in thousandths.</summary>
public sealed record ClientOptions
{
    /// <summary>The bounds and times of its core; the seed is filled in for each of its lives.</summary>
    public ClientCoreOptions Core { get; init; } = new() { Seed = default };

    /// <summary>Rooms it uses.</summary>
    public int Rooms { get; init; } = 2;

    /// <summary>Keys it uses.</summary>
    public int Keys { get; init; }

    /// <summary>Chance that an operation is one on a key; 0 when it uses none.</summary>
    public int KeysPerThousand { get; init; }

    /// <summary>Chance that an operation on a key is a read.</summary>
    public int GetsPerThousand { get; init; } = 250;

    /// <summary>Most bytes that a change of a key writes; most write few.</summary>
    public int LargestPiece { get; init; }

    /// <summary>Mean time between two operations.</summary>
    public long ThinkTime { get; init; } = 2_000;

    /// <summary>Most operations under way; one more is not issued.</summary>
    public int Operations { get; init; } = 8;

    /// <summary>Bytes of a text, at least 16.</summary>
    public int TextBytes { get; init; } = 40;

    /// <summary>How long an operation may take, in milliseconds; null: for ever.</summary>
    public long? Timeout { get; init; }

    /// <summary>Chance that an operation on a room is a read.</summary>
    public int ReadsPerThousand { get; init; } = 200;

    /// <summary>Its messages wait for space instead of being refused when too many wait.</summary>
    public bool WaitsForRoom { get; init; }

    /// <summary>It follows a room.</summary>
    public bool Follows { get; init; }

    /// <summary>The first number that it follows its room from: beyond the end, it waits until the room has so many messages.</summary>
    public long FollowsFrom { get; init; } = 1;

    /// <summary>Longest time that the consumer of its follow takes over what it was given.</summary>
    public long LongestDigestion { get; init; }

    /// <summary>Chance that a copy of a request arrives twice.</summary>
    public int DoublePerThousand { get; init; }

    /// <summary>Chance that a copy of a request turns up again much later, also after its answer.</summary>
    public int LateCopyPerThousand { get; init; }

    /// <summary>Chance that what is sent together is not sent in its order.</summary>
    public int ShufflePerThousand { get; init; }

    /// <summary>Chance that a message breaks a rule of the state machine and is rejected.</summary>
    public int RejectPerThousand { get; init; }

    /// <summary>Chance that a number that has its answer is used once more, for other bytes.</summary>
    public int UsedNumberPerThousand { get; init; }

    /// <summary>Chance that its connection breaks before an operation.</summary>
    public int HangUpPerThousand { get; init; }

    /// <summary>Chance that an operation is called off at once.</summary>
    public int CallOffPerThousand { get; init; }

    /// <summary>Chance that its process is started again before an operation: the new life knows nothing of the old one.</summary>
    public int RestartPerThousand { get; init; }

    /// <summary>Chance that its process is paused before an operation.</summary>
    public int PausePerThousand { get; init; }

    /// <summary>Longest pause.</summary>
    public long LongestPause { get; init; } = 2_000_000;

    /// <summary>Longest time after which a late copy turns up.</summary>
    public long LongestLateness { get; init; } = 3_000_000;
}
