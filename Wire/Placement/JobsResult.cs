using PaxosShard.Wire.Primitives;

namespace PaxosShard.Wire.Placement;

/// <summary>Answer to a <see cref="ReadJobsQuery"/>.</summary>
/// <param name="First">The lowest number of the jobs that are left; 0 when there has been none. Jobs that ended long ago are forgotten, so that numbers may be missing.</param>
/// <param name="Last">The number of the last job that was taken; 0 when there has been none. The list goes on behind its last job as long as that is below.</param>
/// <param name="Jobs">The jobs of this page, ascending by number.</param>
/// <remarks>Layout: first (8 bytes), last (8), number of jobs (4), the jobs (<see cref="PlacementJob"/>).</remarks>
public sealed record JobsResult(long First, long Last, IReadOnlyList<PlacementJob> Jobs)
{
    /// <summary>Bytes of a result without jobs.</summary>
    public const int HeaderSize = (2 * sizeof(long)) + sizeof(int);

    /// <summary>Reads a whole result.</summary>
    /// <exception cref="WireFormatException">The bytes are not one.</exception>
    public static JobsResult Decode(ReadOnlySpan<byte> bytes)
    {
        WireReader reader = new(bytes);
        long first = reader.ReadNumber();
        long last = reader.ReadNumber();
        PlacementJob[] jobs = new PlacementJob[reader.ReadCount(int.MaxValue, PlacementJob.SmallestSize)];
        for (int index = 0; index < jobs.Length; index++)
            jobs[index] = PlacementJob.Read(ref reader);
        reader.RequireEnd();
        return new JobsResult(first, last, jobs);
    }

    /// <summary>The whole result.</summary>
    /// <exception cref="ArgumentException">A text is not valid UTF-16.</exception>
    public byte[] Encode()
    {
        byte[] bytes = new byte[HeaderSize + Jobs.Sum(static job => job.EncodedSize())];
        WireWriter writer = new(bytes);
        writer.WriteInt64(First);
        writer.WriteInt64(Last);
        writer.WriteInt32(Jobs.Count);
        foreach (PlacementJob job in Jobs)
            job.Write(ref writer);
        return bytes;
    }
}
