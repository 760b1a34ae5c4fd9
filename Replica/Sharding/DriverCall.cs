using PaxosShard.Hashing.Configurations;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Moves;
using PaxosShard.Wire.Placement;

namespace PaxosShard.Replica.Sharding;

/// <summary>What a <see cref="ShardDriver"/> wants to be asked or told. Each is answered, or fails, exactly once; it is known by its reference, not by what is in it.</summary>
internal abstract record DriverCall
{
    /// <summary>The lane that it is of, in words: what fails there holds up nothing else.</summary>
    public string Lane { get; init; } = "";
}

/// <summary>Asks the masters for the job under way; they hold the question. Answer: <see cref="WatchJobResult"/>.</summary>
/// <param name="Above">The position that is known; -1 for none.</param>
internal sealed record WatchJob(long Above) : DriverCall;

/// <summary>Asks the masters for a configuration. Answer: <see cref="Configuration"/>, of exactly this number.</summary>
/// <param name="Number">Its number, from 1.</param>
internal sealed record ReadConfiguration(long Number) : DriverCall;

/// <summary>Asks the own group what it has adopted and which moves it takes part in. Answer: <see cref="MovesResult"/>.</summary>
internal sealed record ReadOwn : DriverCall;

/// <summary>Tells the own group to go on to a configuration. Answer: <see cref="AdoptConfigurationResult"/>.</summary>
/// <param name="Next">The configuration.</param>
internal sealed record Adopt(Configuration Next) : DriverCall;

/// <summary>Tells the own group one of the commands of moves. Answer: <see cref="MovesResult"/>.</summary>
/// <param name="Command">The command, encoded.</param>
/// <param name="Other">The other group that it is about; <see cref="GroupId.None"/> for all of them.</param>
/// <param name="What">What the group is told to do, in words, for people.</param>
internal sealed record Tell(ReadOnlyMemory<byte> Command, GroupId Other, string What) : DriverCall;

/// <summary>Asks a source for what is in the arcs that come from it. Answer: <see cref="CopyArcsResult"/>.</summary>
/// <param name="Source">The source.</param>
/// <param name="Addresses">Where its replicas listen.</param>
/// <param name="Query">The question.</param>
internal sealed record CopyArcs(GroupId Source, IReadOnlyList<string> Addresses, CopyArcsQuery Query) : DriverCall;

/// <summary>Asks a destination whether it serves what it got. Answer: its <see cref="MovesResult"/>.</summary>
/// <param name="Destination">The destination.</param>
/// <param name="Addresses">Where its replicas listen.</param>
/// <param name="Job">The job by which it gets arcs.</param>
internal sealed record ReadOther(GroupId Destination, IReadOnlyList<string> Addresses, long Job) : DriverCall;

/// <summary>Tells the masters that little is left to copy. Answer: <see cref="JobResult"/>.</summary>
/// <param name="Job">The job.</param>
internal sealed record ReportCopied(long Job) : DriverCall;

/// <summary>Tells the masters that the group has ended its part of the moves. Answer: <see cref="JobResult"/>.</summary>
/// <param name="Job">The job.</param>
internal sealed record FinishMoves(long Job) : DriverCall;
