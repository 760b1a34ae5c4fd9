using PaxosShard.Wire.Primitives;

namespace PaxosShard.Wire.Placement;

/// <summary>Reads a <see cref="JobStep"/>, and says what can be said of all of a kind.</summary>
public static class JobSteps
{
    /// <summary>Nothing more becomes of a job in this step.</summary>
    public static bool IsEnd(this JobStep step) => step >= JobStep.Done;

    /// <summary>Which arcs move is known, and not all of them have moved.</summary>
    public static bool IsUnderWay(this JobStep step) => step is JobStep.Copying or JobStep.Draining or JobStep.Committed;

    /// <summary>Reads a step (1 byte).</summary>
    /// <exception cref="WireFormatException">There is no such step.</exception>
    internal static JobStep Read(ref WireReader reader)
    {
        JobStep step = (JobStep)reader.ReadByte();
        return Enum.IsDefined(step) ? step : throw new WireFormatException($"{(byte)step} is no step of a job");
    }
}
