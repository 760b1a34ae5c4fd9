using PaxosShard.Wire.Commands;

namespace PaxosShard.Wire.Placement;

/// <summary>
/// First byte of a command to the group that keeps the configurations. Reaches wire, disk and state: append only. Below 0x80 a command goes through the log; from 0x80
/// on it reads. None of the numbers is one of <see cref="CommandKind"/>, so that a command that reaches a group of the other kind is malformed there.
/// </summary>
public enum PlacementCommandKind : byte
{
    /// <summary>Adds shards: a job. The first ones are in configuration 1 at once.</summary>
    AddShards = 0x20,

    /// <summary>Removes a shard, whose arcs go to the others: a job.</summary>
    RemoveShard = 0x21,

    /// <summary>Moves arcs to a shard: a job.</summary>
    MoveArcs = 0x22,

    /// <summary>Cancels a job that is not committed.</summary>
    CancelJob = 0x23,

    /// <summary>Takes a job from one step to the next; from the primary that drives it.</summary>
    AdvanceJob = 0x24,

    /// <summary>A group has ended its part of the moves of a job.</summary>
    FinishMoves = 0x25,

    /// <summary>A group that gets arcs by a job has copied nearly all of them.</summary>
    ReportCopied = 0x26,

    /// <summary>A configuration by its number, or the latest one; linearizable (rule 8).</summary>
    ReadConfiguration = 0xA0,

    /// <summary>Jobs from a number on; linearizable (rule 8).</summary>
    ReadJobs = 0xA1,

    /// <summary>The latest configuration as soon as its number is above one: waits on the server. It is decided, so it needs no barrier (rule 8).</summary>
    WatchConfiguration = 0xA2,

    /// <summary>The job under way as soon as it is another one, or further: waits on the server. It is decided, so it needs no barrier (rule 8).</summary>
    WatchJob = 0xA3,
}
