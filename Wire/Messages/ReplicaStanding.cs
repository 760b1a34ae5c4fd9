using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Primitives;

namespace PaxosShard.Wire.Messages;

/// <summary>
/// What a replica says of itself in its hello besides its place: by which rules it executes, what it remembers to have promised and
/// stored, and what it and the receiver know of each other's starts. A peer that remembers more than the sender does refuses it.
/// </summary>
/// <param name="Votes">
/// False when its view record is lost, and for a newcomer that no member list names yet (rule 13): it learns and does not vote, so it need not show that it forgot nothing.
/// </param>
/// <param name="StartId">What was drawn for this start; the number is the hello's incarnation.</param>
/// <param name="RulesHash">Hash of everything that execution depends on; equal in the whole group.</param>
/// <param name="Promised">The promise that this start found on the disk.</param>
/// <param name="Stored">The end of what this start found on the disk without a hole, whether voted for or learned.</param>
/// <param name="LossStart">The last start that found a part of the log lost and said so; 0 for none. Votes of earlier starts need not be there.</param>
/// <param name="KnownIdentity">The data directory that the sender met in the receiver's place; 0 for none, and in a hello to a client.</param>
/// <param name="Known">The start of it that the sender remembers.</param>
/// <param name="Shown">The starts of the sender that the receiver may remember.</param>
/// <remarks>
/// Layout: votes (1), start id (16), rules hash (8), promised (8), stored (8), loss start (8), known identity (8), known start (8 + 16),
/// shown starts (2 × (8 + 16), none as zeros), shown to (8), address (length (4), UTF-8). Refused: shown starts that do not ascend.
/// </remarks>
public sealed record ReplicaStanding(
    bool Votes,
    Guid StartId,
    ulong RulesHash,
    View Promised,
    Slot Stored,
    ulong LossStart,
    ulong KnownIdentity,
    StartMark Known,
    ShownStarts Shown)
{
    private const int FixedSize = 1 + 16 + 8 + 8 + 8 + 8 + 8 + 8 + StartMark.Bytes + ShownStarts.Bytes;

    /// <summary>The identity that <see cref="Shown"/> is about: another one in the same place may remember other starts (rule 13). 0 for none.</summary>
    public ulong ShownTo { get; init; }

    /// <summary>Where the sender listens, host:port, for a receiver whose member list is older and may name another address (rule 13). Empty when it is not known.</summary>
    public string Address { get; init; } = "";

    internal int Size => FixedSize + WireWriter.SizeOf(Address);

    internal static ReplicaStanding Read(ref WireReader reader) => new(
        reader.ReadBoolean(),
        reader.ReadGuid(),
        reader.ReadUInt64(),
        reader.ReadView(),
        reader.ReadSlot(),
        reader.ReadUInt64(),
        reader.ReadUInt64(),
        ShownStarts.ReadMark(ref reader),
        ShownStarts.Read(ref reader))
    {
        ShownTo = reader.ReadUInt64(),
        Address = reader.ReadString(Limits.Address),
    };

    internal void Write(ref WireWriter writer)
    {
        writer.WriteBoolean(Votes);
        writer.WriteGuid(StartId);
        writer.WriteUInt64(RulesHash);
        writer.WriteView(Promised);
        writer.WriteSlot(Stored);
        writer.WriteUInt64(LossStart);
        writer.WriteUInt64(KnownIdentity);
        ShownStarts.WriteMark(ref writer, Known);
        Shown.Write(ref writer);
        writer.WriteUInt64(ShownTo);
        writer.WriteString(Address);
    }
}
