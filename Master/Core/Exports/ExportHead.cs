using PaxosShard.Wire;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Primitives;

namespace PaxosShard.Master.Core.Exports;

/// <summary>What an export is of. Of these the rolling hash cannot be computed from the rest: it is of the history.</summary>
/// <param name="Slot">The last slot whose commands are in it.</param>
/// <param name="Hash">The hash of the machine.</param>
/// <param name="Configurations">The number of the latest configuration.</param>
/// <param name="Jobs">How many jobs there are.</param>
/// <param name="StateBytes">Bytes of the state, as it is bounded.</param>
/// <remarks>Layout: see <see cref="ExportFormat"/>.</remarks>
internal readonly record struct ExportHead(Slot Slot, ulong Hash, long Configurations, long Jobs, long StateBytes)
{
    /// <summary>Bytes of a head.</summary>
    public const int Size = sizeof(ushort) + (5 * sizeof(long));

    /// <summary>Reads a head.</summary>
    /// <exception cref="WireFormatException">The bytes are none, or of a format that is not known.</exception>
    public static ExportHead Read(ref WireReader reader)
    {
        int format = reader.ReadUInt16();
        if (format != ExportFormat.Version)
            throw new WireFormatException($"it is of format {format}, and only format {ExportFormat.Version} is understood");
        return new ExportHead(reader.ReadSlot(), reader.ReadUInt64(), reader.ReadNumber(), reader.ReadNumber(), reader.ReadNumber());
    }

    /// <summary>Writes the head.</summary>
    public void Write(ref WireWriter writer)
    {
        writer.WriteUInt16(ExportFormat.Version);
        writer.WriteSlot(Slot);
        writer.WriteUInt64(Hash);
        writer.WriteInt64(Configurations);
        writer.WriteInt64(Jobs);
        writer.WriteInt64(StateBytes);
    }
}
