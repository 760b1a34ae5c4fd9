using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Primitives;
using PaxosShard.Wire.Text;

namespace PaxosShard.Wire.Commands;

/// <summary>
/// Replaces a member: the next member list names a newcomer in its place (rule 13). It is rejected when the present list is not the expected one, so that of two
/// replacements requested at the same time only one takes effect; a request for what is so already succeeds. Its result is a <see cref="ReplaceMemberResult"/>.
/// </summary>
/// <param name="List">The number of the member list that is expected to be the present one.</param>
/// <param name="Replica">The place.</param>
/// <param name="Identity">The identity of the newcomer, drawn when its data directory was made; never 0.</param>
/// <param name="Address">Where the newcomer listens, host:port; at most <see cref="Limits.Address"/> bytes.</param>
/// <remarks>Layout: kind (1 byte), an empty name (4), list (8), place (1), identity (8), address (length in bytes (4), UTF-8).</remarks>
public sealed record ReplaceMemberCommand(long List, ReplicaId Replica, ulong Identity, string Address)
{
    /// <summary>The bytes begin such a command; the rest of them may still be malformed.</summary>
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
/// <param name="List">The number of the member list that names the newcomer.</param>
/// <param name="Slot">The slot in which it was executed: the newcomer votes once everything up to there is on its disk.</param>
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
