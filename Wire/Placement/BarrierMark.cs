using PaxosShard.Wire.Primitives;

namespace PaxosShard.Wire.Placement;

/// <summary>
/// What stands at the end of a command whose job is to be a barrier, and is missing everywhere else: a byte that is 1. So a command without it has the bytes that it always had, and each command has one form.
/// </summary>
internal static class BarrierMark
{
    private const byte Mark = 1;

    /// <summary>Bytes of it.</summary>
    public static int SizeOf(bool isBarrier) => isBarrier ? sizeof(byte) : 0;

    /// <summary>Reads it where a command ends.</summary>
    /// <returns>It is there.</returns>
    /// <exception cref="WireFormatException">Something else is there.</exception>
    public static bool ReadToEnd(ref WireReader reader)
    {
        bool isThere = reader.Remaining > 0;
        if (isThere && reader.ReadByte() is var mark and not Mark)
            throw new WireFormatException($"a command has {mark} where only the mark of a barrier, {Mark}, can be");
        reader.RequireEnd();
        return isThere;
    }

    /// <summary>Writes it, if it is to be there.</summary>
    public static void Write(ref WireWriter writer, bool isBarrier)
    {
        if (isBarrier)
            writer.WriteByte(Mark);
    }
}
