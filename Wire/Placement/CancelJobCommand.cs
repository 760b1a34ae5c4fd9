using PaxosShard.Wire.Primitives;

namespace PaxosShard.Wire.Placement;

/// <summary>Cancels a job that is not committed; one that is cancelled already stays so. Its result is a <see cref="JobResult"/>.</summary>
/// <param name="Job">The number of the job.</param>
/// <remarks>Layout: kind (1 byte), an empty name (4), job (8).</remarks>
public sealed record CancelJobCommand(long Job)
{
    /// <summary>Reads a whole command.</summary>
    /// <exception cref="WireFormatException">The bytes are not one.</exception>
    public static CancelJobCommand Decode(ReadOnlySpan<byte> bytes)
    {
        WireReader reader = new(bytes);
        PlacementHead.Read(ref reader, PlacementCommandKind.CancelJob);
        CancelJobCommand command = new(reader.ReadNumber());
        reader.RequireEnd();
        return command;
    }

    /// <summary>The whole command, kind first.</summary>
    public byte[] Encode()
    {
        byte[] bytes = new byte[PlacementHead.Size + sizeof(long)];
        WireWriter writer = new(bytes);
        PlacementHead.Write(ref writer, PlacementCommandKind.CancelJob);
        writer.WriteInt64(Job);
        return bytes;
    }
}
