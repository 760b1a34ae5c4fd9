using PaxosShard.Wire.Primitives;

namespace PaxosShard.Wire.Placement;

/// <summary>
/// Takes a job from one step to the next: the primary that drives it has done what the step asks for. It does nothing unless the job is in exactly that step, so that it may come
/// twice, or late from a primary of the past. Its result is a <see cref="JobResult"/>, with the step in which the job then is.
/// </summary>
/// <param name="Job">The number of the job.</param>
/// <param name="From">The step in which it is.</param>
/// <param name="To">The next step: from <see cref="JobStep.Copying"/> to <see cref="JobStep.Draining"/>, or from there to <see cref="JobStep.Committed"/>.</param>
/// <remarks>Layout: kind (1 byte), an empty name (4), job (8), from (1), to (1).</remarks>
public sealed record AdvanceJobCommand(long Job, JobStep From, JobStep To)
{
    /// <summary>Reads a whole command.</summary>
    /// <exception cref="WireFormatException">The bytes are not one.</exception>
    public static AdvanceJobCommand Decode(ReadOnlySpan<byte> bytes)
    {
        WireReader reader = new(bytes);
        PlacementHead.Read(ref reader, PlacementCommandKind.AdvanceJob);
        AdvanceJobCommand command = new(reader.ReadNumber(), JobSteps.Read(ref reader), JobSteps.Read(ref reader));
        reader.RequireEnd();
        return command;
    }

    /// <summary>The whole command, kind first.</summary>
    public byte[] Encode()
    {
        byte[] bytes = new byte[PlacementHead.Size + sizeof(long) + 2];
        WireWriter writer = new(bytes);
        PlacementHead.Write(ref writer, PlacementCommandKind.AdvanceJob);
        writer.WriteInt64(Job);
        writer.WriteByte((byte)From);
        writer.WriteByte((byte)To);
        return bytes;
    }
}
