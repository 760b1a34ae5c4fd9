using PaxosShard.Wire.Primitives;

namespace PaxosShard.Wire.Placement;

/// <summary>Answer to a command that begins or changes a job.</summary>
/// <param name="Job">The number of the job.</param>
/// <param name="Step">How far it is.</param>
/// <param name="Configuration">The number of the latest configuration.</param>
/// <remarks>Layout: job (8 bytes), step (1), configuration (8).</remarks>
public sealed record JobResult(long Job, JobStep Step, long Configuration)
{
    /// <summary>Reads a whole result.</summary>
    /// <exception cref="WireFormatException">The bytes are not one.</exception>
    public static JobResult Decode(ReadOnlySpan<byte> bytes)
    {
        WireReader reader = new(bytes);
        JobResult result = new(reader.ReadNumber(), JobSteps.Read(ref reader), reader.ReadNumber());
        reader.RequireEnd();
        return result;
    }

    /// <summary>The whole result.</summary>
    public byte[] Encode()
    {
        byte[] bytes = new byte[sizeof(long) + 1 + sizeof(long)];
        WireWriter writer = new(bytes);
        writer.WriteInt64(Job);
        writer.WriteByte((byte)Step);
        writer.WriteInt64(Configuration);
        return bytes;
    }
}
