using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Primitives;
using PaxosShard.Wire.Text;

namespace PaxosShard.Wire.Commands;

/// <summary>
/// Puts another data directory in the place of a member: the next member list names it (rule 13). It changes nothing when the list is not the one that is expected, so that
/// of two that are asked for at once only one happens; asked for again it is answered as the first time. Its result is a <see cref="ReplaceMemberResult"/>.
/// </summary>
/// <param name="List">The number of the member list that it follows.</param>
/// <param name="Replica">The place.</param>
/// <param name="Identity">The identity that was drawn when the new member's data directory was made; never 0.</param>
/// <param name="Address">Where the new member listens, host:port.</param>
/// <remarks>Layout: kind (1 byte), an empty name (4), list (8), place (1), identity (8), address (length in bytes (4), UTF-8).</remarks>
public sealed record ReplaceMemberCommand(long List, ReplicaId Replica, ulong Identity, string Address)
{
    /// <summary>These bytes are one, whole or not.</summary>
    public static bool Is(ReadOnlySpan<byte> command) => !command.IsEmpty && command[0] == (byte)CommandKind.ReplaceMember;

    /// <summary>Reads a whole command.</summary>
    /// <exception cref="WireFormatException">The bytes are not one, or it names no identity or no address.</exception>
    public static ReplaceMemberCommand Decode(ReadOnlySpan<byte> bytes)
    {
        WireReader reader = new(bytes);
        reader.RequireCommand(CommandKind.ReplaceMember);
        if (reader.ReadInt32() != 0)
            throw new WireFormatException("a replacement of a member has no name");
        ReplaceMemberCommand command = new(reader.ReadNumber(), reader.ReadReplica(), reader.ReadUInt64(), reader.ReadString(Limits.Address));
        reader.RequireEnd();
        if (command.Identity == 0)
            throw new WireFormatException("a data directory has no identity 0");
        return NetworkAddress.IsDestination(command.Address) ? command : throw new WireFormatException("a new member has no address");
    }

    /// <summary>The whole command, kind first.</summary>
    /// <exception cref="ArgumentException">The address is not valid UTF-16.</exception>
    public byte[] Encode()
    {
        byte[] bytes = new byte[1 + sizeof(int) + sizeof(long) + 1 + sizeof(long) + WireWriter.SizeOf(Address)];
        WireWriter writer = new(bytes);
        writer.WriteByte((byte)CommandKind.ReplaceMember);
        writer.WriteInt32(0);
        writer.WriteInt64(List);
        writer.WriteReplica(Replica);
        writer.WriteUInt64(Identity);
        writer.WriteString(Address);
        return bytes;
    }
}

/// <summary>Answer to a <see cref="ReplaceMemberCommand"/> that was carried out, now or before.</summary>
/// <param name="List">The number of the member list that names the new member.</param>
/// <param name="Slot">Where it was executed: with everything up to there on its disk the new member votes.</param>
/// <remarks>Layout: list (8), slot (8).</remarks>
public sealed record ReplaceMemberResult(long List, Slot Slot)
{
    /// <summary>Reads a whole result.</summary>
    /// <exception cref="WireFormatException">The bytes are not one.</exception>
    public static ReplaceMemberResult Decode(ReadOnlySpan<byte> bytes)
    {
        WireReader reader = new(bytes);
        ReplaceMemberResult result = new(reader.ReadNumber(), reader.ReadSlot());
        reader.RequireEnd();
        return result;
    }

    /// <summary>The whole result.</summary>
    public byte[] Encode()
    {
        byte[] bytes = new byte[2 * sizeof(long)];
        WireWriter writer = new(bytes);
        writer.WriteInt64(List);
        writer.WriteSlot(Slot);
        return bytes;
    }
}
