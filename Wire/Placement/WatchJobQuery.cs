using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Moves;
using PaxosShard.Wire.Primitives;

namespace PaxosShard.Wire.Placement;

/// <summary>
/// Asks which job is under way and how far it is, as soon as that is something else than what is known; waits on the server. It is decided, and needs no barrier (rule 8). The answer is a
/// <see cref="WatchJobResult"/>.
/// </summary>
/// <param name="Above">The position that is known; -1 for none.</param>
/// <param name="WaitMilliseconds">How long the server may wait.</param>
/// <remarks>Layout: kind (1 byte), an empty name (4), above (8, signed), wait (4, signed, milliseconds).</remarks>
public sealed record WatchJobQuery(long Above, int WaitMilliseconds)
{
    /// <summary>What such a query waits for.</summary>
    public const string Topic = "jobs";

    /// <summary>Reads a whole command.</summary>
    /// <exception cref="WireFormatException">The bytes are not one.</exception>
    public static WatchJobQuery Decode(ReadOnlySpan<byte> bytes)
    {
        WireReader reader = new(bytes);
        PlacementHead.Read(ref reader, PlacementCommandKind.WatchJob);
        WatchJobQuery query = new(reader.ReadInt64(), reader.ReadInt32());
        reader.RequireEnd();
        return query.Above is >= -1 and <= Limits.HighestNumber ? query : throw new WireFormatException($"no job is at {query.Above}");
    }

    /// <summary>The whole command, kind first.</summary>
    public byte[] Encode()
    {
        byte[] bytes = new byte[PlacementHead.Size + sizeof(long) + sizeof(int)];
        WireWriter writer = new(bytes);
        PlacementHead.Write(ref writer, PlacementCommandKind.WatchJob);
        writer.WriteInt64(Above);
        writer.WriteInt32(WaitMilliseconds);
        return bytes;
    }
}

/// <summary>Answer to a <see cref="WatchJobQuery"/>.</summary>
/// <param name="Position">How far all jobs are together: 8 times the number of the first one that has not ended, and its step; 8 times the number behind the last one when all have ended. It only grows.</param>
/// <param name="Latest">The number of the latest configuration.</param>
/// <param name="UnderWay">The job that is carried out; null when there is none.</param>
/// <remarks>Layout: position (8), latest (8), whether a job is under way (1), then the job (<see cref="JobUnderWay"/>).</remarks>
public sealed record WatchJobResult(long Position, long Latest, JobUnderWay? UnderWay)
{
    /// <summary>Positions of a job.</summary>
    public const int PositionsPerJob = 8;

    /// <summary>Reads a whole result.</summary>
    /// <exception cref="WireFormatException">The bytes are not one.</exception>
    public static WatchJobResult Decode(ReadOnlySpan<byte> bytes)
    {
        WireReader reader = new(bytes);
        WatchJobResult result = new(reader.ReadNumber(), reader.ReadNumber(), reader.ReadBoolean() ? JobUnderWay.Read(ref reader) : null);
        reader.RequireEnd();
        return result;
    }

    /// <summary>A job has ended, or was ended, by what is known here.</summary>
    public bool HasPassed(long job) => Position / PositionsPerJob > job;

    /// <summary>The whole result.</summary>
    public byte[] Encode()
    {
        byte[] bytes = new byte[(2 * sizeof(long)) + 1 + (UnderWay?.Size ?? 0)];
        WireWriter writer = new(bytes);
        writer.WriteInt64(Position);
        writer.WriteInt64(Latest);
        writer.WriteBoolean(UnderWay is not null);
        UnderWay?.Write(ref writer);
        return bytes;
    }
}

/// <summary>The job that is carried out, for those who take part in it.</summary>
/// <param name="Job">Its number.</param>
/// <param name="Kind">What it does.</param>
/// <param name="Step">How far it is.</param>
/// <param name="Configuration">The number of the configuration that it goes from; it makes, or has made, the next one.</param>
/// <param name="Transfers">All arcs that move by it, ascending by who gives and who gets them.</param>
/// <param name="Reported">The groups that have said that their part of this step is done, ascending.</param>
/// <remarks>Layout: job (8), kind (1), step (1), whether it is a barrier (1), configuration (8), transfers (4), then each (<see cref="ArcTransfer"/>), groups that reported (4), these groups (2 each).</remarks>
public sealed record JobUnderWay(long Job, JobKind Kind, JobStep Step, long Configuration, IReadOnlyList<ArcTransfer> Transfers, IReadOnlyList<GroupId> Reported)
{
    /// <summary>As long as it is under way the gateways hold back all requests; otherwise only those for the arcs that move, and only while it drains.</summary>
    public bool IsBarrier { get; init; }

    /// <summary>Bytes of it.</summary>
    internal int Size => (2 * sizeof(long)) + 3 + ArcTransfer.SizeOf(Transfers) + sizeof(int) + (Reported.Count * sizeof(ushort));

    /// <summary>Reads one.</summary>
    /// <exception cref="WireFormatException">The bytes are none.</exception>
    internal static JobUnderWay Read(ref WireReader reader)
    {
        long job = reader.ReadNumber();
        JobKind kind = (JobKind)reader.ReadByte();
        if (!Enum.IsDefined(kind))
            throw new WireFormatException($"no job is of kind {(byte)kind}");
        JobStep step = JobSteps.Read(ref reader);
        bool isBarrier = reader.ReadBoolean();
        long configuration = reader.ReadNumber();
        ArcTransfer[] transfers = ArcTransfer.ReadAll(ref reader);
        GroupId[] reported = new GroupId[reader.ReadCount(int.MaxValue, sizeof(ushort))];
        for (int index = 0; index < reported.Length; index++)
            reported[index] = new GroupId(reader.ReadUInt16());
        return new JobUnderWay(job, kind, step, configuration, transfers, reported) { IsBarrier = isBarrier };
    }

    /// <summary>Writes it.</summary>
    internal void Write(ref WireWriter writer)
    {
        writer.WriteInt64(Job);
        writer.WriteByte((byte)Kind);
        writer.WriteByte((byte)Step);
        writer.WriteBoolean(IsBarrier);
        writer.WriteInt64(Configuration);
        ArcTransfer.WriteAll(ref writer, Transfers);
        writer.WriteInt32(Reported.Count);
        foreach (GroupId group in Reported)
            writer.WriteUInt16(group.Number);
    }
}
