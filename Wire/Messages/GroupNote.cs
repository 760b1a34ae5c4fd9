using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Primitives;

namespace PaxosShard.Wire.Messages;

/// <summary>One line of a <see cref="GroupNotes"/>: it asks what becomes of a number of an ordered session, or tells it.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Session">The session.</param>
/// <param name="Sequence">The number.</param>
/// <remarks>
/// Layout: kind (1), session (16), sequence (8); then with <see cref="GroupNoteKind.Ask"/> and <see cref="GroupNoteKind.Follow"/> the arc (2), the asker's configuration (8) and the expiry of what waits (8), with <see cref="GroupNoteKind.State"/> the
/// state (1) and a token (24), behind which, when it is ready or prepared, that of its gate stands (24), with <see cref="GroupNoteKind.Elsewhere"/> the group (2) and the configuration (8). Refused: an unknown kind or state, an arc that is none.
/// </remarks>
public readonly record struct GroupNote(GroupNoteKind Kind, SessionId Session, SequenceNumber Sequence)
{
    internal const int LastArc = 4095;
    internal const int SmallestSize = HeadSize + sizeof(ushort) + sizeof(long);

    private const int HeadSize = 1 + SessionId.Bytes + sizeof(long);

    /// <summary>It asks.</summary>
    public bool IsQuestion => Kind is GroupNoteKind.Ask or GroupNoteKind.Follow;

    /// <summary>The number of the arc of it, in a question.</summary>
    public int Arc { get; private init; }

    /// <summary>The configuration of whoever asks; in <see cref="GroupNoteKind.Elsewhere"/> the one that the answerer has.</summary>
    public long Configuration { get; private init; }

    /// <summary>What has become of it, with <see cref="GroupNoteKind.State"/>.</summary>
    public OperationState State { get; private init; }

    /// <summary>
    /// With <see cref="GroupNoteKind.State"/>: which placement is placed, firm or cancelled. When it is absent: all placements below this one are dead, which for <see cref="PlacementToken.None"/> says nothing.
    /// </summary>
    public PlacementToken Token { get; private init; }

    /// <summary>With an operation that is ready or prepared: which placement of its predecessor it waits for.</summary>
    public PlacementToken Gate { get; private init; }

    /// <summary>In a question: the expiry of the operation that waits, a log time. Only up to some time behind it the answerer can know that something is absent for good.</summary>
    public long Expiry { get; private init; }

    /// <summary>Whom to ask, with <see cref="GroupNoteKind.Elsewhere"/>; none when the answerer does not know either.</summary>
    public GroupId Group { get; private init; }

    internal int Size => HeadSize + Kind switch
    {
        GroupNoteKind.State => 1 + PlacementToken.Bytes + (NamesGate(State) ? PlacementToken.Bytes : 0),
        GroupNoteKind.Ask or GroupNoteKind.Follow => sizeof(ushort) + (2 * sizeof(long)),
        _ => sizeof(ushort) + sizeof(long),
    };

    /// <summary>Asks what becomes of a number, now and each time that changes.</summary>
    /// <param name="session">The session.</param>
    /// <param name="sequence">The number.</param>
    /// <param name="arc">The number of its arc.</param>
    /// <param name="configuration">The configuration by which the asker chose whom to ask.</param>
    /// <param name="expiry">The expiry of the operation that waits for the number.</param>
    /// <param name="follows">Each step on the way to its effect is news too: a promise of its place, and that it is ready or prepared.</param>
    public static GroupNote Ask(SessionId session, SequenceNumber sequence, int arc, long configuration, long expiry, bool follows = false) =>
        new(follows ? GroupNoteKind.Follow : GroupNoteKind.Ask, session, sequence) { Arc = arc, Configuration = configuration, Expiry = expiry };

    /// <summary>Tells what has become of a number.</summary>
    /// <param name="session">The session.</param>
    /// <param name="sequence">The number.</param>
    /// <param name="state">What has become of it.</param>
    /// <param name="token">As <see cref="Token"/> says.</param>
    /// <param name="gate">As <see cref="Gate"/> says.</param>
    public static GroupNote Tell(SessionId session, SequenceNumber sequence, OperationState state, PlacementToken token, PlacementToken gate = default) =>
        new(GroupNoteKind.State, session, sequence) { State = state, Token = token, Gate = NamesGate(state) ? gate : default };

    /// <summary>Says that another group has to be asked.</summary>
    /// <param name="session">The session.</param>
    /// <param name="sequence">The number.</param>
    /// <param name="group">That group; none when it is not known.</param>
    /// <param name="configuration">In this configuration or a later one it serves the arc.</param>
    public static GroupNote Elsewhere(SessionId session, SequenceNumber sequence, GroupId group, long configuration) =>
        new(GroupNoteKind.Elsewhere, session, sequence) { Group = group, Configuration = configuration };

    internal static GroupNote Read(ref WireReader reader)
    {
        GroupNoteKind kind = (GroupNoteKind)reader.ReadByte();
        SessionId session = reader.ReadSession();
        SequenceNumber sequence = reader.ReadSequence();
        return kind switch
        {
            GroupNoteKind.Ask or GroupNoteKind.Follow => Ask(session, sequence, ReadArc(ref reader), reader.ReadNumber(), reader.ReadTime(), kind == GroupNoteKind.Follow),
            GroupNoteKind.State => ReadState(ref reader, session, sequence),
            GroupNoteKind.Elsewhere => Elsewhere(session, sequence, new GroupId(reader.ReadUInt16()), reader.ReadNumber()),
            _ => throw new WireFormatException($"a GroupNote has the unknown kind {(byte)kind}"),
        };
    }

    internal void Write(ref WireWriter writer)
    {
        writer.WriteByte((byte)Kind);
        writer.WriteSession(Session);
        writer.WriteSequence(Sequence);
        if (Kind == GroupNoteKind.State)
        {
            writer.WriteByte((byte)State);
            Token.Write(ref writer);
            if (NamesGate(State))
                Gate.Write(ref writer);
            return;
        }

        writer.WriteUInt16(IsQuestion ? Arc : Group.Number);
        writer.WriteInt64(Configuration);
        if (IsQuestion)
            writer.WriteInt64(Expiry);
    }

    private static int ReadArc(ref WireReader reader)
    {
        int arc = reader.ReadUInt16();
        return arc <= LastArc ? arc : throw new WireFormatException($"a GroupNote asks for arc {arc}, which is none");
    }

    private static bool NamesGate(OperationState state) => state is OperationState.Ready or OperationState.Prepared;

    private static GroupNote ReadState(ref WireReader reader, SessionId session, SequenceNumber sequence)
    {
        OperationState state = (OperationState)reader.ReadByte();
        if (!Enum.IsDefined(state))
            throw new WireFormatException($"a GroupNote has the unknown state {(byte)state}");
        PlacementToken token = PlacementToken.Read(ref reader);
        return Tell(session, sequence, state, token, NamesGate(state) ? PlacementToken.Read(ref reader) : default);
    }
}

/// <summary>What a <see cref="GroupNote"/> is. Reaches the wire: append only.</summary>
public enum GroupNoteKind : byte
{
    /// <summary>It asks.</summary>
    Ask = 1,

    /// <summary>It tells what has become of a number.</summary>
    State = 2,

    /// <summary>It says that another group has to be asked.</summary>
    Elsewhere = 3,

    /// <summary>It asks, and wants to hear of each step to the effect (ordered rules M13 and M14).</summary>
    Follow = 4,
}

/// <summary>What has become of a number of an ordered session, as the primary of the group knows it that serves its arc. Reaches the wire: append only.</summary>
public enum OperationState : byte
{
    /// <summary>It has no place here, as far as is known. Whoever asked is told when that changes.</summary>
    Absent = 0,

    /// <summary>It has taken effect, or certainly will at its place. This stays so.</summary>
    Firm = 1,

    /// <summary>It was cancelled. This stays so.</summary>
    Cancelled = 2,

    /// <summary>It is below the mark: its client waits for no result of it, nor for that of the number behind it. This stays so.</summary>
    Over = 3,

    /// <summary>It has a place in the log, or was proposed for one, and nobody knows yet that it takes effect there. Whoever asked is told when that changes.</summary>
    Placed = 4,

    /// <summary>It waits for its predecessor and will get its place under the token that is told, unless that is withdrawn (ordered rule M13). Whoever asked is told when that changes.</summary>
    Promised = 5,

    /// <summary>Its placement is executed, and takes effect if that of its predecessor does which its gate names; until it is prepared it may be taken out (ordered rule M14). Whoever asked is told when that changes.</summary>
    Ready = 6,

    /// <summary>As ready; and whoever says so takes it out no more for the time that it has waited (ordered rule M14). That stays so.</summary>
    Prepared = 7,
}
