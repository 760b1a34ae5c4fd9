using PaxosShard.Wire.Primitives;

namespace PaxosShard.Wire.Placement;

/// <summary>Asks for a page of the jobs by their numbers; linearizable. The answer is a <see cref="JobsResult"/>.</summary>
/// <param name="From">The lowest number wanted; 0 or 1: from the first on that is left.</param>
/// <param name="MaximumCount">Most jobs, and never more than <see cref="PlacementLimits.JobsPerPage"/>; 0 or less only asks which numbers there are.</param>
/// <remarks>Layout: kind (1 byte), an empty name (4), from (8), maximum count (4, signed).</remarks>
public sealed record ReadJobsQuery(long From, int MaximumCount)
{
    /// <summary>Reads a whole command.</summary>
    /// <exception cref="WireFormatException">The bytes are not one.</exception>
    public static ReadJobsQuery Decode(ReadOnlySpan<byte> bytes)
    {
        WireReader reader = new(bytes);
        PlacementHead.Read(ref reader, PlacementCommandKind.ReadJobs);
        ReadJobsQuery query = new(reader.ReadNumber(), reader.ReadInt32());
        reader.RequireEnd();
        return query;
    }

    /// <summary>The whole command, kind first.</summary>
    public byte[] Encode()
    {
        byte[] bytes = new byte[PlacementHead.Size + sizeof(long) + sizeof(int)];
        WireWriter writer = new(bytes);
        PlacementHead.Write(ref writer, PlacementCommandKind.ReadJobs);
        writer.WriteInt64(From);
        writer.WriteInt32(MaximumCount);
        return bytes;
    }
}
